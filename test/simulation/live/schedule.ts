interface Due {
  readonly atMs: number
  readonly order: number
  readonly work: () => void
  isOff: boolean
}

/** Virtual time: whatever is due runs in its order, and nothing waits for a real clock. */
export class Schedule {
  readonly #heap: Due[] = []
  #nowMs = 1_800_000_000_000
  #order = 0
  /** How far the clocks on the wall are off; time passes all the same. */
  skewMs = 0

  /** What a clock on the wall shows. */
  nowMs = (): number => this.#nowMs + this.skewMs

  passedMs = (): number => this.#nowMs

  after = (ms: number, work: () => void): (() => void) => {
    const due: Due = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, work, isOff: false }
    this.#push(due)
    return () => {
      due.isOff = true
    }
  }

  /** Runs what is due in so long. */
  run(ms: number): void {
    const untilMs = this.#nowMs + ms
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= untilMs; first = this.#heap[0]) {
      this.#pop()
      this.#nowMs = first.atMs
      if (!first.isOff) first.work()
    }
    this.#nowMs = untilMs
  }

  #push(due: Due): void {
    const heap = this.#heap
    let at = heap.push(due) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(due, heap[parent])) break
      heap[at] = heap[parent] as Due
      at = parent
    }
    heap[at] = due
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child])) child++
      if (!before(heap[child] as Due, last)) break
      heap[at] = heap[child] as Due
      at = child
    }
    heap[at] = last
  }
}

function before(one: Due, other: Due | undefined): boolean {
  return other !== undefined && (one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order))
}

/** Numbers from 0 to below 1 that a seed repeats (mulberry32, by Tommy Ettinger, public domain). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
