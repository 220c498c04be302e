import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { type HttpServer, listen } from './server.ts'

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
