import type { Metrics } from '../metrics.ts'
import { HistoryFile } from '../slo/history-file.ts'
import { objectives } from '../slo/objectives.ts'
import { ObjectiveWatch } from '../slo/watch.ts'
import { Alerts } from './alerts.ts'
import { type Condition, conditionsNow } from './conditions.ts'
import { Delivery, type Receiver } from './receivers.ts'

const everyMs = 15_000
/** What a process that is killed forgets. */
const keepEveryMs = 60_000
/** The first look comes soon: what an earlier process left should not wait. */
const firstMs = 1_000

export interface WatchmanOptions {
  readonly metrics: Metrics
  readonly receivers: readonly Receiver[]
  readonly log: { warn(fields: object, message: string): void }
  /** Whether the node should get requests: what the availability indicator counts. */
  readonly isReady: () => boolean
  /** What else is wrong now, as far as others look after it. */
  readonly conditions?: () => readonly Condition[]
  /** Where what was counted is kept for the next process; absent: nowhere. */
  readonly historyPath?: string | undefined
  readonly nowMs?: () => number
}

/** Looks at the indicators every few seconds and tells the receivers what is wrong. */
export class Watchman {
  readonly watch: ObjectiveWatch
  readonly alerts: Alerts
  readonly #deliveries: readonly Delivery[]
  readonly #checks = { passed: 0, failed: 0 }
  readonly #timer: ReturnType<typeof setInterval>
  readonly #first: ReturnType<typeof setTimeout>
  readonly #keeping: ReturnType<typeof setInterval>
  readonly #file: HistoryFile | undefined

  constructor(private readonly options: WatchmanOptions) {
    const { metrics, receivers, log } = options
    this.#deliveries = receivers.map((receiver) => new Delivery(receiver, log))
    this.watch = new ObjectiveWatch(metrics, objectives)
    this.#file = options.historyPath === undefined ? undefined : new HistoryFile(options.historyPath, log)
    this.watch.restore(this.#file?.read() ?? {}, this.nowMs())
    this.alerts = new Alerts({
      notify: (notice) => {
        log.warn({ alert: notice.name, state: notice.state, runbook: notice.runbook }, notice.summary)
        for (const delivery of this.#deliveries) delivery.add(notice)
      },
    })
    this.#register(metrics)
    this.#timer = setInterval(() => this.look(), everyMs)
    this.#timer.unref()
    this.#keeping = setInterval(() => void this.#file?.write(this.watch.keep()), keepEveryMs)
    this.#keeping.unref()
    this.#first = setTimeout(() => this.look(), firstMs)
    this.#first.unref()
  }

  /** Looks now. */
  look(): void {
    this.#checks[this.options.isReady() ? 'passed' : 'failed']++
    const nowMs = this.nowMs()
    const others = this.options.conditions?.() ?? []
    this.alerts.update([...conditionsNow(this.options.metrics, this.watch, nowMs), ...others], nowMs)
  }

  nowMs(): number {
    // Of a clock that nobody sets: an alert neither stays for a day nor flaps because the time was put right.
    return this.options.nowMs?.() ?? Math.round(performance.timeOrigin + performance.now())
  }

  async close(): Promise<void> {
    await this.#file?.write(this.watch.keep())
    clearInterval(this.#keeping)
    clearInterval(this.#timer)
    clearTimeout(this.#first)
    for (const delivery of this.#deliveries) delivery.close()
  }

  #register(metrics: Metrics): void {
    metrics.counter(
      'encapsify_ready_checks_passed_total',
      'Checks that found the node ready.',
      () => this.#checks.passed,
    )
    metrics.counter('encapsify_ready_checks_failed_total', 'Checks that did not.', () => this.#checks.failed)
    metrics.gauges('encapsify_alert_active', 'Alerts that stand, by name.', 'alert', () =>
      this.alerts.active.map(({ name }) => [name, 1] as const),
    )
    metrics.gauges('encapsify_slo_burn_rate', 'How fast the error budget is spent, over an hour.', 'objective', () =>
      this.watch.standings.map(({ objective, burn }) => [objective.name, burn] as const),
    )
    const sum = (end: 'delivered' | 'dropped') => () =>
      this.#deliveries.reduce((total, { counts }) => total + counts[end], 0)
    metrics.counter('encapsify_alert_notices_total', 'Notices that a receiver took.', sum('delivered'))
    metrics.counter('encapsify_alert_notices_dropped_total', 'Notices that were given up.', sum('dropped'))
  }
}
