import type { Severity } from '../slo/objectives.ts'
import type { Condition } from './conditions.ts'

export interface Alert extends Condition {
  readonly sinceMs: number
  /** Nobody is told until then; absent: not silenced. */
  readonly silencedUntilMs?: number
}

/** What receivers are told. */
export interface Notice {
  readonly state: 'firing' | 'resolved'
  readonly name: string
  readonly severity: Severity
  readonly summary: string
  readonly runbook: string
  readonly sinceMs: number
  readonly atMs: number
}

export interface AlertsOptions {
  readonly notify: (notice: Notice) => void
  /** How long a fault must stand before somebody is told: the shortest window of a burn rate is its own proof. */
  readonly quietMs?: number
  /** How long a fault must be gone before that is told: no flapping. */
  readonly calmMs?: number
  /** A fault that stays is told of again. */
  readonly repeatMs?: number
}

interface Known {
  condition: Condition
  readonly sinceMs: number
  lastSeenMs: number
  /** When somebody was told last; undefined: nobody was. */
  toldMs: number | undefined
}

/** Silences that are remembered, and how long one may last. */
const silencesMax = 200
export const silenceMsMax = 7 * 86_400_000

/**
 * What is wrong over time. A fault is told once when it stands, again after hours, and once more when it is over; while it is
 * silenced, nobody is told. Called with what is wrong now and the time: it has no clock of its own.
 */
export class Alerts {
  readonly #known = new Map<string, Known>()
  readonly #silences = new Map<string, number>()

  constructor(private readonly options: AlertsOptions) {}

  update(conditions: readonly Condition[], nowMs: number): void {
    for (const condition of conditions) {
      const known = this.#known.get(condition.name)
      if (known === undefined) {
        this.#known.set(condition.name, { condition, sinceMs: nowMs, lastSeenMs: nowMs, toldMs: undefined })
      } else {
        known.condition = condition
        known.lastSeenMs = nowMs
      }
    }
    for (const [name, until] of this.#silences) if (until <= nowMs) this.#silences.delete(name)
    for (const known of [...this.#known.values()]) this.#settle(known, nowMs)
  }

  /** What stands now, the oldest first. */
  get active(): Alert[] {
    return [...this.#known.values()].map(({ condition, sinceMs }) => {
      const silencedUntilMs = this.#silences.get(condition.name)
      return { ...condition, sinceMs, ...(silencedUntilMs !== undefined && { silencedUntilMs }) }
    })
  }

  /** Tells nobody of this alert until then; a time that is over ends the silence. @returns whether there is room for it. */
  silence(name: string, untilMs: number, nowMs: number): boolean {
    if (untilMs <= nowMs) this.#silences.delete(name)
    else if (!this.#silences.has(name) && this.#silences.size >= silencesMax) return false
    else this.#silences.set(name, Math.min(untilMs, nowMs + silenceMsMax))
    return true
  }

  #settle(known: Known, nowMs: number): void {
    const { quietMs = 0, calmMs = 120_000, repeatMs = 4 * 3_600_000 } = this.options
    const { name } = known.condition
    const silenced = this.#silences.has(name)
    if (known.lastSeenMs === nowMs) {
      const due = known.toldMs === undefined ? nowMs - known.sinceMs >= quietMs : nowMs - known.toldMs >= repeatMs
      if (due && !silenced) {
        known.toldMs = nowMs
        this.#tell('firing', known, nowMs)
      }
    } else if (nowMs - known.lastSeenMs >= calmMs) {
      this.#known.delete(name)
      if (known.toldMs !== undefined && !silenced) this.#tell('resolved', known, nowMs)
    }
  }

  #tell(state: Notice['state'], { condition, sinceMs }: Known, atMs: number): void {
    this.options.notify({ state, ...condition, sinceMs, atMs })
  }
}
