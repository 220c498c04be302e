import type { Reading } from './reading.ts'

/** Slots of this length; the shortest window is five minutes. */
export const slotMs = 30_000
/** As long as the longest window. */
const slotsMax = (72 * 3_600_000) / slotMs

/** A history as it is kept for the next process: the half minutes in which something was counted, oldest first. */
export interface KeptHistory {
  readonly firstSlot: number
  readonly slots: readonly (readonly [slot: number, good: number, bad: number])[]
}

/**
 * Readings of one indicator over three days: what was good and bad in each half minute. The clock is given, and one that jumps
 * back changes nothing that was counted.
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

  keep(): KeptHistory {
    const slots: [number, number, number][] = []
    for (let slot = Math.max(this.#slot - slotsMax + 1, 0); slot <= this.#slot; slot++) {
      const [good, bad] = [this.#good[slot % slotsMax] ?? 0, this.#bad[slot % slotsMax] ?? 0]
      if (slot >= this.#firstSlot && good + bad > 0) slots.push([slot, good, bad])
    }
    return { firstSlot: this.#firstSlot, slots }
  }

  /** Goes on where the process before ended; what lies ahead of the clock, or too far behind it, is left out. */
  restore({ firstSlot, slots }: KeptHistory, nowMs: number): void {
    const now = Math.floor(nowMs / slotMs)
    const known = slots.filter(([slot]) => slot <= now && slot > now - slotsMax)
    if (known.length === 0) return
    this.#slot = now
    this.#firstSlot = Math.min(firstSlot, known[0]?.[0] ?? now)
    for (const [slot, good, bad] of known) {
      this.#good[slot % slotsMax] = good
      this.#bad[slot % slotsMax] = bad
    }
  }
}
