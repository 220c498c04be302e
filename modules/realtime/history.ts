import type { LogPlace, Recent } from '../../src/db/database.ts'
import type { Frame } from './frame.ts'

interface Event {
  readonly sequence: number
  readonly frame: Frame
}

/** What a member is told that comes with a place (R8 to R10). */
export type Missed =
  | { readonly state: 'recovered'; readonly frames: readonly Frame[] }
  | { readonly state: 'behind' }
  | { readonly state: 'lost' }

/**
 * The last events of a capsule, whole from a place on. Read from the log once, when somebody comes back, and then carried on
 * with what is told live: ten thousand who come back at once read memory.
 */
export class History {
  readonly #events: Event[]
  #after: LogPlace

  constructor(
    recent: Pick<Recent, 'after'>,
    events: readonly Event[],
    private readonly eventsMax: number,
  ) {
    this.#after = recent.after
    this.#events = [...events]
    this.#trim()
  }

  get size(): number {
    return this.#events.length
  }

  add(place: LogPlace, frame: Frame): void {
    if (place.incarnation !== this.#after.incarnation) {
      this.#events.length = 0
      this.#after = { incarnation: place.incarnation, sequence: place.sequence - 1 }
    }
    this.#events.push({ sequence: place.sequence, frame })
    this.#trim()
  }

  /** What followed a place, for a log that stands at `head`. */
  since(place: LogPlace, head: LogPlace): Missed {
    if (place.incarnation !== head.incarnation) return { state: 'lost' }
    if (place.sequence > head.sequence) return { state: 'behind' }
    if (place.incarnation !== this.#after.incarnation || place.sequence < this.#after.sequence) return { state: 'lost' }
    const frames = this.#events.filter((event) => event.sequence > place.sequence).map((event) => event.frame)
    return { state: 'recovered', frames }
  }

  #trim(): void {
    const surplus = this.#events.splice(0, Math.max(0, this.#events.length - this.eventsMax))
    const last = surplus.at(-1)
    if (last !== undefined) this.#after = { ...this.#after, sequence: last.sequence }
  }
}
