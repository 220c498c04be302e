import type { Metrics } from '../metrics.ts'
import { History, type KeptHistory } from './history.ts'
import { type BurnWindow, type Objective, type Severity, windowsOf } from './objectives.ts'
import { readIndicator } from './reading.ts'

/** What an objective stands at, for people. */
export interface Standing {
  readonly objective: Objective
  /** The share that was good in the last hour; undefined when nothing was seen. */
  readonly hour: number | undefined
  /** The share that was good in three days, or since the start. */
  readonly days: number | undefined
  /** The part of three days' error budget that is left: 1 untouched, 0 spent, below 0 overspent. */
  readonly budget: number
  /** How many times too fast the budget is spent, over an hour. */
  readonly burn: number
}

/** An objective whose budget burns too fast, in both windows of a pair. */
export interface Burning {
  readonly objective: Objective
  readonly severity: Severity
  readonly window: BurnWindow
  readonly rate: number
}

/**
 * Below so many bad events a window says nothing: one slow request among three after a start is no reason to wake anybody.
 * Prometheus' rules have the same floor.
 */
export const badMin = 10

const hourMs = 3_600_000
const daysMs = 72 * hourMs

/** Reads the indicators and says which objectives burn. Its owner calls `look` regularly, with the time. */
export class ObjectiveWatch {
  readonly #histories: ReadonlyMap<Objective, History>

  constructor(
    private readonly metrics: Metrics,
    objectives: readonly Objective[],
  ) {
    this.#histories = new Map(objectives.map((objective) => [objective, new History()]))
  }

  look(nowMs: number): readonly Burning[] {
    const burning: Burning[] = []
    for (const [objective, history] of this.#histories) {
      history.add(readIndicator(this.metrics, objective.indicator), nowMs)
      for (const window of windowsOf(objective)) {
        const rate = Math.min(
          this.#rate(objective, history, window.longMs),
          this.#rate(objective, history, window.shortMs),
        )
        const enough = history.within(window.longMs).bad >= badMin
        if (enough && rate > window.factor) burning.push({ objective, severity: window.severity, window, rate })
      }
    }
    return burning
  }

  /** All histories by their objective's name, for the next process. */
  keep(): Record<string, KeptHistory> {
    return Object.fromEntries([...this.#histories].map(([{ name }, history]) => [name, history.keep()]))
  }

  restore(kept: Readonly<Record<string, KeptHistory>>, nowMs: number): void {
    for (const [{ name }, history] of this.#histories) {
      const its = kept[name]
      if (its !== undefined) history.restore(its, nowMs)
    }
  }

  get standings(): Standing[] {
    return [...this.#histories].map(([objective, history]) => ({
      objective,
      hour: goodShare(history, hourMs),
      days: goodShare(history, daysMs),
      budget: 1 - this.#rate(objective, history, daysMs),
      burn: this.#rate(objective, history, hourMs),
    }))
  }

  #rate({ share }: Objective, history: History, windowMs: number): number {
    const good = goodShare(history, windowMs)
    return good === undefined ? 0 : (1 - good) / (1 - share)
  }
}

function goodShare(history: History, windowMs: number): number | undefined {
  const { good, bad } = history.within(windowMs)
  return good + bad === 0 ? undefined : good / (good + bad)
}
