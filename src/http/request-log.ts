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

/** Measures and logs what goes through the router. */
export function observed(
  handle: (request: Request) => Response | Promise<Response>,
  metrics: Metrics,
  log: Logger,
): (request: Request) => Promise<Response> {
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
    return response
  }
}
