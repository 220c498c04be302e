import { Elysia } from 'elysia'
import type { Logger } from '../observability/logs.ts'
import type { Metrics } from '../observability/metrics.ts'
import { requestIdOf, traceIdOf } from './request-id.ts'

/** Of successful, quick answers one in so many leaves a line; the metrics count them all. */
const sampleEvery = 100
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
  /** How far this node's data is, for `Encapsify-Position` on every answer of the API. */
  readonly position: () => string
  /** Region and role, for `Encapsify-Node`. */
  readonly node: () => string
}

/** Measures and logs what goes through the router, and says on the API's answers where and how far the node is. */
export function observed({
  handle,
  metrics,
  log,
  position,
  node,
}: ObservedOptions): (request: Request) => Promise<Response> {
  let count = 0
  return async (request) => {
    const startedMs = performance.now()
    const response = await handle(request)
    const tookMs = performance.now() - startedMs
    const route = templates.get(request) ?? 'unknown'
    metrics.observeRequest(request.method, route, response.status, tookMs / 1_000)
    const fault = response.status >= 500
    if (fault || tookMs >= slowMs || count++ % sampleEvery === 0) {
      const line = {
        requestId: requestIdOf(request),
        traceId: traceIdOf(request),
        method: request.method,
        route,
        status: response.status,
        ms: Math.round(tookMs * 100) / 100,
      }
      if (fault) log.error(line, 'request failed')
      else log.info(line, tookMs >= slowMs ? 'slow request' : 'request (sampled)')
    }
    if (route.startsWith('/api/')) {
      const { headers } = response
      headers.set('encapsify-position', position())
      headers.set('encapsify-node', node())
      headers.set('server-timing', `app;dur=${tookMs.toFixed(2)}`)
      headers.set('x-request-id', requestIdOf(request))
    }
    return response
  }
}
