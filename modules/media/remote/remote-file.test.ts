import { afterAll, describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/errors.ts'
import { isPublicAddress } from '../../../src/http/public-address.ts'
import { limits } from '../limits.ts'
import { openRemote, type RemoteOptions } from './remote-file.ts'

let asked = 0
const server: Bun.Server<undefined> = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request): Response | Promise<Response> {
    asked++
    const { pathname } = new URL(request.url)
    if (pathname === '/host') return new Response(request.headers.get('host'))
    if (pathname === '/picture%20one.png')
      return new Response('bytes', { headers: { 'content-type': 'image/png; x=y' } })
    if (pathname === '/to-private') return Response.redirect('http://internal.test/secret')
    if (pathname === '/to-metadata') return Response.redirect('http://169.254.169.254/latest/meta-data/')
    if (pathname === '/to-file') return new Response(null, { status: 302, headers: { location: 'file:///etc/passwd' } })
    if (pathname === '/twice') return Response.redirect(`http://good.test:${server.port}/host`)
    if (pathname === '/round') return Response.redirect(`http://good.test:${server.port}/round`)
    if (pathname === '/endless') return new Response(endless())
    if (pathname === '/silent') return new Promise<Response>(() => {})
    return new Response('none', { status: 404 })
  },
})
const boaster = Bun.listen({
  port: 0,
  hostname: '127.0.0.1',
  socket: {
    data: (socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${limits.remoteBytesMax + 1}\r\n\r\nx`),
  },
})
afterAll(async () => {
  boaster.stop(true)
  await server.stop(true)
})

function endless(): ReadableStream {
  const chunk = new Uint8Array(1_048_576)
  return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })
}

/** good.test is the server here and stands for the internet; everything else at this machine is private. */
const internet: RemoteOptions = {
  resolve: async (host) =>
    host === 'good.test' ? ['127.0.0.1'] : host === 'mixed.test' ? ['127.0.0.1', '10.0.0.1'] : ['10.0.0.7'],
  isAllowed: (address) => address === '127.0.0.1',
  ports: ['', String(server.port), String(boaster.port)],
}
const at = (path: string, host = 'good.test') => `http://${host}:${server.port}${path}`

async function outcome(address: string, options = internet): Promise<string> {
  try {
    const file = await openRemote(address, options)
    let text = ''
    for await (const chunk of file.bytes) text = (text + Buffer.from(chunk).toString('latin1')).slice(0, 100)
    return text
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describe('addresses', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.0.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fdaa::3',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    'nonsense',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )
})

describe('remote files', () => {
  test('a file comes with its name and type, from the address that was checked, under its own name', async () => {
    const file = await openRemote(at('/picture%20one.png'), internet)
    expect(file).toMatchObject({ name: 'picture one.png', type: 'image/png' })
    expect(await outcome(at('/host'))).toBe(`good.test:${server.port}`)
  })

  test('the name is resolved once: an answer that changes afterwards is not asked for', async () => {
    let lookups = 0
    const resolve = async () => (lookups++ === 0 ? ['127.0.0.1'] : ['10.0.0.1'])
    expect(await outcome(at('/host'), { ...internet, resolve })).toBe(`good.test:${server.port}`)
    expect(lookups).toBe(1)
  })

  test.each([
    'http://internal.test/',
    `http://mixed.test:${server.port}/host`,
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
  ])('%s is refused before anything is sent', async (address) => {
    const before = asked
    expect(
      await outcome(address, {
        ...internet,
        isAllowed: address.includes('mixed') ? internet.isAllowed : isPublicAddress,
      } as RemoteOptions),
    ).toBe('invalid')
    expect(asked).toBe(before)
  })

  test.each(['/to-private', '/to-metadata', '/to-file', '/round', '/missing'])('%s is refused', async (path) => {
    expect(await outcome(at(path))).toBe('invalid')
  })

  test('a redirect to what is allowed is followed, and resolved again', async () => {
    expect(await outcome(at('/twice'))).toBe(`good.test:${server.port}`)
  })

  test.each([
    'ftp://good.test/x',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://a:b@good.test/',
    'good.test',
    'http://good.test:22/',
  ])('%s is no address to fetch', async (address) => expect(await outcome(address)).toBe('invalid'))

  test('what is too large is not taken, whether it says so or not', async () => {
    expect(await outcome(`http://good.test:${boaster.port}/`)).toBe('too-large')
    expect(await outcome(at('/endless'))).toBe('too-large')
  })

  test('a server that says nothing is not waited for', async () => {
    expect(await outcome(at('/silent'), { ...internet, timeoutMs: 50 })).toBe('timeout')
  })
})
