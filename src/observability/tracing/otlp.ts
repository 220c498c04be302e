import { type Attributes, type FinishedSpan, spanKinds } from './span.ts'

/** What this process is, for all it sends. */
export interface Resource {
  readonly name: string
  readonly version: string
  readonly region: string
  readonly instance: string
}

/** One line of the log on its way. */
export interface LogLine {
  readonly atMs: number
  readonly level: string
  readonly message: string
  readonly traceId?: string
  readonly spanId?: string
  readonly attributes: Attributes
}

/** Severity numbers of OpenTelemetry's log data model. */
const severities: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 }

/** OTLP/HTTP with JSON (opentelemetry-proto 1.x: ids in hexadecimal, 64-bit numbers as text). */
export function encodeSpans(resource: Resource, spans: readonly FinishedSpan[]): string {
  return JSON.stringify({
    resourceSpans: [
      { resource: describe(resource), scopeSpans: [{ scope: scope(resource), spans: spans.map(encodeSpan) }] },
    ],
  })
}

export function encodeLogs(resource: Resource, lines: readonly LogLine[]): string {
  return JSON.stringify({
    resourceLogs: [
      { resource: describe(resource), scopeLogs: [{ scope: scope(resource), logRecords: lines.map(encodeLine) }] },
    ],
  })
}

function encodeSpan(span: FinishedSpan) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: spanKinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startedMs),
    endTimeUnixNano: nanoseconds(span.startedMs + span.tookMs),
    attributes: encodeAttributes(span.attributes),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  }
}

function encodeLine(line: LogLine) {
  return {
    timeUnixNano: nanoseconds(line.atMs),
    observedTimeUnixNano: nanoseconds(line.atMs),
    severityNumber: severities[line.level] ?? 9,
    severityText: line.level.toUpperCase(),
    body: { stringValue: line.message },
    attributes: encodeAttributes(line.attributes),
    ...(line.traceId !== undefined && { traceId: line.traceId }),
    ...(line.spanId !== undefined && { spanId: line.spanId }),
  }
}

function describe({ name, version, region, instance }: Resource) {
  return {
    attributes: encodeAttributes({
      'service.name': name,
      'service.version': version,
      'service.instance.id': instance,
      'cloud.region': region,
      'telemetry.sdk.language': 'webjs',
      'telemetry.sdk.name': 'encapsify',
    }),
  }
}

const scope = ({ version }: Resource) => ({ name: 'encapsify', version })

function encodeAttributes(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isSafeInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }))
}

/**
 * A double has no room for nanoseconds since 1970: whole milliseconds and the rest are written one behind the other. The rest never
 * rounds up to a whole one: of today's milliseconds a double keeps steps of a quarter of a microsecond.
 */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms)
  return whole + String(Math.round((ms - whole) * 1_000_000)).padStart(6, '0')
}
