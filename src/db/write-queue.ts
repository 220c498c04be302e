import { AppError } from '../errors.ts'
import type { Call, Outcome } from './calls.ts'
import type { WriterPort } from './writer-port.ts'

/** Calls that may wait for the writer. At 10,000 a second a full queue is two seconds of work. */
export const writeQueueMax = 20_000

/**
 * Callers that are told in one turn of the event loop: each goes on to answer its request, and a batch of thousands must not
 * keep everybody else waiting meanwhile.
 */
const settledPerTurnMax = 64

interface Waiting {
  resolve(result: unknown): void
  reject(error: unknown): void
}

/**
 * Collects calls while the writer is busy and sends them as one batch as soon as it is idle: at once when nothing is
 * under way, and after the previous commit under load. A full queue refuses.
 */
export class WriteQueue {
  #queued: Call[] = []
  #state: 'idle' | 'busy' | 'lost' = 'idle'
  #flushing = false
  #nextCall = 1
  readonly #waiting = new Map<number, Waiting>()

  constructor(
    private readonly port: WriterPort,
    private readonly reportBug: (report: string) => void,
    /** How many of so many that wait go in one batch. */
    private readonly sizeOf: (waiting: number) => number = (waiting) => waiting,
  ) {}

  get depth(): number {
    return this.#waiting.size
  }

  push(call: Omit<Call, 'call'>): Promise<unknown> {
    if (this.#state === 'lost') return Promise.reject(writerLost())
    if (this.#waiting.size >= writeQueueMax) {
      return Promise.reject(
        new AppError('unavailable', `More than ${writeQueueMax} writes are waiting. Try again in a moment.`, {
          retryAfterS: 1,
        }),
      )
    }
    const number = this.#nextCall++
    this.#queued.push({ call: number, ...call })
    if (this.#state === 'idle' && !this.#flushing) {
      this.#flushing = true
      queueMicrotask(() => this.#flush())
    }
    return new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }))
  }

  idle(): void {
    if (this.#state === 'lost') return
    this.#state = 'idle'
    this.#flush()
  }

  /** Tells the callers, so many a turn. The kernel calls it once the outcomes' commit is confirmed. */
  settle(outcomes: readonly Outcome[], from = 0): void {
    const until = from + settledPerTurnMax
    if (outcomes.length > until) setImmediate(() => this.settle(outcomes, until))
    for (const outcome of outcomes.slice(from, until)) {
      const waiting = this.#waiting.get(outcome.call)
      if (waiting === undefined) continue
      this.#waiting.delete(outcome.call)
      if (outcome.state === 'done') waiting.resolve(outcome.result)
      else if (outcome.state === 'refused') waiting.reject(AppError.from(outcome.error))
      else {
        this.reportBug(outcome.report)
        waiting.reject(new Error(outcome.report))
      }
    }
  }

  /** What happened to these commits is not known to be safe: no caller may take them for stored. */
  refuse(outcomes: readonly Outcome[], error: unknown): void {
    for (const outcome of outcomes) {
      this.#waiting.get(outcome.call)?.reject(error)
      this.#waiting.delete(outcome.call)
    }
  }

  lose(): void {
    this.#state = 'lost'
    this.#queued = []
    for (const waiting of this.#waiting.values()) waiting.reject(writerLost())
    this.#waiting.clear()
  }

  #flush(): void {
    this.#flushing = false
    if (this.#state !== 'idle' || this.#queued.length === 0) return
    const batch = this.#queued.splice(0, this.sizeOf(this.#queued.length))
    this.#state = 'busy'
    this.port.send(batch)
  }
}

function writerLost(): AppError {
  return new AppError('unavailable', 'The writer has stopped; whether this was stored is not known. Retry it.', {
    retryAfterS: 5,
  })
}
