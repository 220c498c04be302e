/** Lets so many at once work, makes as many more wait in order, and refuses the rest. */
export class Turns {
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(
    private readonly limits: {
      readonly atOnceMax: number
      readonly waitingMax: number
      /** What whoever finds the queue full hears. */
      readonly refusal: () => Error
    },
  ) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.limits.atOnceMax) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  /** Whoever is called takes over the place of one that has ended. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= this.limits.waitingMax) throw this.limits.refusal()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
