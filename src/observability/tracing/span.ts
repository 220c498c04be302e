import type { TraceContext } from './context.ts'

/** As OTLP numbers them. */
export const spanKinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const
export type SpanKind = keyof typeof spanKinds

export type Attributes = Readonly<Record<string, string | number | boolean>>

/** A piece of work that is over. */
export interface FinishedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: SpanKind
  /** UTC milliseconds with fractions. */
  readonly startedMs: number
  readonly tookMs: number
  readonly attributes: Attributes
  /** What went wrong; absent: nothing. */
  readonly error?: string
}

/** Spans of one trace that are kept: a request that asks a thousand times leaves the first ones and a count. */
export const spansPerTraceMax = 128

/** What one piece of work of this process (a request, a job) leaves: itself and what it caused. */
export class LocalTrace {
  readonly finished: FinishedSpan[] = []
  dropped = 0

  add(span: FinishedSpan): void {
    if (this.finished.length < spansPerTraceMax) this.finished.push(span)
    else this.dropped++
  }
}

/** A piece of work under way. */
export class Span {
  readonly #startedMs = performance.now()
  #attributes: Record<string, string | number | boolean> = {}
  #error: string | undefined
  #over = false

  constructor(
    readonly context: TraceContext,
    readonly trace: LocalTrace,
    private readonly what: { name: string; kind: SpanKind; parentSpanId: string | undefined },
    private readonly onEnd?: (span: FinishedSpan) => void,
  ) {}

  rename(name: string): void {
    this.what.name = name
  }

  set(attributes: Attributes): void {
    Object.assign(this.#attributes, attributes)
  }

  fail(error: unknown): void {
    this.#error = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500)
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    const { traceId, spanId } = this.context
    const span: FinishedSpan = {
      traceId,
      spanId,
      ...this.what,
      startedMs: performance.timeOrigin + this.#startedMs,
      tookMs: performance.now() - this.#startedMs,
      attributes: this.#attributes,
      ...(this.#error !== undefined && { error: this.#error }),
    }
    if (this.onEnd === undefined) this.trace.add(span)
    else this.onEnd(span)
  }
}
