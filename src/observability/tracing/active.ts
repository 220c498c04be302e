import { AsyncLocalStorage } from 'node:async_hooks'
import { newSpanId } from './context.ts'
import { Span, type SpanKind } from './span.ts'

/** The piece of work under way. One for the process: what calls the outside need not be handed a tracer to be seen. */
export const activeSpan = new AsyncLocalStorage<Span>()

/** A part of the active span; undefined where nothing is recorded. */
export function childSpan(name: string, kind: SpanKind): Span | undefined {
  const parent = activeSpan.getStore()
  if (parent === undefined) return undefined
  const { traceId, spanId, sampled } = parent.context
  return new Span({ traceId, spanId: newSpanId(), sampled }, parent.trace, { name, kind, parentSpanId: spanId })
}
