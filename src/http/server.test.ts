import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { type HttpServer, listen, Traffic } from './server.ts'

const seen: string[] = []
let server: HttpServer

beforeAll(() => {
  const router = new Elysia({ handler: { standardHostname: false } }).get('/here', ({ request }) => {
    seen.push(request.url)
    return 'found'
  })
  server = listen({
    port: 0,
    host: '127.0.0.1',
    doors: [(request) => Promise.resolve(router.handle(request))],
    onError: () => new Response('a bug', { status: 500 }),
  })
})

afterAll(() => server.drain())

/** The answer to what no client library would send. */
async function raw(request: string): Promise<string> {
  const answer = Promise.withResolvers<string>()
  let text = ''
  await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port,
    socket: {
      open: (socket) => void socket.write(request),
      data: (_, bytes) => {
        text += bytes.toString('utf8')
      },
      close: () => answer.resolve(text),
    },
  })
  return answer.promise
}

test.each(['a', 'app', 'localhost', 'a:1'])('a host of any length leads to the routes: %s', async (host) => {
  expect(await raw(`GET /here HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toContain('200 OK')
})

test.each(['a b', 'x/y', '[::', 'a:99999', '%'])('a Host that names none is the client’s fault: %s', async (host) => {
  const answer = await raw(`GET /here?a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(answer).toContain('400 Bad Request')
  expect(answer).toContain('"instance":"/here"')
  expect(answer).toContain('"code":"malformed"')
})

test('HTTP/1.0 needs no Host', async () => {
  expect(await raw('GET /here HTTP/1.0\r\n\r\n')).toContain('200 OK')
  expect(seen.at(-1)).toBe('http://localhost/here')
})

test('a port that is taken, and a host that is none of ours, are said in one line', () => {
  const options = { port: server.port, host: '127.0.0.1', doors: [], onError: () => new Response() }
  expect(() => listen(options)).toThrow(`Port ${server.port} of 127.0.0.1 can't be had`)
  expect(() => listen({ ...options, port: 0, host: '999.1.1.1' })).toThrow('999.1.1.1 is no address of this machine')
})

test('in a turn that lasts too long, what is not begun hears 503 with Retry-After at once; who watches is answered', async () => {
  const told: string[] = []
  const traffic = new Traffic()
  traffic.onShed = (request) => told.push(new URL(request.url).pathname)
  const busy = listen({
    port: 0,
    host: '127.0.0.1',
    traffic,
    pressure: { isTooMuch: true },
    doors: [
      (request) => (request.url.endsWith('/ready-page') ? new Response('from memory') : undefined),
      () => Promise.resolve(new Response('from the router')),
    ],
    onError: () => new Response('a bug', { status: 500 }),
  })
  const ask = (path: string) => fetch(`http://127.0.0.1:${busy.port}${path}`)
  const refused = await ask('/api/v1/capsules')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await (await ask('/ready-page')).text()).toBe('from memory')
  for (const path of ['/health/ready', '/metrics', '/ops/state']) expect((await ask(path)).status).toBe(200)
  expect([traffic.shed, told]).toEqual([1, ['/api/v1/capsules']])
  await busy.drain()
})
