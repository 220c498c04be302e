import { activeSpan, childSpan } from './active.ts'
import { formatTraceparent, isTaken, newSpanId, newTraceId, parseTraceparent, type TraceContext } from './context.ts'
import { type Attributes, type FinishedSpan, LocalTrace, Span, type SpanKind, spansPerTraceMax } from './span.ts'

export interface TracerOptions {
  /** The share of traces that is recorded, 0 to 1. */
  readonly ratio: number
  /** Where finished spans go; absent: nobody wants them, and nothing is recorded unless a request asks for its waterfall. */
  readonly send?: (spans: readonly FinishedSpan[]) => void
  readonly random?: () => number
  readonly nowMs?: () => number
}

export interface Start {
  readonly name: string
  readonly kind: SpanKind
  readonly parent?: TraceContext | undefined
  /** Recorded for its own sake and sent to nobody, where the dice say no. */
  readonly locally?: boolean
}

/**
 * Traces that one process begins to record in a second: what a flood of chosen trace ids, or a hundred thousand pages a second, costs
 * at most. One that was recorded costs some 100 µs until the collector has it.
 */
export const tracesPerSecondMax = 100

/**
 * Records what a sampled piece of work did. The dice are thrown where a trace enters this process, from its id, so that all
 * nodes with one ratio decide alike; the sampled flag of a stranger decides nothing (W3C Trace Context, section 7.1 on
 * denial of service). Of unsampled work nothing is recorded, and only faults and slow answers leave one span afterwards.
 */
export class Tracer {
  readonly #live = new Map<string, LocalTrace>()
  /** Pieces of work that are recorded now. */
  #open = 0
  #second = 0
  #begunInSecond = 0
  /** Traces that were not recorded because too many began in one second. */
  refused = 0
  spansDropped = 0

  constructor(private readonly options: TracerOptions) {}

  get ratio(): number {
    return this.options.send === undefined ? 0 : this.options.ratio
  }

  /** The dice for work that came without a trace, before anything else is paid for. */
  luck(): boolean {
    const ratio = this.ratio
    return ratio > 0 && (this.options.random ?? Math.random)() < ratio && this.#hasRoom()
  }

  /** The dice for a trace that came from outside. */
  wants({ traceId }: TraceContext): boolean {
    return isTaken(traceId, this.ratio)
  }

  /** Asked at every statement: where nothing at all is recorded, nobody looks whose turn it is. */
  get active(): Span | undefined {
    return this.#open === 0 ? undefined : activeSpan.getStore()
  }

  /** For an outgoing request or a call of the writer: the active span as parent. */
  get traceparent(): string | undefined {
    const span = activeSpan.getStore()
    return span === undefined ? undefined : formatTraceparent(span.context)
  }

  /** Begins a piece of work that nothing in this process caused; undefined when too many began this second. */
  begin({ name, kind, parent, locally }: Start): Span | undefined {
    if (!this.#mayBegin()) return undefined
    const traceId = parent?.traceId ?? newTraceId(locally === true ? 1 : this.ratio || 1)
    const context = { traceId, spanId: newSpanId(), sampled: locally !== true }
    const trace = new LocalTrace()
    this.#live.set(context.traceId, trace)
    this.#open++
    return new Span(context, trace, { name, kind, parentSpanId: parent?.spanId }, (root) => {
      this.#open--
      if (this.#live.get(context.traceId) === trace) this.#live.delete(context.traceId)
      this.spansDropped += trace.dropped
      const spans = [root, ...trace.finished]
      trace.finished.unshift(root)
      if (context.sampled) this.options.send?.(spans)
    })
  }

  /** Goes on with what this system itself began elsewhere (a job, a call over the mesh): its flag is believed. */
  resume(traceparent: string | null | undefined, name: string, kind: SpanKind): Span | undefined {
    const parent = parseTraceparent(traceparent)
    return parent?.sampled === true && this.options.send !== undefined ? this.begin({ name, kind, parent }) : undefined
  }

  /** A part of the active span; undefined where nothing is recorded. */
  child(name: string, kind: SpanKind = 'internal'): Span | undefined {
    return this.#open === 0 ? undefined : childSpan(name, kind)
  }

  run<T>(span: Span, work: () => T): T {
    return activeSpan.run(span, work)
  }

  /** A part of the active span that is over already. Costs nothing where nothing is recorded. */
  note(name: string, kind: SpanKind, startedMs: number, tookMs: number, attributes: Attributes): void {
    const parent = activeSpan.getStore()
    if (parent === undefined || parent.trace.finished.length >= spansPerTraceMax) {
      if (parent !== undefined) parent.trace.dropped++
      return
    }
    const { traceId, spanId } = parent.context
    parent.trace.add({ traceId, spanId: newSpanId(), parentSpanId: spanId, name, kind, startedMs, tookMs, attributes })
  }

  /** What another thread or node did for a trace: joins it while it is under way here, and goes out by itself afterwards. */
  deliver(parent: TraceContext, span: Omit<FinishedSpan, 'traceId' | 'spanId' | 'parentSpanId'>): TraceContext {
    const context = { traceId: parent.traceId, spanId: newSpanId(), sampled: parent.sampled }
    const whole = { traceId: context.traceId, spanId: context.spanId, parentSpanId: parent.spanId, ...span }
    const trace = this.#live.get(parent.traceId)
    if (trace !== undefined) trace.add(whole)
    else if (parent.sampled) this.options.send?.([whole])
    return context
  }

  /** A single span for what turned out to be worth keeping. */
  afterwards(
    span: Omit<FinishedSpan, 'traceId' | 'spanId' | 'parentSpanId'>,
    parent: TraceContext | undefined,
  ): string {
    const traceId = parent?.traceId ?? newTraceId()
    if (this.options.send !== undefined && this.#mayBegin()) {
      this.options.send([{ traceId, spanId: newSpanId(), parentSpanId: parent?.spanId, ...span }])
    }
    return traceId
  }

  #mayBegin(): boolean {
    if (!this.#hasRoom()) return false
    this.#begunInSecond++
    return true
  }

  #hasRoom(): boolean {
    const second = Math.floor((this.options.nowMs ?? Date.now)() / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#begunInSecond = 0
    }
    if (this.#begunInSecond < tracesPerSecondMax) return true
    this.refused++
    return false
  }
}
