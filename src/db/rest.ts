/** How long nothing may have been written before the writer is at rest. */
export const restAfterMs = 2_000
/** Fewer calls than this leave too little behind to be worth the look. */
export const restAfterCalls = 100

export interface RestOptions {
  /** Calls `fire` once after `ms`; the answer takes it back. */
  readonly after: (ms: number, fire: () => void) => () => void
  /** Lets go of what was kept to be quick. */
  readonly letGo: () => void
}

/**
 * The end of a busy time: pages that SQLite holds are worth their memory while calls come, and are a system call away afterwards.
 * A writer that is never left alone for so long uses what it holds, and keeps it.
 */
export class Rest {
  #calls = 0
  #cancel: () => void = () => {}

  constructor(private readonly options: RestOptions) {}

  /** So many calls were run just now. */
  worked(calls: number): void {
    this.#calls += calls
    this.#cancel()
    if (this.#calls < restAfterCalls) return
    this.#cancel = this.options.after(restAfterMs, () => {
      this.#calls = 0
      this.options.letGo()
    })
  }

  end(): void {
    this.#cancel()
  }
}
