import { type ExpositionFormat, head, histogramText, line, type Sample } from './exposition.ts'
import { Histogram, type HistogramOptions, type Series } from './histogram.ts'

interface Figure {
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly read: () => Iterable<Sample>
}

/** Methods that have a label of their own; any other word a client invents is counted as OTHER. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** Values of a label in one figure; what comes after is left out. */
const samplesMax = 200

/**
 * What this process tells of itself. Labels come from route templates, names of operations and kinds, never from paths or
 * bodies: whatever is sent, the number of series is bounded.
 */
export class Metrics {
  readonly #figures = new Map<string, Figure>()
  readonly #histograms = new Map<string, Histogram>()
  readonly requests = this.histogram({
    name: 'encapsify_http_request_seconds',
    help: 'Time to an answer, by method, route template and class of status.',
    labels: ['method', 'route', 'status'],
  })
  /** By route, then by method, then by class of status: found without making a string of the three. */
  readonly #requestSeries = new Map<string, Map<string, (Series | undefined)[]>>()

  constructor() {
    this.counter('encapsify_metrics_overflowed_total', 'Observations counted under "other" to bound the series.', () =>
      [...this.#histograms.values()].reduce((sum, { overflowed }) => sum + overflowed, 0),
    )
  }

  observeRequest(method: string, route: string, status: number, seconds: number, traceId?: string): void {
    this.requestSeries(method, route, status).observe(seconds, traceId)
  }

  requestSeries(method: string, route: string, status: number): Series {
    const classOfStatus = Math.floor(status / 100)
    const known = this.#requestSeries.get(route)?.get(method)?.[classOfStatus]
    if (known !== undefined) return known
    const label = methods.has(method) ? method : 'OTHER'
    const series = this.requests.of(label, route, `${classOfStatus}xx`)
    // Bounded by what is known; a stranger's method finds its series without being remembered.
    if (label === method && series.labels[1] === route) this.#remember(series, method, route, classOfStatus)
    return series
  }

  /** A figure that is asked for when the metrics are read. */
  gauge(name: string, help: string, read: () => number): void {
    this.#figures.set(name, { type: 'gauge', help, read: () => [[{}, read()]] })
  }

  /** A count that only grows, kept elsewhere and asked for when the metrics are read. Its name ends in `_total`. */
  counter(name: string, help: string, read: () => number): void {
    this.#figures.set(name, { type: 'counter', help, read: () => [[{}, read()]] })
  }

  /** Figures of one name under values of one label. */
  gauges(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void {
    this.#figures.set(name, { type: 'gauge', help, read: () => labelled(label, read()) })
  }

  counters(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void {
    this.#figures.set(name, { type: 'counter', help, read: () => labelled(label, read()) })
  }

  histogram(options: HistogramOptions): Histogram {
    const histogram = new Histogram(options)
    this.#histograms.set(options.name, histogram)
    return histogram
  }

  /** A histogram by its name, for who computes objectives. */
  histogramOf(name: string): Histogram | undefined {
    return this.#histograms.get(name)
  }

  /** The samples of a figure now; none when nobody registered it. */
  samplesOf(name: string): readonly Sample[] {
    return [...(this.#figures.get(name)?.read() ?? [])]
  }

  /** The sum of a figure's samples. */
  valueOf(name: string): number {
    return this.samplesOf(name).reduce((sum, [, value]) => sum + value, 0)
  }

  text(format: ExpositionFormat = 'prometheus'): string {
    let text = ''
    for (const [name, { type, help, read }] of this.#figures) {
      const samples = [...read()].filter(([, value]) => !Number.isNaN(value))
      if (samples.length > 0) text += head(name, type, help, format) + samples.map((one) => line(name, one)).join('')
    }
    for (const histogram of this.#histograms.values()) text += histogramText(histogram, format)
    return format === 'openmetrics' ? `${text}# EOF\n` : text
  }

  #remember(series: Series, method: string, route: string, classOfStatus: number): void {
    const byMethod = this.#requestSeries.get(route) ?? new Map<string, (Series | undefined)[]>()
    this.#requestSeries.set(route, byMethod)
    const byClass = byMethod.get(method) ?? []
    byMethod.set(method, byClass)
    byClass[classOfStatus] = series
  }
}

function labelled(label: string, values: Iterable<readonly [string, number]>): Sample[] {
  const samples: Sample[] = []
  for (const [value, figure] of values) {
    if (samples.length >= samplesMax) break
    samples.push([{ [label]: value }, figure])
  }
  return samples
}
