import { afterEach, beforeEach, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSharp } from '../../src/images/sharp.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { FileDoor } from '../../src/node/files/door.ts'
import { MeshFiles } from '../../src/node/files/mesh-files.ts'
import { type MediaWorld, mediaWorld } from '../../test/fixtures/media.ts'
import { bytesOf, photo } from '../../test/fixtures/pictures.ts'
import { pathOf } from './blobs/store.ts'
import { mediaConfig } from './config.ts'
import { limits } from './limits.ts'
import { type Media, openMedia } from './media.ts'

/** Nodes of one cluster that share a database, each with a folder of its own, and speak to each other over real sockets. */
const key = Buffer.from('what the servers of a cluster share')
const secret = 'a secret for tests that is long enough'

interface Node extends AsyncDisposable {
  readonly address: string
  readonly media: Media
  readonly folder: string
  /** Pieces that others got from it. */
  readonly given: string[]
  get(url: string, headers?: Record<string, string>): Promise<Response>
}

let world: MediaWorld
let stack: AsyncDisposableStack
let primary: string | null
/** Addresses that every node knows. */
let candidates: string[]
/** Addresses that the primary alone knows. */
let edges: string[]
let port: number
beforeEach(async () => {
  stack = new AsyncDisposableStack()
  primary = null
  candidates = []
  edges = []
  // The first takes a port that is free; the others the same on addresses of their own.
  port = 0
  world = await mediaWorld()
})
afterEach(async () => {
  await stack.disposeAsync()
  expect(world.bugs).toEqual([])
  await world.close()
})

function node(keyOfNode = key): Node {
  const address = `127.0.0.${10 + candidates.length + edges.length}`
  candidates.push(address)
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-node-'))
  const given: string[] = []
  const files: MeshFiles = new MeshFiles({
    key: keyOfNode,
    address,
    primary: () => (primary === address ? null : primary),
    others: () => candidates,
    port,
  })
  const reportBug = (error: unknown) => world.bugs.push(error)
  const door = new FileDoor({ key: keyOfNode, lookup: (name) => files.lookup(name), others: () => edges, reportBug })
  const server = Bun.serve({
    hostname: address,
    port,
    fetch(request) {
      const range = new URL(request.url).searchParams
      if (range.get('start') !== range.get('end')) given.push(`${range.get('start')}-${range.get('end')}`)
      return door.handle(request) ?? new Response(null, { status: 404 })
    },
  })
  port = server.port ?? 0
  const media = openMedia({
    db: world.db,
    jobs: new JobRunner({ databases: world.db, log: { warn: () => {}, error: () => {} } }),
    config: mediaConfig({}, folder),
    nativeFolder: join(folder, 'native'),
    secrets: [secret],
    reportBug,
    peers: files,
  })
  const made: Node = {
    address,
    media,
    folder,
    given,
    get: async (url, headers = {}) =>
      (await media.delivery.handle(new Request(url, { headers }))) ?? new Response(null, { status: 404 }),
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      media.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  stack.use(made)
  return made
}

/** Bytes that were uploaded on one node, and their asset's address. */
async function uploaded(at: Node, bytes: Uint8Array<ArrayBuffer>, name: string) {
  const answer = await world.upload(bytes, name)
  const { id, url } = (await answer.json()) as { id: string; url: string }
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
  const blob = { organizationId: world.organizationId, hash }
  const path = join(at.folder, 'aside')
  await writeFile(path, bytes)
  await at.media.store.keep(blob, path)
  return { id, url, blob, path: join(at.folder, 'media/blobs', pathOf(blob)) }
}

const picture = async () => bytesOf((await photo(await loadSharp(''), 300, 200)).jpeg())
const file = (bytes: number) => new Uint8Array(randomBytes(bytes))

test('a picture that was uploaded elsewhere is shown from the node that has it, fetched once however many ask', async () => {
  const [one, two] = [node(), node()]
  primary = one.address
  const bytes = await picture()
  const { url } = await uploaded(one, bytes, 'photo.jpg')
  const widths = [64, 128, 256, 64, 128, 256]
  const shown = await Promise.all(widths.map((width) => two.get(`${url}?w=${width}&format=webp`)))
  expect(shown.map(({ status }) => status)).toEqual(widths.map(() => 200))
  expect(one.given).toEqual([`0-${bytes.length}`])
  // From here on it needs nobody.
  await one[Symbol.asyncDispose]()
  expect((await two.get(`${url}?w=32&format=webp`)).status).toBe(200)
})

test('a file is sent whole and in parts as from its own node', async () => {
  const [one, two] = [node(), node()]
  primary = one.address
  const bytes = file(5_000_000)
  const { url } = await uploaded(one, bytes, 'data.bin')
  const part = await two.get(url, { range: 'bytes=2097000-2098000' })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 2097000-2098000/5000000'])
  expect(Buffer.from(await part.bytes()).equals(Buffer.from(bytes.subarray(2_097_000, 2_098_001)))).toBeTrue()
  expect(Buffer.from(await (await two.get(url)).bytes()).equals(Buffer.from(bytes))).toBeTrue()
  expect(one.given).toEqual(['0-2097152', '2097152-4194304', '4194304-5000000'])
})

test('of a file that is too large to be kept here only what is asked for passes through', async () => {
  const [one, two] = [node(), node()]
  primary = one.address
  const { url, path } = await uploaded(one, file(1_000), 'data.bin')
  await truncate(path, limits.shieldedBytesMax + 10)
  const answer = await two.get(url, { range: 'bytes=-10' })
  expect([answer.status, [...(await answer.bytes())]]).toEqual([206, Array(10).fill(0)])
  expect(one.given).toEqual([`${limits.shieldedBytesMax}-${limits.shieldedBytesMax + 10}`])
  expect(two.media.cache.bytes).toBe(0)
})

test('what the primary lacks is looked for on all others, also on those that it alone knows', async () => {
  const [old, now, edge, asking] = [node(), node(), node(), node()]
  primary = old.address
  const made = await uploaded(old, file(100), 'old.bin')
  primary = now.address
  expect((await asking.get(made.url)).status).toBe(200)
  candidates = candidates.filter((one) => one !== edge.address)
  edges = [edge.address]
  const there = await uploaded(edge, file(100), 'edge.bin')
  expect((await asking.get(there.url)).status).toBe(200)
  // The primary too: it runs the jobs.
  candidates.push(edge.address)
  expect((await now.get(there.url)).status).toBe(200)
})

test('while nobody is primary all others are asked; who is away keeps nobody waiting', async () => {
  const [one, two, away] = [node(), node(), node()]
  await away[Symbol.asyncDispose]()
  const { url } = await uploaded(one, file(100), 'data.bin')
  expect((await two.get(url)).status).toBe(200)
})

test('what nobody has is not found; while somebody says nothing it may be there', async () => {
  const [one, two, three] = [node(), node(), node()]
  primary = one.address
  const { url, blob } = await uploaded(one, file(100), 'data.bin')
  await one.media.store.remove(blob)
  expect((await two.get(url)).status).toBe(404)
  await three[Symbol.asyncDispose]()
  const answer = await two.get(url)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
})

test('bytes that are others than their hash says are not kept and not shown', async () => {
  const [one, two] = [node(), node()]
  primary = one.address
  const { url, path } = await uploaded(one, file(100), 'data.bin')
  await writeFile(path, file(100))
  expect((await two.get(url)).status).toBe(503)
  expect(two.media.cache.bytes).toBe(0)
  expect(readdirSync(join(two.folder, 'media/cache')).filter((name) => name.startsWith('new-'))).toEqual([])
})

test('a server that does not know the key is given nothing and believed nothing', async () => {
  const [one, two] = [node(), node(Buffer.from('another key'))]
  primary = one.address
  const { url } = await uploaded(one, file(100), 'data.bin')
  expect((await two.get(url)).status).toBe(503)
  expect((await uploaded(two, file(200), 'other.bin').then(({ url }) => one.get(url))).status).toBe(503)
  const asked = await fetch(`http://${one.address}:${port}/file?name=x&start=0&end=0`)
  expect([asked.status, await asked.text()]).toEqual([404, 'Nodes only.\n'])
})
