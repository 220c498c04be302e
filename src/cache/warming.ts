/** Pages that wait to be made ready; past it the least visited wait no longer. */
const waitingMax = 500

/**
 * Makes pages ready before anybody asks: after a start, and after a change threw them out; the most visited first, one at a
 * time, with room for others in between.
 */
export class Warming {
  readonly #waiting = new Map<string, number>()
  #running: Promise<void> | undefined
  #isClosed = false

  /** @param warm makes one page ready; what it throws is the next visitor's to see */
  constructor(private readonly warm: (key: string, visits: number) => Promise<void>) {}

  add(key: string, visits: number): void {
    if (this.#isClosed) return
    this.#waiting.set(key, Math.max(visits, this.#waiting.get(key) ?? 0))
    if (this.#waiting.size > waitingMax) this.#dropLeast()
    this.#running ??= this.#run()
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    await this.#running
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#waiting.clear()
    await this.#running
  }

  async #run(): Promise<void> {
    // Not now: whoever caused this is still at work.
    await new Promise((resolve) => setImmediate(resolve))
    for (let next = this.#most(); next !== undefined; next = this.#most()) {
      const [key, visits] = next
      this.#waiting.delete(key)
      await this.warm(key, visits).catch(() => {})
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#running = undefined
  }

  #most(): [string, number] | undefined {
    let most: [string, number] | undefined
    for (const one of this.#waiting) if (most === undefined || one[1] > most[1]) most = one
    return most
  }

  #dropLeast(): void {
    let least: [string, number] | undefined
    for (const one of this.#waiting) if (least === undefined || one[1] < least[1]) least = one
    if (least !== undefined) this.#waiting.delete(least[0])
  }
}
