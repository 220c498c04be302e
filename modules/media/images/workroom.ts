import { AppError } from '../../../src/errors.ts'

export interface WorkroomOptions {
  /** Tasks under way at once: about as many as there are cores. */
  readonly tasksMax: number
  /** What tasks under way may take together, by their own estimate. */
  readonly bytesMax: number
  readonly queueMax: number
  /** Told whenever a task has begun or ended: its threads are there, or soon will be. */
  readonly onTurn?: () => void
}

interface Waiting {
  readonly bytes: number
  readonly background: boolean
  begin(): void
}

const retryAfterS = 2

/**
 * The place where images are worked on, with room for so many and so much memory at once. Others wait in order; when too many
 * wait, the next is refused. Background work starts only when nobody waits, one at a time, and never takes the last place
 * where there are several.
 */
export class Workroom {
  readonly #waiting: Waiting[] = []
  readonly #patient: Waiting[] = []
  #running = 0
  #runningBytes = 0
  #background = 0

  constructor(private readonly options: WorkroomOptions) {}

  get counts(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length + this.#patient.length }
  }

  /** @throws AppError unavailable when too many wait; whatever `work` throws. */
  async run<T>(bytes: number, work: () => Promise<T>, { background = false } = {}): Promise<T> {
    const needed = Math.min(bytes, this.options.bytesMax)
    await this.#enter(needed, background)
    try {
      const working = work()
      this.options.onTurn?.()
      return await working
    } finally {
      this.#running--
      this.#runningBytes -= needed
      if (background) this.#background--
      this.#admit()
      this.options.onTurn?.()
    }
  }

  #enter(bytes: number, background: boolean): Promise<void> {
    const queue = background ? this.#patient : this.#waiting
    if (queue.length >= this.options.queueMax) {
      throw new AppError('unavailable', 'Too many images are being worked on. Try again in a moment.', { retryAfterS })
    }
    return new Promise((resolve) => {
      queue.push({ bytes, background, begin: resolve })
      this.#admit()
    })
  }

  #admit(): void {
    for (;;) {
      const queue = this.#waiting.length > 0 ? this.#waiting : this.#patient
      const next = queue[0]
      if (next === undefined || !this.#fits(next)) return
      queue.shift()
      this.#running++
      this.#runningBytes += next.bytes
      if (next.background) this.#background++
      next.begin()
    }
  }

  #fits({ bytes, background }: Waiting): boolean {
    const { tasksMax, bytesMax } = this.options
    if (background && (this.#background > 0 || this.#running >= Math.max(1, tasksMax - 1))) return false
    return this.#running < tasksMax && this.#runningBytes + bytes <= bytesMax
  }
}
