/**
 * The stand-in's server: lists of items in one database. `POST /items/KEY {"id"}` on the primary appends (a replica answers
 * `fly-replay`), `GET /items/KEY` reads here, no older than the position that the request carries. `GET /visible` tells when
 * this node first saw each item, `GET /state` its position and content hash.
 */
import { Database } from 'bun:sqlite'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const { ENCAPSIFY_LITEFS: mount = '', ENCAPSIFY_PEERS: peers = '', FLY_PRIVATE_IP: own = '' } = Bun.env
const isPrimary = peers.split(',')[0] === own
const path = join(mount, 'shard-000.db')
const positionWaitMs = 2_000
const visibleMax = 10_000
const nowMs = () => performance.timeOrigin + performance.now()

let database: Database | undefined
if (isPrimary) {
  database = new Database(path, { create: true })
  database.run('PRAGMA busy_timeout = 500')
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  database.run('PRAGMA cache_spill = off')
  database.run('CREATE TABLE IF NOT EXISTS item (number INTEGER PRIMARY KEY, list TEXT, id TEXT UNIQUE)')
}
const visible: { id: string; visibleMs: number }[] = []
let seen = 0

process.on('SIGTERM', () => process.exit(0))
void followEvents()
Bun.serve({
  port: Number(Bun.env.PORT),
  hostname: '0.0.0.0',
  async fetch(request) {
    const url = new URL(request.url)
    const [, place = '', list = ''] = url.pathname.split('/')
    try {
      if (place === 'health')
        return open() === undefined ? new Response('no data yet', { status: 503 }) : new Response('ok')
      if (place === 'visible') return Response.json(visible)
      if (place === 'state') return Response.json({ position: position(), hash: hash(), isPrimary })
      if (place !== 'items') return new Response('not found', { status: 404, headers: stamped(position()) })
      if (request.method === 'GET') return await read(list, numberOf(request.headers.get('encapsify-position')))
      if (!isPrimary) return new Response(null, { status: 409, headers: { 'fly-replay': 'instance=node-1' } })
      return append(list, ((await request.json()) as { id: string }).id)
    } catch (error) {
      return new Response(String(error), { status: 503 })
    }
  },
})

function append(list: string, id: string): Response {
  const handle = open()
  if (handle === undefined) return new Response('no data yet', { status: 503 })
  const before = position()
  const made = handle
    .query('INSERT INTO item (list, id) VALUES (?, ?) ON CONFLICT (id) DO NOTHING')
    .run(list, id).changes
  const committedMs = nowMs()
  const after = position()
  // LiteFS may have failed although COMMIT returned.
  if (after !== before + made) return new Response(`position ${after} after ${before}`, { status: 503 })
  return Response.json({ id, committedMs }, { status: made === 1 ? 201 : 200, headers: stamped(after) })
}

async function read(list: string, least: number): Promise<Response> {
  const until = performance.now() + positionWaitMs
  while (position() < least) {
    if (performance.now() > until) return new Response('behind', { status: 503 })
    await Bun.sleep(2)
  }
  // Taken before the rows are read: they may be newer than it says, never older.
  const at = position()
  const rows = open()?.query('SELECT id FROM item WHERE list = ? ORDER BY number').all(list) as
    | { id: string }[]
    | undefined
  if (rows === undefined) return new Response('no data yet', { status: 503 })
  return Response.json({ ids: rows.map(({ id }) => id) }, { headers: stamped(at) })
}

function stamped(number: number) {
  const { FLY_REGION: region = '' } = Bun.env
  const node = `region=${region}; role=${isPrimary ? 'primary' : 'replica'}`
  return { 'encapsify-position': `0.${number}`, 'encapsify-node': node }
}

/** Of `epoch.number`; there is one epoch here. */
function numberOf(position: string | null): number {
  return Number(position?.split('.')[1] ?? 0)
}

/** LiteFS' own: transaction and checksum. 0 while there is none. */
function position(): number {
  const file = `${path}-pos`
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'latin1').slice(0, 16), 16) : 0
}

function hash(): string {
  const rows = open()?.query('SELECT list, id FROM item ORDER BY id').values() ?? []
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(rows)).digest('hex')
}

function open(): Database | undefined {
  if (database === undefined && existsSync(path) && position() > 0) {
    database = new Database(path, { readwrite: true, create: false })
    database.run('PRAGMA busy_timeout = 500')
  }
  return database
}

/** LiteFS' events; each transaction is looked at as soon as it is announced here. */
async function followEvents(): Promise<void> {
  const answer = await fetch('http://127.0.0.1:20202/events')
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    if (!decoder.decode(chunk).includes('"tx"')) continue
    const rows = open()?.query('SELECT number, id FROM item WHERE number > ? ORDER BY number').all(seen)
    const visibleMs = nowMs()
    for (const { number, id } of (rows ?? []) as { number: number; id: string }[]) {
      seen = number
      if (visible.length < visibleMax) visible.push({ id, visibleMs })
    }
  }
}
