import { afterEach, beforeEach, expect, spyOn, test } from 'bun:test'
import type { Call, CommitNotice, Outcome } from '../db/calls.ts'
import type { Position } from '../db/position.ts'
import { type FromWriter, read, type ToWriter, type Written, written } from '../db/writer-protocol.ts'
import { ClusterPort, type Forwarder } from './cluster-port.ts'
import type { WriterThread } from './epoch-writer.ts'
import type { FromServer } from './protocol.ts'

/** A writer that does what it is told when the test lets it. */
class Writer implements WriterThread {
  onmessage: WriterThread['onmessage'] = null
  onerror: WriterThread['onerror'] = null
  readonly running: (readonly Call[])[] = []
  isOpen = false
  refuses = false
  #number = 0

  postMessage(text: Written<ToWriter>): void {
    const message = read(text)
    if (message.type === 'open') {
      this.isOpen = true
      this.#say({ type: 'opened', databases: ['directory'] })
    } else if (message.type === 'begin' && this.refuses) {
      this.#say({ type: 'not-begun', epoch: message.epoch, message: 'attempt to write a readonly database' })
    } else if (message.type === 'begin') {
      const ltx = { txid: 1, checksum: 'c' }
      this.#say({
        type: 'begun',
        epoch: message.epoch,
        commits: [{ database: 'directory', number: ++this.#number, ltx }],
      })
    } else if (message.type === 'calls') this.running.push(message.calls)
    else if (message.type === 'close') {
      this.isOpen = false
      this.#say({ type: 'closed' })
    }
  }

  terminate(): void {}

  /** Ends the batch that came first. */
  finish(epoch: number, fields: Partial<CommitNotice> = {}): void {
    const calls = this.running.shift() ?? []
    const notice: CommitNotice = {
      ...{ database: 'directory', epoch, number: ++this.#number, committed: true, inDoubt: false, changed: false },
      ...{ enqueued: false, placed: [], tookMs: 1, lockMs: 0, ltx: { txid: this.#number, checksum: 'c' } },
      outcomes: calls.map(({ call }) => ({ call, state: 'done', result: 'here' })),
      ...fields,
    }
    this.#say({ type: 'notice', notice })
    this.#say({ type: 'idle' })
  }

  #say(message: FromWriter): void {
    this.onmessage?.(new MessageEvent('message', { data: written(message) }))
  }
}

/** The way to another primary. */
class Mesh implements Forwarder {
  isReady = false
  readonly forwarded: (readonly Call[])[] = []
  pending: (readonly Call[])[] = []
  answer: (calls: readonly Call[]) => Promise<{ outcomes: Outcome[]; position: Position | null }> = async (calls) => ({
    outcomes: calls.map(({ call }) => ({ call, state: 'done', result: 'there' })),
    position: { epoch: 1, number: 9 },
  })

  forward(calls: readonly Call[]) {
    this.forwarded.push(calls)
    return this.answer(calls)
  }

  takeBack() {
    const batches = this.pending
    this.pending = []
    return batches
  }
}

let writer: Writer
let mesh: Mesh
let port: ClusterPort
let told: FromServer[]
let noticed: CommitNotice[]
let answered: { outcomes: readonly Outcome[]; position: Position | null }[]
let idles: number
let losses: number

beforeEach(() => {
  writer = new Writer()
  mesh = new Mesh()
  ;[told, noticed, answered, idles, losses] = [[], [], [], 0, 0]
  port = new ClusterPort({
    ...{ writer, folder: '/mount', lock: '/data/writer.lock', shards: 1, forwarder: mesh },
    tell: (message) => told.push(message),
    reportBug: () => {},
  })
  port.connect({
    notice: (notice) => noticed.push(notice),
    idle: () => idles++,
    answered: (outcomes, position) => answered.push({ outcomes, position }),
    lost: () => losses++,
  })
})
afterEach(() => port.close())

const call = (number: number, database: string | null = null): Call => ({
  ...{ call: number, operation: 'test.note', organizationId: null, input: {}, operationId: null, database },
})
const types = () => told.map(({ type }) => type)

test('G19 what waits while there is no primary is run by this node once it writes', () => {
  port.send([call(1)])
  expect([idles, answered]).toEqual([0, []])
  port.open(3)
  expect(told).toEqual([
    { type: 'opened', epoch: 3, commits: [{ database: 'directory', number: 1, txid: 1, checksum: 'c' }] },
  ])
  writer.finish(3)
  expect(types()).toEqual(['opened', 'committed'])
  expect([noticed.length, idles]).toEqual([1, 1])
})

test('operations go to the primary and come back with the position at which they are seen', async () => {
  mesh.isReady = true
  port.send([call(1)])
  // The next batch need not wait for a round trip.
  expect(idles).toBe(1)
  await Promise.resolve()
  expect(mesh.forwarded).toEqual([[call(1)]])
  await Bun.sleep(0)
  expect(answered[0]?.position).toEqual({ epoch: 1, number: 9 })
})

test("what concerns a database alone is the primary's own affair", async () => {
  mesh.isReady = true
  port.send([call(1), call(2, 'directory')])
  await Bun.sleep(0)
  expect(mesh.forwarded).toEqual([[call(1)]])
  expect(answered.flatMap(({ outcomes }) => outcomes).map(({ call: number, state }) => [number, state])).toEqual([
    [2, 'refused'],
    [1, 'done'],
  ])
})

test('G29 a drain lets what runs end, begins nothing, and what waits finds the next primary', async () => {
  port.open(3)
  port.send([call(1)])
  port.drain()
  expect(types()).not.toContain('drained')
  writer.finish(3)
  expect(told.at(-1)).toEqual({ type: 'drained', epoch: 3 })
  port.send([call(2)])
  expect(writer.running).toEqual([])
  port.stop(3)
  expect(writer.isOpen).toBe(false)
  mesh.isReady = true
  port.send([call(3)])
  await Bun.sleep(60)
  expect(
    mesh.forwarded
      .flat()
      .map(({ call: number }) => number)
      .toSorted(),
  ).toEqual([2, 3])
})

test('G31 a handoff that does not happen goes on here', () => {
  port.open(3)
  port.drain()
  port.send([call(1)])
  port.resume()
  expect(writer.running).toEqual([[call(1)]])
})

test('what was under way to another primary is run here when this node becomes it', () => {
  mesh.pending = [[call(7)]]
  port.open(4)
  expect(writer.running).toEqual([[call(7)]])
  writer.finish(4)
  // It is nobody's turn in the queue.
  expect(idles).toBe(0)
})

test('G5 a commit in doubt ends the epoch for this writer', () => {
  port.open(3)
  port.send([call(1)])
  writer.finish(3, { committed: false, inDoubt: true, ltx: null })
  expect(types()).toEqual(['opened', 'writer-lost'])
  expect(port.isPrimary).toBe(false)
  port.open(4)
  expect(types()).toEqual(['opened', 'writer-lost', 'opened'])
})

test('a primary that can store nothing for a while says so, and again only after as long', () => {
  let nowMs = 1_000
  const clock = spyOn(performance, 'now').mockImplementation(() => nowMs)
  try {
    port.open(3)
    const fail = () => {
      port.send([call(1)])
      const error = { code: 'unavailable', message: 'The disk is full.' } as const
      writer.finish(3, { committed: false, ltx: null, outcomes: [{ call: 1, state: 'refused', error }] })
    }
    const failing = () => types().filter((type) => type === 'failing').length
    fail()
    nowMs += 499
    fail()
    expect(failing()).toBe(0)
    nowMs += 1
    fail()
    fail()
    expect(failing()).toBe(1)
    port.send([call(2)])
    writer.finish(3)
    nowMs += 500
    fail()
    expect(failing()).toBe(1)
  } finally {
    clock.mockRestore()
  }
})

test('a process whose writer cannot open twice in a row is lost: another begins without what it has open', () => {
  writer.refuses = true
  port.open(3)
  expect([types(), losses]).toEqual([['writer-lost'], 0])
  port.open(4)
  expect([types(), losses]).toEqual([['writer-lost', 'writer-lost'], 1])
})

test("G34 a learner's nonce is committed beside the queue, and said with its commit", () => {
  port.open(3)
  port.admit('b', 'incarnation-of-b')
  writer.finish(3)
  expect(told.at(-1)).toMatchObject({
    type: 'committed',
    commit: { admission: { node: 'b', nonce: 'incarnation-of-b' } },
  })
  expect(idles).toBe(0)
})

test('a word about another epoch is late', () => {
  port.open(3)
  port.stop(2)
  expect(port.isPrimary).toBe(true)
})
