import type { Answer, Question, ToPositions } from './position-worker.ts'

/** After so long an unanswered question counts as unknown: less than a vote may take. */
const answerMaxMs = 400
const questionsMax = 64
/** An old Worker closes what it has open; one that hangs in a dead mount is given up after so long. */
const closeMaxMs = 1_000

/** Omit that keeps the members of a union apart. */
type Asked<Q> = Q extends Question ? Omit<Q, 'ask'> : never

/** What this node holds, read by a Worker and answered within a bound. */
export class Positions {
  #worker: Worker | null = null
  #asks = 0
  readonly #waiting = new Map<number, (answer: Answer) => void>()

  constructor(
    private readonly mount: string,
    private readonly url: string | URL,
  ) {}

  ask(question: Asked<Question>): Promise<Answer> {
    const ask = ++this.#asks
    const unknown: Answer = { ask, position: null, held: false, ltx: null }
    if (this.#waiting.size >= questionsMax) return Promise.resolve(unknown)
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#end(unknown), answerMaxMs)
      this.#waiting.set(ask, (answer) => {
        clearTimeout(late)
        resolve(answer)
      })
      this.#tell({ ask, ...question })
    })
  }

  /** A new Worker for the next question: the old one may hang in a mount that is gone. */
  renew(): void {
    const old = this.#worker
    this.#worker = null
    if (old === null) return
    const last: ToPositions = { mount: null }
    old.postMessage(last)
    setTimeout(() => old.terminate(), closeMaxMs)
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = null
  }

  #end(answer: Answer): void {
    const done = this.#waiting.get(answer.ask)
    this.#waiting.delete(answer.ask)
    done?.(answer)
  }

  #tell(message: ToPositions): void {
    if (this.#worker === null) {
      const worker = new Worker(this.url, { name: 'positions' })
      worker.onmessage = (event: MessageEvent<Answer>) => this.#end(event.data)
      worker.onerror = () => this.renew()
      const first: ToPositions = { mount: this.mount }
      worker.postMessage(first)
      this.#worker = worker
    }
    this.#worker.postMessage(message)
  }
}
