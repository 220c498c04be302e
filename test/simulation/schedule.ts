/** Mulberry32 (Tommy Ettinger, public domain): the same seed, the same run. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Due {
  readonly atMs: number
  readonly order: number
  run(): void
}

/** Simulated time: a heap of what is due, in order of time, then of asking. */
export class Schedule {
  readonly #heap: Due[] = []
  #order = 0
  nowMs = 0

  after(delayMs: number, run: () => void): void {
    this.#heap.push({ atMs: this.nowMs + delayMs, order: this.#order++, run })
    this.#rise(this.#heap.length - 1)
  }

  /** Runs what is due until the time, or until told to stop. */
  until(endMs: number, isOver: () => boolean = () => false): void {
    while (!isOver()) {
      const next = this.#heap[0]
      if (next === undefined || next.atMs > endMs) break
      this.nowMs = next.atMs
      this.#pop()
      next.run()
    }
    if (!isOver()) this.nowMs = Math.max(this.nowMs, endMs)
  }

  #before(a: number, b: number): boolean {
    const [one, two] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || two === undefined) return false
    return one.atMs < two.atMs || (one.atMs === two.atMs && one.order < two.order)
  }

  #swap(a: number, b: number): void {
    const [one, two] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || two === undefined) return
    this.#heap[a] = two
    this.#heap[b] = one
  }

  #rise(start: number): void {
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (this.#heap.length === 0 || last === undefined) return
    this.#heap[0] = last
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const least = this.#before(left + 1, left) ? left + 1 : left
      if (!this.#before(least, at)) return
      this.#swap(at, least)
      at = least
    }
  }
}
