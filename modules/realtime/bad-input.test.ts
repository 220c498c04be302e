import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { liveHouse, vote } from '../../test/fixtures/live-house.ts'

let house: Awaited<ReturnType<typeof liveHouse>>
beforeAll(async () => {
  house = await liveHouse()
})
afterAll(async () => {
  expect(house.bugs).toEqual([])
  await house[Symbol.asyncDispose]()
})

/** A client that speaks frames itself, and need not read. */
function rawSocket(port: number, id: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `GET /live/${id} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      )
    })
    socket.once('data', () => resolve(socket))
    socket.once('error', reject)
  })
}

/** A masked frame with a mask of zeros (RFC 6455, 5.2). */
const frame = (opcode: number, body: Buffer) =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | body.length, 0, 0, 0, 0]), body])
const closeCode = (socket: Socket) =>
  new Promise<number>((resolve) => {
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
    })
    socket.on('close', () => resolve(bytes.readUInt16BE(bytes.lastIndexOf(0x88) + 2)))
    socket.resume()
  })

const counted = (code: number) => house.live.counts.endings.of(code)

describe('R19: what the protocol does not know', () => {
  test.each([
    'no json',
    '[]',
    'null',
    '7',
    '{}',
    '{"type":"unknown"}',
    '{"type":"__proto__"}',
    '{"type":{"a":1}}',
    '{"type":"react"}',
    '{"type":"react","reaction":"boo"}',
    '{"type":"react","reaction":"clap","more":1}',
    JSON.stringify({ ...vote(), id: 'short' }),
    JSON.stringify({ ...vote(), version: 0 }),
    JSON.stringify({ ...vote(), version: 1.5 }),
    '['.repeat(10_000),
    '',
  ])('%# is closed with 4400', async (text) => {
    const id = await house.poll()
    const other = house.open(id)
    await other.inbox.next('hello')
    const socket = house.open(id)
    socket.sendRaw(text)
    expect(await socket.closed).toMatchObject({ code: 4400 })
    other.say(vote())
    await other.inbox.next('accepted')
  })

  test('bytes are not text, and each such end is counted', async () => {
    const before = counted(4400)
    const socket = house.open(await house.poll())
    socket.sendRaw(new TextEncoder().encode(JSON.stringify(vote())))
    expect(await socket.closed).toMatchObject({ code: 4400 })
    expect([counted(4400), house.live.counts.malformed]).toEqual([before + 1, before + 1])
  })

  test('a value nested ten thousand times is refused, and stored nowhere', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    socket.sendRaw(JSON.stringify(vote()).replace('["left"]', `${'['.repeat(9_999)}${']'.repeat(9_999)}`))
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'invalid' })
    expect(house.responses.totals(id, 'vote').total).toBe(0)
  })
})

describe('R22: what is too much', () => {
  test('a message over 32 KiB is closed with 1009', async () => {
    const socket = house.open(await house.poll())
    socket.sendRaw('x'.repeat(32 * 1_024 + 1))
    expect(await socket.closed).toMatchObject({ code: 1009 })
    expect(counted(1009)).toBe(1)
  })

  test('invalid UTF-8 is closed with 1007', async () => {
    const socket = await rawSocket(house.server.port, await house.poll())
    socket.write(frame(1, Buffer.from([0x22, 0xff, 0x22])))
    expect(await closeCode(socket)).toBe(1007)
    expect(counted(1007)).toBe(1)
  })

  test('a flood is closed with 4429, others are not', async () => {
    const id = await house.poll()
    const other = house.open(id)
    const flood = house.open(id)
    await Promise.all([other.inbox.next('hello'), flood.inbox.next('hello')])
    for (let n = 0; n < 60; n++) flood.say({ type: 'react', reaction: 'wow' })
    expect(await flood.closed).toMatchObject({ code: 4429 })
    other.say(vote())
    await other.inbox.next('accepted')
    expect([house.live.counts.flooded, counted(4429)]).toEqual([1, 1])
  })
})

describe('R16, R20: answers that are not allowed', () => {
  test('under a token that we did not sign are those of somebody new, and it is counted', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    const said = vote('left')
    socket.say(said)
    const { visitor } = await socket.inbox.next('accepted')
    const forger = house.open(id)
    forger.say({ ...vote('right'), visitor: `${String(visitor).slice(0, -4)}AAAA` })
    const accepted = await forger.inbox.next('accepted')
    expect(accepted.visitor).toBeString()
    expect(accepted.visitor).not.toBe(visitor as string)
    expect(house.live.counts.refusals.of('forged')).toBe(1)
    // The vote of whoever was forged is as it was; the same vote again counts once.
    socket.say(said)
    await socket.inbox.next('accepted')
    expect(house.responses.totals(id, 'vote')).toMatchObject({ total: 2, choices: { left: 1, right: 1 } })
  })

  test('to a version, a block or a capsule that is not there', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    socket.say({ ...vote(), version: 9 })
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'not-found' })
    socket.say({ ...vote(), block: 'none' })
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'not-found' })
  })

  test('an id that was used for another answer', async () => {
    const socket = house.open(await house.poll())
    const said = vote('left')
    socket.say(said)
    await socket.inbox.next('accepted')
    socket.say({ ...said, value: ['right'] })
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'conflict', id: said.id })
    expect(house.live.counts.refusals.of('conflict')).toBe(1)
  })
})

describe('R21: connections beyond a limit', () => {
  test('of an address are refused with 429 before the upgrade; leaving makes room', async () => {
    await using small = await liveHouse({ limits: { connectionsPerAddressMax: 2 } })
    const id = await small.poll()
    const [one, other] = [small.open(id), small.open(id)]
    await Promise.all([one.inbox.next('hello'), other.inbox.next('hello')])
    const refused = await fetch(small.url(id, '/events'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    expect(await small.open(id).closed).toMatchObject({ code: expect.any(Number) })
    expect(small.live.counts.refused).toBe(2)
    other.close()
    await one.inbox.next((message) => message.people === 1)
    await small.open(id).inbox.next('hello')
  })

  test('of a capsule and of a node are refused with 503', async () => {
    await using small = await liveHouse({ limits: { connectionsPerCapsuleMax: 1, connectionsPerNodeMax: 2 } })
    const [id, another] = [await small.poll(), await small.poll()]
    await small.open(id).inbox.next('hello')
    expect((await fetch(small.url(id, '/events'))).status).toBe(503)
    await small.open(another).inbox.next('hello')
    const refused = await fetch(small.url(another, '/events'))
    expect([refused.status, (await refused.json()).detail]).toEqual([503, expect.stringContaining('This node has 2')])
  })
})

describe('R23: who reads too slowly', () => {
  test('is dropped and bounded, and misses nothing when it comes back', async () => {
    const id = await house.poll()
    const reader = house.open(id)
    const { cursor } = await reader.inbox.next('hello')
    const slow = await rawSocket(house.server.port, id)
    slow.pause()
    await reader.inbox.next((message) => message.people === 2)
    const gone = reader.inbox.next((message) => message.people === 1)
    // What the slow one does not read fills the system's buffers first, then ours.
    const text = 'x'.repeat(30_000)
    const fill = setInterval(() => {
      for (let n = 0; n < 8; n++) house.publishRaw(id, n, JSON.stringify({ type: 'filler', text }))
    }, 1)
    await gone
    clearInterval(fill)
    slow.destroy()
    const version = await house.republish(id, 'Still there?')
    const back = house.open(id, `?cursor=${cursor}`)
    expect((await back.inbox.next('hello')).recovered).toBe(true)
    expect((await back.inbox.next('published')).version).toBe(version)
  })
})

describe('R13: who is gone without a word', () => {
  test('is cut though it is told things all the time; who answers pings stays', async () => {
    await using quiet = await liveHouse()
    const { signs } = quiet.traffic
    const id = await quiet.poll()
    const reader = quiet.open(id)
    await reader.inbox.next('hello')
    // It takes the bytes, as a dead telephone's network does, and answers nothing.
    const silent = await rawSocket(quiet.server.port, id)
    silent.resume()
    const cut = new Promise<void>((resolve) => silent.once('close', () => resolve()))
    await reader.inbox.next((message) => message.people === 2)
    await signs.look()
    // What the reader says comes after its answer to the ping.
    const said = vote()
    reader.say(said)
    await reader.inbox.next('accepted')
    await signs.look()
    await cut
    await reader.inbox.next((message) => message.people === 1)
    expect(signs.silent).toBe(1)
    reader.say(said)
    await reader.inbox.next('accepted')
  })
})

describe('R21, R24: who is refused at the door', () => {
  test('is counted, and nobody else is troubled', async () => {
    const id = await house.poll()
    const before = house.live.counts.rejected
    expect((await fetch(house.url(id))).status).toBe(400)
    expect((await fetch(house.url(id), { method: 'POST' })).status).toBe(405)
    expect(house.live.counts.rejected).toBe(before + 2)
    expect(await house.open('cap_nothing').closed).toMatchObject({ code: 4404 })
    expect(await house.open(id, '?protocol=2').closed).toMatchObject({ code: 4406 })
    expect([counted(4404), counted(4406)]).toEqual([1, 1])
  })
})

describe('R28: a node that shuts down', () => {
  test('sends everybody away with 1012 or the end of their stream, and takes nobody more', async () => {
    const leaving = await liveHouse()
    const id = await leaving.poll()
    const socket = leaving.open(id)
    await socket.inbox.next('hello')
    const stream = await fetch(leaving.url(id, '/events'))
    leaving.realtime.drain()
    expect(await socket.closed).toMatchObject({ code: 1012 })
    expect(await stream.text()).toContain('"type":"closing","code":1012')
    expect((await fetch(leaving.url(id, '/events'))).status).toBe(503)
    await leaving.server.drain()
    expect(leaving.live.connections).toBe(0)
    await leaving.jobs.close()
  })
})
