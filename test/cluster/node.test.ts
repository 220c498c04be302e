import { afterAll, beforeAll, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Capsules } from '../../scripts/cluster-lab/chaos/capsules.ts'
import { findPrimary } from '../../scripts/cluster-lab/chaos/faults.ts'
import { keepLogs } from '../../scripts/cluster-lab/chaos/report.ts'
import { eventually } from '../../scripts/cluster-lab/eventually.ts'
import { Lab } from '../../scripts/cluster-lab/lab.ts'
import { foldersOf } from '../../scripts/cluster-lab/plan.ts'
import { SteadyWriter } from './steady-writer.ts'

/** `encapsify node` on real LiteFS: three candidates and an edge. Needs root, FUSE, Go and the executable. */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-node-'))
const folder = join(stand, 'lab')
const capsules = new Capsules()
const edge = 4
const readyMs = 30_000
let lab: Lab

beforeAll(async () => {
  lab = await Lab.up({ folder, nodes: edge, proxies: true, diskMib: 128, clocks: true })
  await capsules.prepare(lab)
}, 300_000)
afterAll(async () => {
  keepLogs(lab, 'node-test')
  await Lab.down(folder)
  rmSync(stand, { recursive: true, force: true })
}, 60_000)

test('what is published on one node is seen on all, by those who carry their position at once', async () => {
  const [list = ''] = await capsules.makeLists(lab, 1)
  // Without it the edge may answer that there is no such capsule, not yet.
  const made = (await ask(await primaryNumber(), '/api/v1/capsules')).headers.get('encapsify-position') ?? ''
  const said = await write(edge, list, 'seen-everywhere-0001', made)
  expect(said.status).toBe(201)
  const position = said.headers.get('encapsify-position') ?? ''
  expect(position).toMatch(/^[\w.-]+:\d+\.\d+$/)
  for (const node of lab.nodes) {
    const answer = await ask(node.plan.number, '/api/v1/capsules', { 'encapsify-position': position })
    // Who this is may not be known here; where this node is, it says all the same.
    expect(answer.headers.get('encapsify-node')).toMatch(new RegExp(`^region=${node.plan.region}; role=`))
    expect(await capsules.listAt(node, list)).toEqual(['seen-everywhere-0001'])
  }
})

test('a publication changes the page on every node, whatever they had cached', async () => {
  const headers = { ...demoKey(), 'content-type': 'application/json' }
  const send = async (method: string, path: string, body: unknown, more: Record<string, string> = {}) => {
    const init = { method, body: JSON.stringify(body), headers: { ...headers, ...more } }
    const answer = await fetch(lab.entry(edge) + path, init)
    expect(answer.status).toBeLessThan(300)
    return answer
  }
  const draft = (text: string) => ({
    format: 1,
    pages: [{ id: 'page', blocks: [{ id: 'head', type: 'heading', level: 2, text }] }],
  })
  const made = await send('POST', '/api/v1/capsules', { title: 'Everywhere', draft: draft('the first words') })
  const { id } = (await made.json()) as { id: string }
  const published = await send('POST', `/api/v1/capsules/${id}/publication`, {})
  const { pathname } = new URL(((await published.json()) as { url: string }).url)
  const shows = async (text: string) => {
    const pages = await Promise.all(lab.nodes.map(async ({ origin }) => (await fetch(origin + pathname)).text()))
    return pages.every((page) => page.includes(text))
  }
  await eventually(() => shows('the first words'))
  const etag = (await fetch(`${lab.entry(1)}/api/v1/capsules/${id}/draft`, { headers })).headers.get('etag') ?? ''
  await send('PUT', `/api/v1/capsules/${id}/draft`, draft('other words'), { 'if-match': etag })
  await send('POST', `/api/v1/capsules/${id}/publication`, {})
  await eventually(() => shows('other words'))
}, 60_000)

test('a file that lies on one node is shown by all, also when the primary is another by then', async () => {
  const headers = demoKey()
  const upload = async (node: number, bytes: Uint8Array<ArrayBuffer>) => {
    const body = new FormData()
    body.set('file', new File([bytes], 'data.bin'))
    const answer = await fetch(`${lab.node(node).origin}/api/v1/assets`, { method: 'POST', body, headers })
    expect(answer.status).toBe(201)
    const { pathname } = new URL(((await answer.json()) as { url: string }).url)
    const shows = async (origin: string) => Buffer.compare(await (await fetch(origin + pathname)).bytes(), bytes) === 0
    return () => Promise.all(lab.nodes.map(({ origin }) => eventually(() => shows(origin))))
  }
  const from = await primaryNumber()
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  for (const node of [edge, from]) await (await upload(node, random(3_000_000)))()
  const lateEverywhere = await upload(from, random(1_500_000))
  await lab.node(from).handOff(lab.node((from % 3) + 1).plan.name)
  // Nobody but the old primary has it.
  await lateEverywhere()
}, 60_000)

test('people and reactions are those of all nodes', async () => {
  const [list = ''] = await capsules.makeLists(lab, 1)
  const [capsule = ''] = list.split('/')
  const heard = new Map<number, { people: number; claps: number }>()
  const sockets = await Promise.all(
    lab.nodes.map(async ({ plan, origin }) => {
      await eventually(async () => (await capsules.listAt(lab.node(plan.number), list)).length === 0)
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/live/${capsule}`)
      const mine = { people: 0, claps: 0 }
      heard.set(plan.number, mine)
      socket.onmessage = (event) => {
        const told = JSON.parse(String(event.data)) as State & { state?: State }
        const { people, reactions } = told.state ?? told
        mine.people = people ?? mine.people
        mine.claps += reactions?.clap ?? 0
      }
      return socket
    }),
  )
  const all = (holds: (of: { people: number; claps: number }) => boolean) => [...heard.values()].every(holds)
  await eventually(async () => all(({ people }) => people === lab.nodes.length))
  sockets[edge - 1]?.send(JSON.stringify({ type: 'react', reaction: 'clap' }))
  await eventually(async () => all(({ claps }) => claps === 1))
  // Whoever is primary next counts them again.
  const from = await primaryNumber()
  await lab.node(from).handOff(lab.node((from % 3) + 1).plan.name)
  sockets[0]?.close()
  heard.delete(1)
  await eventually(async () => all(({ people }) => people === lab.nodes.length - 1))
  for (const socket of sockets) socket.close()
}, 60_000)

test('a position of another cluster, or of an epoch that has not begun, is refused', async () => {
  const primary = await primaryNumber()
  const known = (await ask(primary, '/api/v1/capsules')).headers.get('encapsify-position') ?? ''
  for (const forged of ['elsewhere:1.1', 'nonsense', known.replace(/:\d+/, ':999999')]) {
    expect((await ask(primary, '/api/v1/capsules', { 'encapsify-position': forged })).status).toBe(400)
  }
}, 20_000)

test('LiteFS is to be had from no other node, and its streams only by who has the secret', async () => {
  const { address } = lab.node(1).plan
  const probe = `
    const open = (port) => new Promise((done) => {
      const socket = require('node:net').connect({ host: '${address}', port, timeout: 500 })
      let text = ''
      socket.on('data', (chunk) => { text += chunk; socket.write('node-2 0 forged\\n') })
      socket.on('close', () => done(text.split('\\n').length))
      socket.on('error', () => done('refused')).on('timeout', () => socket.destroy())
    })
    console.log(await open(20202), await open(20204))`
  const { stdout } = lab.node(2).exec([process.execPath, '-e', probe])
  // One line, the challenge, and nothing after it.
  expect(stdout.toString().trim()).toBe('refused 2')
}, 20_000)

test.each(['litefs', 'server', 'guard', 'all'] as const)(
  'kill -9 of the primary (%s): writes go on, nothing acknowledged is lost',
  async (what) => {
    await underLoad(`kill-${what}`, async (writer) => {
      const struck = await primaryNumber()
      expect(await lab.node(struck).kill(what)).toBeGreaterThan(0)
      report(`kill ${what}`, await writer.untilAcknowledged(readyMs))
    })
  },
  90_000,
)

test('a primary that is cut off is replaced, and comes back as a replica', async () => {
  await underLoad('cut', async (writer) => {
    const struck = await primaryNumber()
    lab.cut(struck)
    report('cut off', await writer.untilAcknowledged(readyMs))
    lab.heal(struck)
  })
}, 90_000)

test('a handoff reaches the node that it names without a failed request, and nobody else', async () => {
  const writer = await underLoad('handoff', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const from = await primaryNumber()
      const to = (from % 3) + 1
      await lab.node(from).handOff(lab.node(to).plan.name)
      await eventually(async () => ![undefined, from].includes(await findPrimary(lab)))
      expect(await primaryNumber()).toBe(to)
    }
  })
  expect(writer.failed).toEqual([])
  const primary = lab.node(await primaryNumber())
  await expect(primary.handOff(lab.node(edge).plan.name)).rejects.toThrow('There is no other candidate node-4.')
}, 90_000)

test('a node that is told to end hands over first: no request fails', async () => {
  const writer = await underLoad('stop', async () => {
    const struck = await primaryNumber()
    await lab.node(struck).stop()
    await lab.node(struck).start()
  })
  expect(writer.failed).toEqual([])
}, 90_000)

test('a full disk of the primary loses nothing, and the cluster goes on', async () => {
  await underLoad('full', async (writer) => {
    const struck = await primaryNumber()
    await lab.node(struck).fillDisk()
    report('full disk', await writer.untilAcknowledged(readyMs))
    lab.node(struck).freeDisk()
  })
}, 120_000)

test('a candidate whose disk was wiped becomes a member again, and may be primary', async () => {
  const struck = await primaryNumber()
  await underLoad('wipe', async (writer) => {
    await lab.node(struck).kill('all')
    lab.node(struck).wipe()
    await writer.untilAcknowledged(readyMs)
    await lab.node(struck).start()
    await lab.node(struck).ready(readyMs)
  })
  await eventually(async () => {
    const from = await primaryNumber()
    if (from !== struck) await lab.node(from).handOff(lab.node(struck).plan.name)
    return (await findPrimary(lab)) === struck
  })
}, 120_000)

test('an edge follows from an empty disk', async () => {
  await lab.node(edge).kill('all')
  lab.node(edge).wipe()
  await lab.node(edge).start()
  await lab.node(edge).ready(readyMs)
  await eventually(async () => new Set(await digests()).size === 1)
}, 60_000)

interface State {
  readonly people?: number
  readonly reactions?: { readonly clap?: number }
}

/** Writes before, during and after; then all nodes hold all that was acknowledged, and the same. */
async function underLoad(name: string, strike: (writer: SteadyWriter) => Promise<void>): Promise<SteadyWriter> {
  const writer = await SteadyWriter.begin(lab, capsules, name)
  try {
    await writer.untilAcknowledged(readyMs)
    await strike(writer)
    await Promise.all(lab.nodes.map((node) => node.revived(readyMs)))
    await eventually(async () => writer.acknowledged.length > 20)
    await writer.untilAcknowledged(readyMs)
  } finally {
    await writer.stop()
  }
  await eventually(async () => new Set(await digests()).size === 1)
  for (const node of lab.nodes) {
    const held = new Set((await Promise.all(writer.lists.map((list) => capsules.listAt(node, list)))).flat())
    expect(writer.acknowledged.filter(({ id }) => !held.has(id))).toEqual([])
  }
  return writer
}

async function digests(): Promise<string[]> {
  const script = resolve('scripts/cluster-lab/chaos/digest.ts')
  return Promise.all(
    lab.nodes.map(async ({ plan }) => {
      const child = Bun.spawn([process.execPath, script, foldersOf(plan).mount], { stdout: 'pipe', stderr: 'ignore' })
      return new Response(child.stdout).text()
    }),
  )
}

async function primaryNumber(): Promise<number> {
  let found: number | undefined
  await eventually(async () => {
    found = await findPrimary(lab)
    return found !== undefined
  })
  return found ?? 0
}

async function write(number: number, list: string, id: string, carried: string): Promise<Response> {
  const [capsule, version, block] = list.split('/')
  return fetch(`${lab.node(number).origin}/api/v1/capsules/${capsule}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'encapsify-position': carried },
    body: JSON.stringify({ id, version: Number(version), block, value: { note: id } }),
  })
}

function ask(number: number, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(lab.node(number).origin + path, { headers })
}

/** The authorization of the demo's organization. */
function demoKey(): Record<string, string> {
  const { stdout } = lab.node(1).exec([resolve('dist/encapsify'), 'demo', '--json'])
  return { authorization: `Bearer ${(JSON.parse(stdout.toString()) as { apiKey: string }).apiKey}` }
}

function report(what: string, ms: number): void {
  console.log(`${what}: first acknowledgement after ${ms.toFixed(0)} ms`)
}
