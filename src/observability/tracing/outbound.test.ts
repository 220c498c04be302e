import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { parseTraceparent } from './context.ts'
import { tracedCall, tracedFetch, tracedRequest } from './outbound.ts'
import type { FinishedSpan } from './span.ts'
import { Tracer } from './tracer.ts'

const heard: (string | null)[] = []
let server: ReturnType<typeof Bun.serve>
beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      heard.push(request.headers.get('traceparent'))
      return new Response('', { status: request.url.endsWith('/broken') ? 503 : 200 })
    },
  })
})
afterAll(() => server.stop(true))

/** Runs work in a recorded span; returns what was recorded. */
async function recorded(work: () => Promise<unknown>): Promise<readonly FinishedSpan[]> {
  const sent: FinishedSpan[] = []
  const tracer = new Tracer({ ratio: 1, send: (spans) => sent.push(...spans) })
  const span = tracer.begin({ name: 'GET /', kind: 'server' })
  if (span === undefined) throw new Error('Nothing was begun.')
  await tracer.run(span, work).catch(() => {})
  span.end()
  return sent
}

describe('what is asked of others', () => {
  test('carries the trace, and leaves a span under which the other one records', async () => {
    const [root, call] = await recorded(() =>
      tracedFetch(`${server.url}secret?key=1`, { method: 'POST', headers: { a: 'b' } }),
    )
    const context = parseTraceparent(heard.at(-1))
    expect(context).toEqual({ traceId: root?.traceId ?? '', spanId: call?.spanId ?? '', sampled: true })
    expect(call).toMatchObject({ kind: 'client', parentSpanId: root?.spanId ?? '', name: `POST ${server.url.host}` })
    expect(JSON.stringify(call)).not.toContain('secret')
  })

  test('carries the trace by a client of its own too', async () => {
    const asked = { method: 'POST', url: `${server.url}hook?key=1` }
    const send = (headers: Readonly<Record<string, string>>) => fetch(`${server.url}broken`, { headers })
    const [root, call] = await recorded(() => tracedRequest(asked, send, ({ status }) => status))
    expect(parseTraceparent(heard.at(-1))?.spanId).toBe(call?.spanId ?? '')
    expect(call).toMatchObject({ parentSpanId: root?.spanId ?? '', error: 'status 503' })
    const [, none] = await recorded(() =>
      tracedRequest(
        asked,
        async () => undefined,
        () => null,
      ),
    )
    expect(none?.error).toBe('no answer')
  })

  test('says so when it failed', async () => {
    const [, refused] = await recorded(() => tracedFetch(`${server.url}broken`, {}))
    expect(refused?.error).toBe('status 503')
    const [, failed] = await recorded(() => tracedCall('S3 stat', () => Promise.reject(new Error('no bucket'))))
    expect(failed).toMatchObject({ name: 'S3 stat', error: 'Error: no bucket' })
  })

  test('carries nothing where nothing is recorded', async () => {
    await tracedFetch(String(server.url), {})
    expect(heard.at(-1)).toBeNull()
  })
})
