import { afterEach, beforeEach, expect, test } from 'bun:test'
import { getServers, setServers } from 'node:dns'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Candidates } from './candidates.ts'
import type { ClusterConfig } from './config.ts'

/** Peers by a name of DNS, as Fly's private network has them: AAAA records of a group. */
const group = 'primary.process.encapsify.internal'
const six = (number: number) => `fdaa:0:18:a7b:1::${number}`
const before = getServers()
let folder: string
let records: readonly string[] = []
let dns: Awaited<ReturnType<typeof nameServer>>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-candidates-'))
  dns = await nameServer()
  setServers([`127.0.0.1:${dns.port}`])
})
afterEach(() => {
  setServers(before)
  dns.close()
  rmSync(folder, { recursive: true, force: true })
})

const config = (own: string): ClusterConfig => ({
  ...{ name: 'encapsify', node: 'machine-1', address: own, role: 'candidate', peers: [group], candidates: 3 },
  ...{ mount: '/litefs', secret: 'secret' },
})

test('a name of DNS stands for all candidates; they are known when each has said its own', async () => {
  records = [six(2), six(1), six(3)]
  const dialled = Promise.withResolvers<readonly string[]>()
  const candidates = new Candidates(config(six(1)), folder, dialled.resolve)
  try {
    const found = candidates.find()
    expect(await dialled.promise).toEqual([six(1), six(2), six(3)])
    candidates.hear('machine-2', six(2))
    candidates.hear('machine-3', six(3))
    expect(await found).toEqual(['machine-1', 'machine-2', 'machine-3'])
    expect(candidates.addressOf('machine-3')).toBe(six(3))
  } finally {
    candidates.close()
  }
})

test('names that were known at the last start suffice while DNS knows of one candidate only', async () => {
  records = [six(1), six(2), six(3)]
  const first = new Candidates(config(six(1)), folder, () => {})
  const found = first.find()
  first.hear('machine-2', six(2))
  first.hear('machine-3', six(3))
  await found
  first.close()
  records = [six(1)]
  const again = new Candidates(config(six(1)), folder, () => {})
  try {
    expect(await again.find()).toEqual(['machine-1', 'machine-2', 'machine-3'])
  } finally {
    again.close()
  }
})

test('a machine that took the place of another is told of once; who counts is what this node began with', async () => {
  records = [six(1), six(2), six(3)]
  const told: (readonly string[])[] = []
  const candidates = new Candidates(
    config(six(1)),
    folder,
    () => {},
    (names) => told.push(names),
  )
  try {
    const found = candidates.find()
    candidates.hear('machine-2', six(2))
    candidates.hear('machine-3', six(3))
    await found
    candidates.hear('machine-4', six(3))
    candidates.hear('machine-4', six(3))
    expect(told).toEqual([['machine-1', 'machine-2', 'machine-4']])
  } finally {
    candidates.close()
  }
})

/** Answers AAAA questions with `records`, and every other with nothing (RFC 1035, RFC 3596). */
async function nameServer() {
  const socket = await Bun.udpSocket({
    hostname: '127.0.0.1',
    socket: {
      data(own, question, port, address) {
        let end = 12
        while (question[end] !== 0) end += (question[end] ?? 0) + 1
        const asked = question.subarray(12, end + 5)
        const isSix = question.readUInt16BE(end + 1) === 28
        const answers = (isSix ? records : []).map((text) => {
          const head = Buffer.from([0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 5, 0, 16])
          return Buffer.concat([head, bytesOf(text)])
        })
        const header = Buffer.alloc(12)
        header.writeUInt16BE(question.readUInt16BE(0), 0)
        header.writeUInt16BE(0x8180, 2)
        header.writeUInt16BE(1, 4)
        header.writeUInt16BE(answers.length, 6)
        own.send(Buffer.concat([header, asked, ...answers]), port, address)
      },
    },
  })
  return { port: socket.port, close: () => socket.close() }
}

/** Sixteen bytes of an address with one `::` in it. */
function bytesOf(text: string): Buffer {
  const [head = '', tail = ''] = text.split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0')
  const bytes = Buffer.alloc(16)
  for (const [index, each] of [...groups(head), ...zeros, ...groups(tail)].entries()) {
    bytes.writeUInt16BE(Number.parseInt(each, 16), index * 2)
  }
  return bytes
}
