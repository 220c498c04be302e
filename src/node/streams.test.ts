import { afterEach, expect, test } from 'bun:test'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { guardKey } from '../cluster/envelope.ts'
import { Streams } from './streams.ts'

const key = guardKey('a secret of thirty-two characters', 'cluster')
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close()
})

/** What stands in for the primary's LiteFS: it says back what it hears. */
async function echo(): Promise<number> {
  const server: Server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  closers.push(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A primary `p` and a replica `r` on two addresses of the loopback. */
async function two(options: { mayFollow?: () => boolean; replicaKey?: Buffer } = {}) {
  const ports = { stream: await freePort(), litefs: await echo() }
  const shared = { ports, addressOf: () => '127.0.0.2', litefsId: () => '0000000000000007' }
  const primary = new Streams({ ...shared, key, name: 'p', address: '127.0.0.2', mayFollow: () => false })
  const replica = new Streams({
    ...{ ...shared, key: options.replicaKey ?? key, name: 'r', address: '127.0.0.3' },
    mayFollow: options.mayFollow ?? (() => true),
  })
  closers.push(
    () => primary.close(),
    () => replica.close(),
  )
  await primary.listen()
  return { primary, replica, ports }
}

async function open(replica: Streams): Promise<Socket> {
  while (replica.urlOf('p') === null) await Bun.sleep(1)
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(replica.urlOf('p') ?? '').port) })
  closers.push(() => socket.destroy())
  socket.on('error', () => {})
  return socket
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))

/** Sends bytes and waits until as many have come back. */
async function exchange(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = []
  const whole = Promise.withResolvers<void>()
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    if (Buffer.concat(chunks).length >= bytes.length) whole.resolve()
  })
  socket.write(bytes)
  await Promise.race([whole.promise, closed(socket)])
  return Buffer.concat(chunks)
}

test('a stream passes whole in both directions, and the primary knows whose LiteFS it is', async () => {
  const { primary, replica } = await two()
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
  const many = Buffer.concat(Array.from({ length: 50 }, () => bytes))
  expect((await exchange(await open(replica), many)).equals(many)).toBe(true)
  expect(primary.followerId('r')).toBe('0000000000000007')
})

test('G11 nobody is followed whom the guard does not name', async () => {
  const { primary, replica } = await two({ mayFollow: () => false })
  await closed(await open(replica))
  expect(primary.followers).toEqual([])
})

test('G11 a cut ends the stream on both sides', async () => {
  const { primary, replica } = await two()
  const socket = await open(replica)
  await exchange(socket, Buffer.from('begun'))
  const end = closed(socket)
  replica.cut('p')
  await end
  while (primary.followers.length > 0) await Bun.sleep(1)
})

test('without the secret nothing of LiteFS is reached', async () => {
  const { primary, replica } = await two({ replicaKey: guardKey('another secret of thirty-two chars', 'cluster') })
  expect((await exchange(await open(replica), Buffer.from('PRI * HTTP/2.0'))).length).toBe(0)
  expect(primary.followers).toEqual([])
})

test('a proof is good for one connection', async () => {
  const { ports } = await two()
  const say = async (line: string): Promise<string> => {
    const socket = connect({ host: '127.0.0.2', port: ports.stream })
    let heard = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard += chunk
      socket.write(line)
    })
    await closed(socket)
    return heard
  }
  for (const line of ['r 7 forged\n', '\n', `${'x'.repeat(2_000)}\n`]) {
    // The challenge, and not a byte of what stands behind.
    expect(await say(line)).toMatch(/^[\w-]{32}\n$/)
  }
})
