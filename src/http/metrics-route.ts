import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
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
    return new Response(await metrics.text(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  })
}
