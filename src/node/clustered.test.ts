import { expect, test } from 'bun:test'
import { parseReplay } from '../../test/cluster/fly-replay.ts'
import { comparePositions, origin, type Position } from '../db/position.ts'
import type { SocketServer } from '../http/sockets.ts'
import { formatTraceparent } from '../observability/tracing/context.ts'
import { Tracer } from '../observability/tracing/tracer.ts'
import { type ClusteredOptions, clustered, clusteredLive } from './clustered.ts'
import type { NodeStatus } from './protocol.ts'

interface Stand {
  readonly position?: Position
  readonly isPrimary?: boolean
  readonly role?: NodeStatus['role']
  readonly statusAgeMs?: number
  /** What it has heard confirmed; of the primary that it follows unless it says otherwise. */
  readonly confirmed?: Position
  readonly promised?: number
  readonly arrives?: Position
  readonly confirms?: Promise<void>
  /** 200 unless it says otherwise. */
  readonly answers?: number
  /** Whether the primary is reached over the mesh. */
  readonly way?: boolean
  readonly primary?: { node: string; address: string } | null
}

/** A node that stands so; `arrives` is what its data will be after a moment. */
function node(stand: Stand) {
  let position = stand.position ?? { epoch: 3, number: 10 }
  const databases: ClusteredOptions['databases'] = {
    get position() {
      return position
    },
    confirmed: stand.confirmed ?? { epoch: 3, number: 10 },
    isPrimary: stand.isPrimary ?? false,
    async whenReached(wanted) {
      position = stand.arrives ?? position
      return comparePositions(position, wanted) >= 0
    },
    whenConfirmed: () => stand.confirms,
  }
  const primary = stand.primary === undefined ? { node: 'p', address: '10.0.0.1' } : stand.primary
  const role = stand.role ?? (stand.isPrimary === true ? 'open' : 'following')
  const link = { status: { primary, role, promised: stand.promised ?? 3 }, statusAgeMs: stand.statusAgeMs ?? 100 }
  const requests = { forward: () => (stand.way === true ? Promise.resolve(new Response('over the mesh')) : undefined) }
  const options = { config: { name: 'c' }, databases, link, requests, primaryPaths: ['/api/v1/uploads'] }
  const live = clusteredLive(options, () => new Response('live'))
  return Object.assign(
    clustered(options, () => new Response('here', { status: stand.answers ?? 200 })),
    { live: async (asked: Request) => live(asked, none) ?? new Response('not live') },
  )
}

const none: SocketServer = {
  upgrade: () => false,
  publish: () => 0,
  subscriberCount: () => 0,
  pendingWebSockets: 0,
  timeout: () => {},
  requestIP: () => null,
}

function request(path: string, headers: Record<string, string> = {}, method = 'GET'): Request {
  return new Request(`http://localhost${path}`, { method, headers })
}

const proxied = { 'fly-region': 'ams' }

test('a request that carries nothing, or what is here, is answered here', async () => {
  const handle = node({})
  for (const headers of [{}, { 'encapsify-position': 'c:3.10' }, { 'encapsify-position': 'c:2.99' }]) {
    expect(await (await handle(request('/api/v1/capsules', headers))).text()).toBe('here')
  }
})

test('G39 a node that is behind waits for its data', async () => {
  const handle = node({ arrives: { epoch: 3, number: 11 } })
  expect(await (await handle(request('/api/v1/x', { 'encapsify-position': 'c:3.11' }))).text()).toBe('here')
})

test('G39 one that stays behind sends the request to the primary, once', async () => {
  const handle = node({})
  const carried = { 'encapsify-position': 'c:3.11' }
  const sent = await handle(request('/api/v1/x', { ...carried, ...proxied }))
  expect(sent.headers.get('fly-replay')).toBe('instance=p;timeout=1s;fallback=force_self')
  for (const already of ['fly-replay-src', 'fly-replay-failed']) {
    const answer = await handle(request('/api/v1/x', { ...carried, ...proxied, [already]: 'instance=q' }))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  }
  // Without the proxy nobody would understand a replay.
  expect((await handle(request('/api/v1/x', carried))).status).toBe(503)
})

test('a request that is sent on takes the trace that began here with it', async () => {
  const tracer = new Tracer({ ratio: 1, send: () => {} })
  const span = tracer.begin({ name: 'POST', kind: 'server' })
  if (span === undefined) throw new Error('Nothing was begun.')
  const sent = await tracer.run(span, () => node({})(request('/api/v1/x', proxied, 'POST')))
  expect(parseReplay(sent.headers.get('fly-replay') ?? '').state).toBe(formatTraceparent(span.context))
})

test('a cookie counts like the header, but one that means nothing here is passed over', async () => {
  const handle = node({})
  const cookie = (value: string) => handle(request('/api/v1/x', { cookie: `a=b; encapsify_position=${value}` }))
  expect((await cookie('c:3.11')).status).toBe(503)
  expect((await cookie('elsewhere:9.9')).status).toBe(200)
  expect((await cookie('%00')).status).toBe(200)
})

test.each(['elsewhere:1.1', 'c:1', 'c:-1.1', '3.10', 'c:3.1e9', ''])(
  'G39 a position that is none of this cluster (%p) is malformed',
  async (carried) => {
    expect((await node({})(request('/api/v1/x', { 'encapsify-position': carried }))).status).toBe(400)
  },
)

test('G39 what is beyond all that the open primary has answered is a forgery, and is told at once', async () => {
  for (const forged of ['c:4.1', 'c:3.11']) {
    const carried = { 'encapsify-position': forged }
    const status = async (stand: Stand) => (await node(stand)(request('/api/v1/x', carried))).status
    expect(await status({ isPrimary: true })).toBe(400)
    // A replica cannot know so exactly: there may be a newer primary. Nor can one that is not open, or whose guard is silent.
    expect(await status({})).toBe(503)
    expect(await status({ isPrimary: true, role: 'opening' })).toBe(503)
    expect(await status({ isPrimary: true, statusAgeMs: 1_000 })).toBe(503)
    // A browser may bring a cookie from before the cluster was restored.
    const cookie = { cookie: `encapsify_position=${forged}` }
    expect((await node({ isPrimary: true })(request('/api/v1/x', cookie))).status).toBe(200)
  }
})

test('G39 a replica refuses at once what lies too far beyond all that it has heard confirmed', async () => {
  const status = async (position: string, stand: Stand = {}, more: Record<string, string> = {}) =>
    (await node(stand)(request('/api/v1/x', { 'encapsify-position': position, ...more }))).status
  for (const forged of ['c:3.10011', 'c:4.10011', 'c:104.11', 'c:999999999999999.1', 'c:3.999999999999999']) {
    expect(await status(forged)).toBe(400)
    // No proxy is asked to take it anywhere either.
    expect(await status(forged, {}, proxied)).toBe(400)
    expect((await node({}).live(request('/live/cap_1', { 'encapsify-position': forged }))).status).toBe(400)
    const cookie = { cookie: `encapsify_position=${forged}` }
    expect((await node({})(request('/api/v1/x', cookie))).status).toBe(200)
    // It waits where the node may have missed anything: no primary, a silent guard, a primary that has not said what is confirmed.
    const unsure: Stand[] = [
      { primary: null },
      { statusAgeMs: 1_000 },
      { promised: 4 },
      { promised: 4, confirmed: origin },
    ]
    for (const stand of unsure) expect(await status(forged, stand)).toBe(503)
  }
  // What may be true is waited for.
  for (const near of ['c:3.11', 'c:3.10010', 'c:4.11', 'c:103.11']) {
    expect(await status(near, { arrives: { epoch: 200, number: 1 } })).toBe(200)
    expect(await status(near)).toBe(503)
  }
})

test('G39 a live connection waits for what it has seen, or goes to the primary, handshake and all', async () => {
  const carried = { 'encapsify-position': 'c:3.11' }
  const live = (stand: Stand, headers: Record<string, string>) => node(stand).live(request('/live/cap_1', headers))
  expect(await (await live({}, {})).text()).toBe('live')
  expect(await (await live({ arrives: { epoch: 3, number: 11 } }, carried)).text()).toBe('live')
  const sent = await live({}, { ...carried, ...proxied, upgrade: 'websocket' })
  expect(sent.headers.get('fly-replay')).toContain('instance=p')
  const late = await live({}, carried)
  expect([late.status, late.headers.get('encapsify-position')]).toEqual([503, 'c:3.10'])
  expect((await live({}, { 'encapsify-position': 'nonsense' })).status).toBe(400)
  expect(await (await node({}).live(request('/elsewhere', { 'encapsify-position': 'nonsense' }))).text()).toBe('live')
})

test('a write goes to the primary whole where the proxy can take it; else its operations travel', async () => {
  const post = (headers: Record<string, string>) => request('/api/v1/x', headers, 'POST')
  expect((await node({})(post(proxied))).headers.get('fly-replay')).toContain('instance=p')
  for (const headers of [
    {},
    { ...proxied, 'fly-replay-src': 'instance=q' },
    { ...proxied, 'content-length': '2000000' },
  ]) {
    expect(await (await node({})(post(headers))).text()).toBe('here')
  }
  expect(await (await node({ isPrimary: true })(post(proxied))).text()).toBe('here')
  expect(await (await node({ primary: null })(post(proxied))).text()).toBe('here')
})

test('who wrote carries the position on, by a cookie too', async () => {
  const answer = await node({ isPrimary: true })(request('/api/v1/x', {}, 'POST'))
  expect(answer.headers.get('set-cookie')).toContain('encapsify_position=c:3.10;')
})

test('what a primary read and could not confirm is said to be so', async () => {
  const read = async (confirms: Promise<void>) =>
    (await node({ isPrimary: true, confirms })(request('/api/v1/x'))).headers.get('encapsify-confirmed')
  expect(await read(Promise.resolve())).toBeNull()
  expect(await read(Promise.reject(new Error('not confirmed')))).toBe('?0')
})

test('a write that was refused for what the primary read waits for that too; one that was acknowledged was confirmed', async () => {
  const write = async (answers: number, confirms: Promise<void>) =>
    (await node({ isPrimary: true, answers, confirms })(request('/api/v1/x', {}, 'POST'))).headers
  expect((await write(412, Promise.reject(new Error('not confirmed')))).get('encapsify-confirmed')).toBe('?0')
  expect((await write(201, new Promise(() => {}))).get('encapsify-confirmed')).toBeNull()
})

test('pages are not held up', async () => {
  const handle = node({})
  expect((await handle(request('/northlight/tour', { 'encapsify-position': 'nonsense' }))).status).toBe(200)
})

test('what is too large for the proxy to send again, or may be, goes to the primary over the mesh', async () => {
  const large = [{ 'content-length': '1000001' }, { 'transfer-encoding': 'chunked' }]
  for (const headers of large.flatMap((own) => [own, { ...own, ...proxied }])) {
    const asked = () => request('/api/v1/capsules', headers, 'POST')
    expect(await (await node({ way: true })(asked())).text()).toBe('over the mesh')
    // Its operations travel then.
    expect(await (await node({ way: false })(asked())).text()).toBe('here')
    expect(await (await node({ way: true, isPrimary: true })(asked())).text()).toBe('here')
    expect(await (await node({ way: true })(request('/api/v1/capsules', headers))).text()).toBe('here')
  }
  const small = request('/api/v1/capsules', { 'content-length': '1000000' }, 'POST')
  expect(await (await node({ way: true })(small)).text()).toBe('here')
})

test('what the primary keeps on its own disk is asked of it, for reading too', async () => {
  for (const method of ['HEAD', 'GET', 'PATCH', 'POST']) {
    const asked = (headers: Record<string, string> = {}) => request('/api/v1/uploads/upl_1', headers, method)
    expect((await node({ way: true })(asked(proxied))).headers.get('fly-replay')).toStartWith('instance=p')
    expect(await (await node({ way: true })(asked())).text()).toBe('over the mesh')
    expect(await (await node({ way: true })(asked({ ...proxied, 'fly-replay-src': 'instance=p' }))).text()).toBe(
      'over the mesh',
    )
    expect(await (await node({ way: true, isPrimary: true })(asked(proxied))).text()).toBe('here')
  }
})
