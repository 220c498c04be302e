import { Elysia } from 'elysia'
import type { Logger } from '../observability/logs.ts'
import type { Metrics } from '../observability/metrics.ts'
import { parseTraceparent } from '../observability/tracing/context.ts'
import type { Span } from '../observability/tracing/span.ts'
import type { Tracer } from '../observability/tracing/tracer.ts'
import { serverTiming } from '../observability/waterfall.ts'
import { compressed } from './compressed.ts'
import { LineSample } from './line-sample.ts'
import { keepPrivate } from './private-answers.ts'
import { requestIdOf, traceIdOf } from './request-id.ts'
import type { RequestRecord } from './request-record.ts'
import type { Door } from './server.ts'

const slowMs = 500
const templates = new WeakMap<Request, string>()

/** Remembers which route template answers a request: what metrics and logs speak of instead of paths. */
export function routeTemplates() {
  return new Elysia({ name: 'route-templates' }).onTransform({ as: 'global' }, ({ request, route }) => {
    templates.set(request, route)
  })
}

export interface ObservedOptions {
  readonly handle: (request: Request) => Response | Promise<Response>
  readonly metrics: Metrics
  readonly log: Logger
  readonly tracer: Tracer
  readonly record: RequestRecord
  /** How far this node's data is, for `Encapsify-Position` on every answer of the API. */
  readonly position: () => string
  /** Region and role, for `Encapsify-Node`. */
  readonly node: () => string
}

/** Measures, traces and logs what goes through the router, and says on its answers which node it is, and on the API's how far that is. */
export function observed(options: ObservedOptions): (request: Request) => Promise<Response> {
  const { handle, metrics, log, tracer, record, position, node } = options
  const sample = new LineSample()
  return async (request) => {
    const startedMs = performance.now()
    const span = spanOf(request, tracer)
    const response = await (span === undefined ? handle(request) : tracer.run(span, () => handle(request)))
    const tookMs = performance.now() - startedMs
    const route = templates.get(request) ?? 'unknown'
    const fault = response.status >= 500
    const slow = tookMs >= slowMs
    const worth = span === undefined && (fault || slow)
    const traceId =
      span?.context.traceId ?? (worth ? keep(tracer, request, route, response.status, startedMs, tookMs) : undefined)
    if (span !== undefined) finish(span, request, route, response.status)
    metrics.observeRequest(request.method, route, response.status, tookMs / 1_000, traceId)
    record.note(request.url, response.status)
    if (fault || slow || sample.takes(startedMs)) {
      const line = {
        requestId: requestIdOf(request),
        traceId: traceId ?? traceIdOf(request),
        method: request.method,
        route,
        status: response.status,
        ms: Math.round(tookMs * 100) / 100,
      }
      if (fault) log.error(line, 'request failed')
      else log.info(line, slow ? 'slow request' : 'request (sampled)')
    }
    const isApi = route.startsWith('/api/')
    keepPrivate(response, isApi)
    if (!response.headers.has('encapsify-node')) response.headers.set('encapsify-node', node())
    if (isApi) {
      const { headers } = response
      headers.set('encapsify-position', position())
      headers.set(
        'server-timing',
        span === undefined
          ? `app;dur=${tookMs.toFixed(2)}`
          : serverTiming(tookMs, span.context.traceId, span.trace.finished),
      )
      headers.set('x-request-id', requestIdOf(request))
      return compressed(request, response)
    }
    return response
  }
}

/**
 * Measures a door that answers before the router, under one name. What it answers at once is traced by the dice alone: a
 * cached page costs less than reading a header.
 */
export function measured(
  route: string,
  door: Door,
  { metrics, tracer, record }: { readonly metrics: Metrics; readonly tracer: Tracer; readonly record: RequestRecord },
): Door {
  const well = metrics.requestSeries('GET', route, 200)
  const note = (request: Request, response: Response, startedMs: number) => {
    const tookMs = performance.now() - startedMs
    record.note(request.url, response.status)
    const series = response.status === 200 ? well : metrics.requestSeries(request.method, route, response.status)
    if (!tracer.luck()) {
      series.observe(tookMs / 1_000)
      return response
    }
    const name = `${request.method} ${route}`
    const attributes = attributesOf(request, route, response.status)
    const what = { name, kind: 'server', startedMs: performance.timeOrigin + startedMs, tookMs, attributes } as const
    series.observe(tookMs / 1_000, tracer.afterwards(what, parseTraceparent(request.headers.get('traceparent'))))
    return response
  }
  return (request, server) => {
    const startedMs = performance.now()
    const answered = door(request, server)
    if (answered === undefined) return undefined
    if (answered instanceof Promise) return answered.then((response) => note(request, response, startedMs))
    return note(request, answered, startedMs)
  }
}

/** Where another node sent the request on: the span there, as the proxy carries it (src/node/clustered.ts). */
function replayedFrom(headers: Headers): string | undefined {
  const source = headers.get('fly-replay-src')
  return source === null ? undefined : /(?:^|;)\s*state=([^;]*)/.exec(source)?.[1]
}

/** The trace that a request brings, if the dice take it; one of its own otherwise; one for itself alone when it asks for it. */
function spanOf(request: Request, tracer: Tracer): Span | undefined {
  const { headers } = request
  const wished = headers.get('encapsify-waterfall') !== null
  if (tracer.ratio === 0 && !wished) return undefined
  const parent = parseTraceparent(replayedFrom(headers)) ?? parseTraceparent(headers.get('traceparent'))
  const sampled = parent === undefined ? tracer.luck() : tracer.wants(parent)
  if (!sampled && !wished) return undefined
  return tracer.begin({ name: request.method, kind: 'server', parent, locally: !sampled })
}

function finish(span: Span, request: Request, route: string, status: number): void {
  span.rename(`${request.method} ${route}`)
  span.set({ ...attributesOf(request, route, status), 'encapsify.request': requestIdOf(request) })
  if (status >= 500) span.fail(`status ${status}`)
  span.end()
}

/** Of work that nobody recorded but that turned out to be faulty or slow, the span that says so. */
function keep(tracer: Tracer, request: Request, route: string, status: number, startedMs: number, tookMs: number) {
  if (tracer.ratio === 0) return undefined
  const what = {
    name: `${request.method} ${route}`,
    kind: 'server',
    startedMs: performance.timeOrigin + startedMs,
    tookMs,
    attributes: {
      ...attributesOf(request, route, status),
      'encapsify.request': requestIdOf(request),
      'encapsify.kept': status >= 500 ? 'fault' : 'slow',
    },
    ...(status >= 500 && { error: `status ${status}` }),
  } as const
  return tracer.afterwards(what, parseTraceparent(request.headers.get('traceparent')))
}

function attributesOf(request: Request, route: string, status: number) {
  return { 'http.request.method': request.method, 'http.route': route, 'http.response.status_code': status }
}
