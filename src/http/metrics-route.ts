import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { contentTypes } from '../observability/exposition.ts'
import type { Metrics } from '../observability/metrics.ts'

/** `/metrics` opens for the operators' token alone; an owner's key or session is never enough. */
export function metricsRoute(metrics: Metrics, token: string | undefined) {
  const expected = token === undefined ? undefined : new Bun.CryptoHasher('sha256').update(token).digest('hex')
  return new Elysia({ name: 'metrics' }).get('/metrics', async ({ request }) => {
    const given = /^Bearer +(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const hash = new Bun.CryptoHasher('sha256').update(given).digest('hex')
    if (expected === undefined || hash !== expected) {
      throw new AppError('forbidden', 'Metrics are for operators: send the token of ENCAPSIFY_METRICS_TOKEN.')
    }
    // OpenMetrics for who can read it: it alone carries exemplars, the way from a figure to a trace.
    const format = request.headers.get('accept')?.includes('application/openmetrics-text')
      ? 'openmetrics'
      : 'prometheus'
    return new Response(metrics.text(format), {
      headers: { 'content-type': contentTypes[format], 'cache-control': 'no-store' },
    })
  })
}
