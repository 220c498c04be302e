import { afterEach, describe, expect, test } from 'bun:test'
import type { Concurrency, Machine } from './fly-machines.ts'
import { FlyProxy, type FlyProxyOptions } from './fly-proxy.ts'
import { formatFailed, parseReplay, replayBytesMax } from './fly-replay.ts'

/** What the stand-in does of what https://fly.io/docs says; on loopback. */
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
})

type Handler = (request: Request, server: Bun.Server<undefined>) => Response | Promise<Response> | undefined

function machine(id: string, region: string, handler: Handler, app = 'shop'): Machine {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, own) => (new URL(request.url).pathname === '/health/ready' ? health(id) : handler(request, own)),
    websocket: { message: (socket, text) => void socket.send(`${id} heard ${text}`) },
  })
  stops.push(() => server.stop(true))
  return { id, app, region, origin: `http://127.0.0.1:${server.port}` }
}

const sick = new Set<string>()
const health = (id: string) => new Response(null, { status: sick.has(id) ? 503 : 200 })
const says =
  (text: string): Handler =>
  () =>
    new Response(text)
const replays =
  (order: string): Handler =>
  () =>
    new Response(null, { status: 409, headers: { 'fly-replay': order } })
const echo: Handler = async (request) =>
  Response.json({ headers: Object.fromEntries(request.headers), body: await request.text() })

const distances: Readonly<Record<string, number>> = { ams: 0, iad: 80, nrt: 240 }

async function edge(machines: readonly Machine[], options: Partial<FlyProxyOptions> = {}) {
  const proxy = new FlyProxy({ region: 'ams', app: 'shop', retryMs: 300, queueMs: 100, connectMs: 200, ...options })
  proxy.machines.machines = machines
  proxy.machines.distanceTo = (region) => distances[region] ?? 1_000
  const port = await proxy.listen(0)
  stops.push(() => proxy.close())
  return { proxy, origin: `http://127.0.0.1:${port}` }
}

const get = async (url: string, init?: RequestInit) => (await fetch(url, init)).text()
const headersOf = async (answer: Response) => ((await answer.json()) as { headers: Record<string, string> }).headers

describe('the nearest healthy machine', () => {
  test('answers; a sick one is passed over, and comes back when it is well', async () => {
    const { proxy, origin } = await edge([machine('far', 'nrt', says('far')), machine('near', 'ams', says('near'))])
    expect(await get(origin)).toBe('near')
    sick.add('near')
    const check = { path: '/health/ready', intervalMs: 0, timeoutMs: 500 }
    await proxy.machines.check(check)
    expect(await get(origin)).toBe('far')
    sick.delete('near')
    await proxy.machines.check(check)
    expect(await get(origin)).toBe('near')
  })

  test('that cannot be reached is followed by the next', async () => {
    const dead: Machine = { id: 'dead', app: 'shop', region: 'ams', origin: 'http://127.0.0.1:1' }
    const { proxy, origin } = await edge([machine('far', 'nrt', says('far'))])
    proxy.machines.machines = [dead, ...proxy.machines.machines]
    expect(await get(origin)).toBe('far')
  })

  test('is not looked for when none is left: 503', async () => {
    const { origin } = await edge([])
    expect((await fetch(origin)).status).toBe(503)
  })

  test('a client may prefer or force a region or a machine', async () => {
    const { origin } = await edge([machine('a', 'ams', says('a')), machine('b', 'nrt', echo)])
    const preferred = await fetch(origin, { headers: { 'fly-prefer-instance-id': 'b' } })
    expect((await headersOf(preferred))['fly-preferred-instance-unavailable']).toBeUndefined()
    expect((await fetch(origin, { headers: { 'fly-prefer-region': 'gru' } })).status).toBe(200)
    expect((await fetch(origin, { headers: { 'fly-force-region': 'gru' } })).status).toBe(503)
    expect((await fetch(origin, { headers: { 'fly-force-instance-id': 'x' } })).status).toBe(503)
    const missed = await fetch(origin, { headers: { 'fly-prefer-instance-id': 'x', 'fly-force-region': 'nrt' } })
    expect((await headersOf(missed))['fly-preferred-instance-unavailable']).toBe('x')
  })
})

describe('headers', () => {
  test('say where the request entered and from whom; a client cannot say it instead', async () => {
    const { origin } = await edge([machine('a', 'nrt', echo)])
    const forged = {
      'fly-client-ip': '1.2.3.4',
      'fly-region': 'xxx',
      'fly-replay-src': 'instance=z',
      'x-forwarded-for': '9.9.9.9',
    }
    expect(await headersOf(await fetch(origin, { headers: forged }))).toMatchObject({
      'fly-client-ip': '127.0.0.1',
      'fly-region': 'ams',
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      via: '1.1 fly.io',
    })
    expect((await headersOf(await fetch(origin, { headers: forged })))['fly-replay-src']).toBeUndefined()
  })
})

describe('fly-replay', () => {
  test('goes to an instance, with the body, the state and where it came from', async () => {
    const { origin } = await edge([
      machine('a', 'ams', replays('instance=b;state=captured')),
      machine('b', 'nrt', echo),
    ])
    const answer = await fetch(origin, { method: 'POST', body: 'a vote' })
    const { headers, body } = (await answer.json()) as { headers: Record<string, string>; body: string }
    expect(body).toBe('a vote')
    expect(headers['fly-replay-src']).toMatch(/^instance=a;region=ams;t=\d{16};state=captured$/)
  })

  test('goes to a region, a list of regions, another app, elsewhere', async () => {
    const others = [
      machine('b', 'iad', says('b')),
      machine('c', 'nrt', says('c')),
      machine('x', 'ams', says('x'), 'other'),
    ]
    for (const [order, expected] of [
      ['region=nrt', 'c'],
      ['region="gru,iad,any"', 'b'],
      ['app=other', 'x'],
      ['elsewhere=true', 'b'],
      ['prefer_instance=c', 'c'],
    ] as const) {
      const { origin } = await edge([machine('a', 'ams', replays(order)), ...others])
      expect(await get(origin)).toBe(expected)
    }
  })

  test('of more than 1 MB is an error; just 1 MB is not', async () => {
    const { origin } = await edge([machine('a', 'ams', replays('instance=b')), machine('b', 'nrt', echo)])
    const send = (bytes: number) => fetch(origin, { method: 'POST', body: new Uint8Array(bytes) })
    expect((await send(replayBytesMax)).status).toBe(200)
    expect((await send(replayBytesMax + 1)).status).toBe(502)
  })

  test('without a target fails; with a fallback it comes back and says why, once', async () => {
    const plain = await edge([machine('a', 'ams', replays('instance=gone;timeout=100ms'))])
    expect((await fetch(plain.origin)).status).toBe(503)
    for (const fallback of ['prefer_self', 'force_self']) {
      const order = `instance=gone;timeout=100ms;fallback=${fallback}`
      const handler: Handler = (request, own) =>
        request.headers.has('fly-replay-failed') ? echo(request, own) : replays(order)(request, own)
      const { origin } = await edge([machine('a', 'ams', handler)])
      const headers = await headersOf(await fetch(origin))
      expect(headers['fly-replay-failed']).toMatch(
        /^instance=gone;app=shop;replay_source=a;reason=no_candidate;elapsed_ms=\d+$/,
      )
      expect(headers['fly-replay-src']).toBeUndefined()
    }
    const again = await edge([machine('a', 'ams', replays('instance=gone;timeout=100ms;fallback=prefer_self'))])
    expect((await fetch(again.origin)).status).toBe(502)
  })

  test('between two that send each other everything ends', async () => {
    const { origin } = await edge([
      machine('a', 'ams', replays('instance=b')),
      machine('b', 'ams', replays('instance=a')),
    ])
    expect((await fetch(origin)).status).toBe(502)
  })
})

describe('limits', () => {
  const concurrency: Concurrency = { softLimit: 1, hardLimit: 2 }

  test('over the soft limit of a region its other machine is preferred; the region is not left', async () => {
    const open = Promise.withResolvers<Response>()
    const near = machine('near', 'ams', () => open.promise)
    const { proxy, origin } = await edge(
      [near, machine('other', 'ams', says('other')), machine('far', 'nrt', says('far'))],
      {
        concurrency,
      },
    )
    const first = get(origin, { headers: { 'fly-force-instance-id': 'near' } })
    while (proxy.machines.loadOf('near') === 0) await Bun.sleep(1)
    expect(await get(origin)).toBe('other')
    open.resolve(new Response('near'))
    expect(await first).toBe('near')
    expect(proxy.machines.loadOf('near')).toBe(0)
  })

  test('at the hard limit requests queue; then they are answered, or 503', async () => {
    const waiting: ((answer: Response) => void)[] = []
    const slow = machine('slow', 'ams', () => new Promise<Response>((resolve) => waiting.push(resolve)))
    const { proxy, origin } = await edge([slow], { concurrency, queueMs: 50 })
    const held = [fetch(origin), fetch(origin)]
    while (waiting.length < 2) await Bun.sleep(1)
    expect((await fetch(origin)).status).toBe(503)
    const patient = await edge([slow], { concurrency, queueMs: 60_000, retryMs: 60_000 })
    const leave = [proxy, proxy].map(() => patient.proxy.machines.enter(slow))
    const queued = fetch(patient.origin)
    for (const out of leave) out()
    while (waiting.length < 3) await Bun.sleep(1)
    for (const answer of waiting) answer(new Response('done'))
    expect((await Promise.all([...held, queued])).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('sockets and streams', () => {
  test('an upgrade is replayed, and the target makes the handshake', async () => {
    const upgrade: Handler = (request, own) => (own.upgrade(request) ? undefined : new Response(null, { status: 426 }))
    const { proxy, origin } = await edge([machine('a', 'ams', replays('instance=b')), machine('b', 'nrt', upgrade)])
    const socket = new WebSocket(origin.replace('http', 'ws'))
    const heard = Promise.withResolvers<unknown>()
    socket.onopen = () => socket.send('hello')
    socket.onmessage = ({ data }) => heard.resolve(data)
    socket.onerror = () => heard.reject(new Error('the socket failed'))
    expect(await heard.promise).toBe('b heard hello')
    expect(proxy.machines.loadOf('b')).toBe(1)
    const closed = new Promise((resolve) => {
      socket.onclose = resolve
    })
    socket.close()
    await closed
    while (proxy.machines.loadOf('b') > 0) await Bun.sleep(1)
  })

  test('a stream arrives while it is made, and a client that leaves ends it', async () => {
    const ended = Promise.withResolvers<void>()
    const stream: Handler = () => {
      const body = new ReadableStream<Uint8Array>({
        start: (control) => control.enqueue(new TextEncoder().encode('data: 1\n\n')),
        cancel: () => ended.resolve(),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    const { origin } = await edge([machine('a', 'ams', stream)])
    const answer = await fetch(origin)
    const reader = answer.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n')
    await reader?.cancel()
    await ended.promise
  })
})

test('the header is read as it is written down', () => {
  expect(parseReplay('region="iad, any";app=x;state=a=b;timeout=2s;fallback=force_self')).toEqual({
    ...{ regions: ['iad', 'any'], app: 'x', state: 'a=b', timeoutMs: 2_000, fallback: 'force_self' },
  })
  expect(() => parseReplay('timeout=soon')).toThrow('not a duration')
  expect(() => parseReplay('fallback=never')).toThrow('not a fallback')
  expect(() => parseReplay('')).toThrow('not a replay')
  const replay = { instance: 'b', app: 'y', regions: ['iad'] }
  expect(formatFailed({ replay, app: 'x', source: 'a', reason: 'timeout', elapsedMs: 10.4 })).toBe(
    'instance=b;app=y;region=iad;replay_source=a;reason=timeout;elapsed_ms=10',
  )
})
