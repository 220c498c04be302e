import type { LogLine } from './tracing/otlp.ts'

/** An error of the log, for people. */
export type FaultLine = LogLine

/** A structured line as the logger writes it; undefined for anything else. */
export function parseLine(line: string): LogLine | undefined {
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
  const { level, time, msg, traceId, spanId, err, ...rest } = fields
  const atMs = Date.parse(String(time))
  return {
    atMs: Number.isNaN(atMs) ? Date.now() : atMs,
    level: String(level),
    message: String(msg ?? ''),
    ...(typeof traceId === 'string' && { traceId }),
    ...(typeof spanId === 'string' && { spanId }),
    attributes: { ...flat(rest), ...exception(err) },
  }
}

function flat(fields: Record<string, unknown>): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    found[name] =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value)
  }
  return found
}

/** OpenTelemetry's names for an error. */
function exception(err: unknown): Record<string, string> {
  if (typeof err !== 'object' || err === null) return {}
  const found: Record<string, string> = {}
  if ('type' in err) found['exception.type'] = String(err.type)
  if ('message' in err) found['exception.message'] = String(err.message)
  if ('stack' in err) found['exception.stacktrace'] = String(err.stack).slice(0, 4_000)
  return found
}
