import type { FinishedSpan } from './tracing/span.ts'

/** Entries of one header: browsers show them all, proxies bound what headers may hold. */
const entriesMax = 24

/**
 * What a request did, as `Server-Timing` (W3C Server Timing): the whole, then its parts in the order in which they began, each
 * with its start beside its length, so that browsers' tools draw the waterfall. Names are of our code, never of the input.
 */
export function serverTiming(tookMs: number, traceId: string, spans: readonly FinishedSpan[]): string {
  const root = spans[0]
  const parts = spans
    .filter((span) => span !== root)
    .toSorted((a, b) => a.startedMs - b.startedMs)
    .slice(0, entriesMax)
    .map((span, at) => {
      const afterMs = Math.max(0, span.startedMs - (root?.startedMs ?? span.startedMs))
      return `p${at};dur=${span.tookMs.toFixed(2)};desc="+${afterMs.toFixed(2)} ${quoted(span.name)}"`
    })
  return [`app;dur=${tookMs.toFixed(2)}`, `trace;desc="${traceId}"`, ...parts].join(', ')
}

function quoted(name: string): string {
  return name.replace(/[^\x20-\x7e]|["\\]/g, ' ').slice(0, 80)
}
