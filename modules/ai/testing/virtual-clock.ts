import type { Clock } from '../clock.ts'

interface Timer {
  readonly atMs: number
  readonly number: number
  readonly fire: () => void
}

/** Time that passes when it is told to: timers fire in order, with all that they set off done before the next. */
export class VirtualClock implements Clock {
  #nowMs: number
  #count = 0
  readonly #timers = new Map<number, Timer>()

  constructor(startMs = Date.UTC(2026, 0, 5, 12)) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return Math.floor(this.#nowMs)
  }

  after(ms: number, fire: () => void): () => void {
    const number = this.#count++
    this.#timers.set(number, { atMs: this.#nowMs + Math.max(0, ms), number, fire })
    return () => void this.#timers.delete(number)
  }

  /** Lets time pass until nothing is due before then. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settled()
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next.number)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.fire()
      await settled()
    }
    this.#nowMs = untilMs
  }

  /** Lets time pass until `work` is done. */
  async run<T>(work: Promise<T>, stepsMax = 1_000_000): Promise<T> {
    let isDone = false
    const finish = () => {
      isDone = true
    }
    work.then(finish, finish)
    await settled()
    for (let steps = 0; !isDone; steps++) {
      const next = this.#next(Number.POSITIVE_INFINITY)
      if (next === undefined || steps > stepsMax) throw new Error('Nothing is due any more, and the work is not done.')
      this.#timers.delete(next.number)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.fire()
      await settled()
    }
    return work
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers.values()) {
      if (timer.atMs > untilMs) continue
      if (first === undefined || timer.atMs < first.atMs) first = timer
    }
    return first
  }
}

/** Longer than any chain of promises that a timer sets off here. */
const turnsMax = 60

/** All that was set off by promises is done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn++) await undefined
}

/** Numbers that look random and are the same for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
