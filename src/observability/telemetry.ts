import type { TelemetryConfig } from './config.ts'
import { type FaultLine, parseLine } from './log-line.ts'
import type { Metrics } from './metrics.ts'
import { Exporter } from './tracing/exporter.ts'
import { encodeLogs, encodeSpans, type LogLine, type Resource } from './tracing/otlp.ts'
import type { FinishedSpan } from './tracing/span.ts'
import { Tracer } from './tracing/tracer.ts'

/** Errors that are remembered for the operators' page. */
const faultsMax = 50

/** Traces and logs on their way out, and the errors that were logged last. */
export class Telemetry {
  readonly tracer: Tracer
  readonly #traceLink: string | undefined
  readonly #spans: Exporter<FinishedSpan> | undefined
  readonly #lines: Exporter<LogLine> | undefined
  readonly #faults: FaultLine[] = []

  constructor(config: TelemetryConfig, resource: Omit<Resource, 'name'>) {
    const { endpoint, headers, ratio, service } = config
    this.#traceLink = config.traceLink
    const whole = { name: service, ...resource }
    if (endpoint === undefined) {
      this.tracer = new Tracer({ ratio: 0 })
      return
    }
    const spans = new Exporter<FinishedSpan>({
      headers,
      url: `${endpoint}/v1/traces`,
      encode: (batch) => encodeSpans(whole, batch),
    })
    this.#spans = spans
    this.#lines = new Exporter({ headers, url: `${endpoint}/v1/logs`, encode: (batch) => encodeLogs(whole, batch) })
    this.tracer = new Tracer({ ratio, send: (finished) => spans.add(finished) })
  }

  /** Errors of the log, newest first. */
  get faults(): readonly FaultLine[] {
    return this.#faults.toReversed()
  }

  /** Where this trace is looked at; undefined where nobody told. */
  linkOf(traceId: string): string | undefined {
    return this.#traceLink?.replaceAll('{trace}', encodeURIComponent(traceId))
  }

  /** Hears each line of the log after it was written. */
  readonly hear = (line: string): void => {
    const isFault = line.includes('"level":"error"') || line.includes('"level":"fatal"')
    if (!isFault && this.#lines === undefined) return
    const parsed = parseLine(line)
    if (parsed === undefined) return
    this.#lines?.add([parsed])
    if (!isFault) return
    this.#faults.push(parsed)
    if (this.#faults.length > faultsMax) this.#faults.shift()
  }

  /** What a line of the log says of the trace in which it was written. */
  readonly place = (): object => {
    const context = this.tracer.active?.context
    return context === undefined ? {} : { traceId: context.traceId, spanId: context.spanId }
  }

  register(metrics: Metrics): void {
    const exporters = [
      ['spans', this.#spans],
      ['logs', this.#lines],
    ] as const
    const each = (read: (exporter: Exporter<FinishedSpan> | Exporter<LogLine>) => number) =>
      exporters.flatMap(([signal, exporter]) => (exporter === undefined ? [] : [[signal, read(exporter)] as const]))
    metrics.counters('encapsify_telemetry_sent_total', 'Spans and lines that the collector took.', 'signal', () =>
      each(({ counts }) => counts.sent),
    )
    metrics.counters('encapsify_telemetry_dropped_total', 'Spans and lines that were given up.', 'signal', () =>
      each(({ counts }) => counts.dropped),
    )
    metrics.counters('encapsify_telemetry_failures_total', 'Requests to the collector that failed.', 'signal', () =>
      each(({ counts }) => counts.failures),
    )
    metrics.gauges('encapsify_telemetry_waiting', 'Spans and lines that wait.', 'signal', () =>
      each(({ waiting }) => waiting),
    )
    metrics.counter(
      'encapsify_traces_refused_total',
      'Traces not recorded because too many began in one second.',
      () => this.tracer.refused,
    )
  }

  async close(): Promise<void> {
    await Promise.all([this.#spans?.close(), this.#lines?.close()])
  }
}
