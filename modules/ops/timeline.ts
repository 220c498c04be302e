import { type Histogram, quantile } from '../../src/observability/histogram.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import { objectives, type Selection } from '../../src/observability/slo/objectives.ts'
import { countsOf } from '../../src/observability/slo/reading.ts'
import type { ChartState } from './state.ts'

const everyMs = 5_000
/** Half an hour. */
const samplesMax = 360

const requests: Selection = { metric: 'encapsify_http_request_seconds' }
const faults: Selection = { ...requests, match: { status: '5xx' } }

/** What is drawn as percentiles: the histograms of these objectives. */
const latencies = { page: 'page-latency', api: 'api-latency', query: 'query-latency' } as const
const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const

/** Samples of the figures that are drawn, of the last half hour, taken from the differences between looks at the metrics. */
export class Timeline {
  readonly #at: number[] = []
  readonly #lines = new Map<string, (number | null)[]>()
  readonly #before = new Map<string, Float64Array>()
  #cpuS = 0
  #lastMs: number
  readonly #timer: ReturnType<typeof setInterval>

  constructor(
    private readonly metrics: Metrics,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.#lastMs = nowMs()
    this.#cpuS = metrics.valueOf('encapsify_cpu_seconds_total')
    for (const [name, selection] of this.#selections()) this.#before.set(name, countsOf(metrics, selection))
    this.#timer = setInterval(() => this.sample(), everyMs)
    this.#timer.unref()
  }

  since(afterMs: number): ChartState {
    const from = this.#at.findIndex((at) => at > afterMs)
    const start = from === -1 ? this.#at.length : from
    const lines = Object.fromEntries([...this.#lines].map(([name, values]) => [name, values.slice(start)]))
    return { everyMs, samplesMax, atMs: this.#at.slice(start), lines }
  }

  sample(): void {
    const nowMs = this.nowMs()
    const seconds = (nowMs - this.#lastMs) / 1_000
    if (seconds <= 0) return
    this.#lastMs = nowMs
    this.#at.push(nowMs)
    if (this.#at.length > samplesMax) this.#at.shift()
    for (const [name, selection] of this.#selections()) {
      const counts = this.#difference(name, selection)
      if (name === 'requests' || name === 'errors') this.#add(name, sum(counts) / seconds)
      else this.#addQuantiles(name, counts, this.metrics.histogramOf(selection.metric))
    }
    const cpuS = this.metrics.valueOf('encapsify_cpu_seconds_total')
    this.#add('cpu', (cpuS - this.#cpuS) / seconds)
    this.#cpuS = cpuS
    this.#add('rss', this.metrics.valueOf('encapsify_rss_bytes'))
    this.#add('loop', this.metrics.valueOf('encapsify_event_loop_delay_p99_seconds'))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #selections(): [string, Selection][] {
    const drawn = Object.entries(latencies).flatMap(([name, objective]): [string, Selection][] => {
      const indicator = objectives.find((one) => one.name === objective)?.indicator
      return indicator?.kind === 'latency' ? [[name, indicator]] : []
    })
    return [...drawn, ['requests', requests], ['errors', faults]]
  }

  #difference(name: string, selection: Selection): Float64Array {
    const now = countsOf(this.metrics, selection)
    const before = this.#before.get(name)
    this.#before.set(name, now)
    return now.map((count, at) => count - (before?.[at] ?? 0))
  }

  #addQuantiles(name: string, counts: Float64Array, histogram: Histogram | undefined): void {
    for (const [label, share] of Object.entries(shares)) {
      this.#add(`${name}.${label}`, quantile(share, counts, histogram?.bounds ?? []) ?? null)
    }
  }

  #add(name: string, value: number | null): void {
    const line = this.#lines.get(name) ?? []
    line.push(value === null ? null : Number(value.toPrecision(4)))
    if (line.length > samplesMax) line.shift()
    this.#lines.set(name, line)
  }
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
