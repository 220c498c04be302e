import type { Reading } from './reading.ts'

/** Slots of this length; the shortest window is five minutes. */
export const slotMs = 30_000
/** As long as the longest window. */
const slotsMax = (72 * 3_600_000) / slotMs

/**
 * Readings of one indicator over three days: what was good and bad in each half minute. Memory of one process; the clock is
 * given, and one that jumps back changes nothing that was counted.
 */
export class History {
  readonly #good = new Float32Array(slotsMax)
  readonly #bad = new Float32Array(slotsMax)
  #last: Reading = { good: 0, bad: 0 }
  #slot = -1
  #firstSlot = -1

  add(reading: Reading, nowMs: number): void {
    const slot = Math.max(Math.floor(nowMs / slotMs), this.#slot)
    if (this.#slot === -1) this.#firstSlot = slot
    const from = this.#slot === -1 ? slot : this.#slot + 1
    for (let at = Math.max(from, slot - slotsMax + 1); at <= slot; at++) {
      this.#good[at % slotsMax] = 0
      this.#bad[at % slotsMax] = 0
    }
    this.#slot = slot
    const at = slot % slotsMax
    // A count that fell was begun anew by whoever keeps it.
    this.#good[at] = (this.#good[at] ?? 0) + Math.max(0, reading.good - this.#last.good)
    this.#bad[at] = (this.#bad[at] ?? 0) + Math.max(0, reading.bad - this.#last.bad)
    this.#last = reading
  }

  /** What was good and bad in the last so many milliseconds, as far as this process remembers. */
  within(windowMs: number): Reading {
    let [good, bad] = [0, 0]
    const oldest = Math.max(this.#firstSlot, this.#slot - Math.ceil(windowMs / slotMs) + 1, 0)
    for (let slot = this.#slot; slot >= oldest && this.#slot !== -1; slot--) {
      good += this.#good[slot % slotsMax] ?? 0
      bad += this.#bad[slot % slotsMax] ?? 0
    }
    return { good, bad }
  }
}
