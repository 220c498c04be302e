import { afterEach, describe, expect, test } from 'bun:test'
import { clientAddress } from '../../http/client-address.ts'
import { ForwardDoor, Once } from './door.ts'
import { type OpenWay, RequestForwarder } from './forwarder.ts'
import { forwardPath, wrap } from './words.ts'

const key = Buffer.alloc(32, 7)
const mine = { challenge: 'challenge-of-who-dialled', answer: 'challenge-of-who-accepted' }
const opened: { stop(force: boolean): unknown }[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop(true)
})

interface Stand {
  readonly handle?: (request: Request) => Promise<Response>
  readonly isPrimary?: boolean
}

/** A primary that takes whole requests, and a node with a way to it. */
function pair({ handle = async () => new Response('done'), isPrimary = true }: Stand = {}) {
  const door = new ForwardDoor({
    key,
    wayOf: (() => {
      const way = { ...mine, forwarded: new Once() }
      return (challenge) => (challenge === way.challenge ? way : undefined)
    })(),
    isPrimary: () => isPrimary,
    handle: () => handle,
  })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => door.handle(request) ?? new Response('no door', { status: 501 }),
  })
  opened.push(server)
  const breaking = new AbortController()
  const way: OpenWay = { ...mine, address: '127.0.0.1', signal: breaking.signal }
  const forwarder = new RequestForwarder({ key, way: () => way, clientOf: () => '203.0.113.9', port: server.port ?? 0 })
  const address = `http://127.0.0.1:${server.port}${forwardPath}`
  return { forwarder, breaking, address }
}

const put = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
  new Request('https://encapsify.example/api/v1/uploads/7?x=1', { method: 'PUT', body: body ?? null, headers })

describe('a request that is sent on', () => {
  test('arrives as it was sent, and so does its answer', async () => {
    let seen: Request | undefined
    const { forwarder } = pair({
      async handle(request) {
        seen = request
        const headers = new Headers({ 'content-encoding': 'gzip', etag: '"1"', connection: 'close' })
        headers.append('set-cookie', 'a=1')
        headers.append('set-cookie', 'b=2')
        const text = await request.text()
        return new Response(Bun.gzipSync(Buffer.from(`${text.length} ${text.slice(0, 3)}`)), { status: 201, headers })
      },
    })
    const body = 'abc'.repeat(700_000)
    const sent = put(body, {
      cookie: 'who=me',
      'content-length': String(body.length),
      connection: 'x-mine',
      'x-mine': '1',
    })
    const answer = await forwarder.forward(sent)
    expect([seen?.method, seen?.url]).toEqual(['PUT', 'https://encapsify.example/api/v1/uploads/7?x=1'])
    expect([seen?.headers.get('cookie'), seen?.headers.get('content-length')]).toEqual(['who=me', String(body.length)])
    expect(
      [...(seen?.headers.keys() ?? [])].filter((name) => name.startsWith('encapsify-') || name === 'x-mine'),
    ).toEqual([])
    expect(seen && clientAddress(false)(seen)).toBe('203.0.113.9')
    expect([answer?.status, answer?.headers.get('etag'), answer?.headers.getSetCookie()]).toEqual([
      201,
      '"1"',
      ['a=1', 'b=2'],
    ])
    expect(Buffer.from(Bun.gunzipSync(await (answer as Response).bytes())).toString()).toBe('2100000 abc')
  })

  test('streams: its first bytes are read before its last ones are sent, and so it is with the answer', async () => {
    const turns: string[] = []
    const heard = Promise.withResolvers<void>()
    const { forwarder } = pair({
      async handle(request) {
        const reader = (request.body as ReadableStream<Uint8Array>).getReader()
        const first = await reader.read()
        turns.push(`read ${Buffer.from(first.value ?? []).toString()}`)
        heard.resolve()
        const rest = await reader.read()
        turns.push(`read ${Buffer.from(rest.value ?? []).toString()}`)
        return new Response(
          new ReadableStream<Uint8Array>({
            async pull(controller) {
              controller.enqueue(Buffer.from('answer'))
              controller.close()
            },
          }),
        )
      },
    })
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from('one'))
        await heard.promise
        turns.push('sent the rest')
        controller.enqueue(Buffer.from('two'))
        controller.close()
      },
    })
    const answer = await forwarder.forward(put(body))
    expect(await answer?.text()).toBe('answer')
    expect(turns).toEqual(['read one', 'sent the rest', 'read two'])
  })

  test('is told when the way breaks meanwhile, and that it may have been done', async () => {
    const here = Promise.withResolvers<void>()
    const { forwarder, breaking } = pair({
      handle: () => {
        here.resolve()
        return new Promise(() => {})
      },
    })
    const answer = forwarder.forward(put('x'))
    await here.promise
    breaking.abort()
    await expect(answer).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 1 })
  })

  test('ends at the primary too when its client leaves', async () => {
    const here = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const { forwarder } = pair({
      handle: (request) => {
        request.signal.addEventListener('abort', () => left.resolve())
        here.resolve()
        return new Promise(() => {})
      },
    })
    const leaving = new AbortController()
    const answer = forwarder.forward(new Request(put('x'), { signal: leaving.signal }))
    answer?.catch(() => {})
    await here.promise
    leaving.abort()
    await left.promise
  })

  test('goes no further than to a node that is not the primary', async () => {
    const { forwarder } = pair({ isPrimary: false })
    const answer = await forwarder.forward(put('x'))
    expect([answer?.status, answer?.headers.get('retry-after')]).toEqual([503, '1'])
  })

  test('has nowhere to go while the primary is not reached', () => {
    const forwarder = new RequestForwarder({ key, way: () => null, clientOf: () => '' })
    expect(forwarder.forward(put('x'))).toBeUndefined()
  })
})

describe('what no node of this cluster sent is not answered', () => {
  const envelope = { method: 'PUT', url: 'https://encapsify.example/api/v1/x', client: '203.0.113.9', number: 1 }
  const ask = (address: string, headers: Headers, method = 'PUT') =>
    fetch(address, { method, headers, ...(method !== 'GET' && { body: 'x' }) })

  test('another key, another connection, other words than were signed', async () => {
    const { address } = pair()
    const wrong = [
      wrap(Buffer.alloc(32, 8), mine, envelope, new Headers()),
      wrap(key, { ...mine, answer: 'of another connection' }, envelope, new Headers()),
      wrap(key, { ...mine, challenge: 'unknown' }, envelope, new Headers()),
      new Headers(),
    ]
    for (const headers of wrong) expect((await ask(address, headers)).status).toBe(404)
    for (const name of ['url', 'client', 'number']) {
      const headers = wrap(key, mine, envelope, new Headers())
      headers.set(`encapsify-forward-${name}`, name === 'url' ? 'https://encapsify.example/api/v1/y' : '9')
      expect((await ask(address, headers)).status).toBe(404)
    }
    expect((await ask(address, wrap(key, mine, envelope, new Headers()), 'GET')).status).toBe(404)
    expect((await ask(address, wrap(key, mine, envelope, new Headers()))).status).toBe(200)
  })

  test('the same once more', async () => {
    const { address } = pair()
    const headers = wrap(key, mine, envelope, new Headers())
    expect([(await ask(address, headers)).status, (await ask(address, headers)).status]).toEqual([200, 404])
  })
})

test('numbers are taken once each, in any order that is not too wild, in bounded memory', () => {
  const once = new Once()
  expect([3, 1, 2, 2, 3, 1].map((number) => once.take(number))).toEqual([true, true, true, false, false, false])
  for (const number of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(once.take(number)).toBe(false)
  for (let number = 4; number < 10_000; number++) expect(once.take(number)).toBe(true)
  expect([once.take(5), once.take(9_998), once.take(10_001), once.take(10_000)]).toEqual([false, false, true, true])
})
