import { describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import pino from 'pino'
import { Metrics } from '../observability/metrics.ts'
import type { FinishedSpan } from '../observability/tracing/span.ts'
import { Tracer } from '../observability/tracing/tracer.ts'
import { measured, observed, routeTemplates } from './request-log.ts'

function setUp(ratio: number, send = true) {
  const sent: FinishedSpan[] = []
  const noted: string[] = []
  const lines: Record<string, unknown>[] = []
  const metrics = new Metrics()
  const tracer = new Tracer({ ratio, ...(send && { send: (spans) => sent.push(...spans) }) })
  const log = pino({ mixin: () => ({}) }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const router = new Elysia()
    .use(routeTemplates())
    .get('/api/v1/things/:id', () => {
      tracer.note('query shard-000', 'client', performance.timeOrigin + performance.now(), 0.25, {})
      return Response.json({})
    })
    .get('/broken', () => new Response('no', { status: 500 }))
  const handle = observed({
    handle: (request) => router.handle(request),
    metrics,
    log,
    tracer,
    record: { note: (url, status) => void noted.push(`${new URL(url).pathname} ${status}`) },
    position: () => '1.2',
    node: () => 'region=local; role=primary',
  })
  const ask = (path: string, headers: Record<string, string> = {}) =>
    handle(new Request(`http://localhost${path}`, { headers }))
  return { sent, noted, lines, metrics, tracer, ask }
}

const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`

describe('a request', () => {
  test('that is sampled goes on with the trace it brings; figures, lines and Server-Timing name it', async () => {
    const { sent, lines, metrics, ask } = setUp(1)
    const answer = await ask('/api/v1/things/1', { traceparent })
    expect(sent.map(({ name, traceId }) => [name, traceId])).toEqual([
      ['GET /api/v1/things/:id', 'ab'.repeat(16)],
      ['query shard-000', 'ab'.repeat(16)],
    ])
    expect(sent[0]?.parentSpanId).toBe('cd'.repeat(8))
    expect(lines[0]).toMatchObject({ traceId: 'ab'.repeat(16), route: '/api/v1/things/:id' })
    expect(metrics.text('openmetrics')).toContain(`# {trace_id="${'ab'.repeat(16)}"}`)
    expect(answer.headers.get('server-timing')).toMatch(
      /^app;dur=[\d.]+, trace;desc="(ab){16}", p0;dur=0.25;desc="\+[\d.]+ query shard-000"$/,
    )
  })

  test('that another node sent on goes on with the trace that began there', async () => {
    const { sent, ask } = setUp(1)
    await ask('/api/v1/things/1', { 'fly-replay-src': `instance=a;region=ams;t=1795512731343000;state=${traceparent}` })
    expect(sent[0]).toMatchObject({ traceId: 'ab'.repeat(16), parentSpanId: 'cd'.repeat(8) })
    await ask('/api/v1/things/1', { 'fly-replay-src': 'instance=a;state=nonsense' })
    expect(sent.at(-1)?.traceId).not.toBe('ab'.repeat(16))
  })

  test('with a forged traceparent gets a trace of its own', async () => {
    const { sent, ask } = setUp(1)
    await ask('/api/v1/things/1', { traceparent: `00-${'0'.repeat(32)}-${'cd'.repeat(8)}-01` })
    expect(sent[0]?.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
    expect(sent[0]?.parentSpanId).toBeUndefined()
  })

  test('that asks for its waterfall sees it, though nothing is sent', async () => {
    const { sent, ask } = setUp(0, false)
    const plain = await ask('/api/v1/things/1')
    expect(plain.headers.get('server-timing')).toMatch(/^app;dur=[\d.]+$/)
    const shown = await ask('/api/v1/things/1', { 'encapsify-waterfall': '1' })
    expect(shown.headers.get('server-timing')).toContain('query shard-000')
    expect(sent).toEqual([])
  })

  test('that fails is kept though the dice did not take it', async () => {
    const { sent, lines, ask } = setUp(1e-12)
    await ask('/broken')
    await ask('/api/v1/things/1')
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      name: 'GET /broken',
      error: 'status 500',
      attributes: { 'encapsify.kept': 'fault' },
    })
    expect(lines[0]).toMatchObject({ traceId: sent[0]?.traceId ?? '', status: 500 })
  })
})

test('a door before the router is measured, and traced by the dice', async () => {
  const { sent, noted, metrics, tracer } = setUp(1)
  const door = measured('page', (request) => (request.url.endsWith('/a') ? new Response('a') : undefined), {
    metrics,
    tracer,
    record: { note: (url, status) => void noted.push(`${new URL(url).pathname} ${status}`) },
  })
  expect(door(new Request('http://localhost/b'), undefined as never)).toBeUndefined()
  await door(new Request('http://localhost/a', { headers: { traceparent } }), undefined as never)
  expect(metrics.requests.of('GET', 'page', '2xx').count).toBe(1)
  expect(noted).toEqual(['/a 200'])
  expect(sent[0]).toMatchObject({ name: 'GET page', traceId: 'ab'.repeat(16), parentSpanId: 'cd'.repeat(8) })
})
