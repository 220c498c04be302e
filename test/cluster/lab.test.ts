import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Lab } from '../../scripts/cluster-lab/lab.ts'
import { plan } from '../../scripts/cluster-lab/plan.ts'
import { namespaces } from '../../scripts/cluster-lab/system.ts'

/** The laboratory itself, on real LiteFS: what its verbs do, and that nothing stays behind. Needs root, FUSE and Go. */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-lab-'))
const folder = join(stand, 'lab')
const program = ['bun', 'test/cluster/stand-in-node.ts']
const prefix = plan({ folder }).lab
const before = traces()
let lab: Lab
let next = 0

beforeAll(async () => {
  lab = await Lab.up({ folder, program, proxies: true, diskMib: 64, clocks: true })
}, 300_000)
afterAll(async () => {
  await Lab.down(folder)
  rmSync(stand, { recursive: true, force: true })
})

test('a commit becomes visible in the other namespaces, as much later as the delay says', async () => {
  for (const delayMs of [0, 20]) {
    await lab.delay(1, 3, delayMs)
    const lags = await replicate(100)
    console.log(`one-way ${delayMs} ms, commit → visible: ${lags.map(summary).join('; ')}`)
    expect(lags.map((each) => each.length)).toEqual([100, 100])
    // Half of them can't have come faster than the delay line lets them; a commit returns after it was sent, hence the half.
    expect(median(lags[1] ?? [])).toBeGreaterThan(delayMs / 2 - 1)
  }
  expect(lab.network.disturbed()).toMatchObject({ 'n1>n3': { delayMs: 20 }, 'n3>n1': { delayMs: 20 } })
  await lab.delay(1, 3, 0)
}, 30_000)

test('LiteFS killed outright comes back with every acknowledged item, on the primary and on a replica', async () => {
  for (const number of [1, 2]) {
    const id = await append()
    expect(await lab.node(number).kill('litefs')).toBe(1)
    await eventually(async () => (await ids(number)).includes(id))
    const later = await append()
    await eventually(async () => (await ids(2)).includes(later))
  }
}, 60_000)

test('a cut is silent and holds until it is healed', async () => {
  lab.cut(1, 3)
  const id = await append()
  await eventually(async () => (await ids(2)).includes(id))
  expect(await ids(3)).not.toContain(id)
  lab.heal(1, 3)
  await eventually(async () => (await ids(3)).includes(id))
}, 60_000)

test('a one-way cut lets the other direction pass', async () => {
  const heard = (from: number, to: number) => {
    // A packet that nobody has to answer.
    const script = `const s = await Bun.udpSocket({}); s.send('x', 7999, '${lab.node(to).plan.address}'); await Bun.sleep(50); s.close()`
    const listener = Bun.spawn(
      [
        'nsenter',
        `--net=/run/netns/${lab.node(to).plan.namespace}`,
        process.execPath,
        join(import.meta.dir, 'udp-ear.ts'),
      ],
      { stdout: 'pipe', env: { ...Bun.env, EAR_ADDRESS: lab.node(to).plan.address } },
    )
    return (async () => {
      const reader = listener.stdout.getReader()
      await reader.read()
      lab.node(from).exec([process.execPath, '-e', script])
      const last = await reader.read()
      await listener.exited
      return new TextDecoder().decode(last.value).includes('heard')
    })()
  }
  lab.cut(1, 2, { oneWay: true })
  expect(await heard(1, 2)).toBe(false)
  expect(await heard(2, 1)).toBe(true)
  lab.heal()
  expect(await heard(1, 2)).toBe(true)
  expect(lab.network.disturbed()).toEqual({})
}, 30_000)

test('a full disk acknowledges nothing that is not kept, and goes on when there is room', async () => {
  const acknowledged = [await append()]
  await lab.node(1).fillDisk()
  const refused = await until(async () => {
    const id = name()
    const answer = await post(id)
    if (answer?.status === 201) acknowledged.push(id)
    return answer?.status !== 201
  })
  expect(refused).toBe(true)
  lab.node(1).freeDisk()
  await eventually(async () => (await post(name()))?.status === 201)
  await eventually(async () => {
    const kept = new Set(await ids(2))
    return acknowledged.every((id) => kept.has(id))
  })
}, 60_000)

test('a node whose volume was wiped follows from nothing', async () => {
  const id = await append()
  await lab.node(3).kill('all')
  lab.node(3).wipe()
  await lab.node(3).start()
  await lab.node(3).ready(30_000)
  await eventually(async () => (await ids(3)).includes(id))
}, 60_000)

test('a paused node answers again once it is resumed; a clock jumps', async () => {
  expect(lab.node(2).pause('all')).toBeGreaterThanOrEqual(3)
  lab.node(2).resume('all')
  await lab.node(2).ready(30_000)
  lab.node(2).jumpClock(3_600)
  const { stdout } = lab.node(2).exec(['date', '+%s'])
  expect(Number(stdout.toString()) - Date.now() / 1_000).toBeGreaterThan(3_500)
  lab.node(2).jumpClock(0)
}, 60_000)

test('a write that enters in a far region is replayed to the primary by the proxy', async () => {
  const id = name()
  const answer = await fetch(`${lab.entry(3)}/items/a`, { method: 'POST', body: JSON.stringify({ id }) })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('encapsify-node')).toBe('region=ams; role=primary')
  expect((await fetch(`${lab.entry(2)}/items/a`)).headers.get('encapsify-node')).toBe('region=iad; role=replica')
}, 30_000)

test('the command line speaks of the same laboratory', () => {
  const cluster = (...words: string[]) =>
    Bun.spawnSync([process.execPath, resolve('scripts/cluster-lab/main.ts'), ...words], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
  const status = cluster('status', '--state', folder)
  expect(status.stderr.toString()).toBe('')
  expect(status.stdout.toString()).toMatch(/node-1 ams PRIMARY .* ready, runs guard litefs server {2}shard-000 \d+/)
  expect(cluster('cut', 'x', '--state', folder)).toMatchObject({ exitCode: 2 })
  expect(cluster('cut', '9', '--state', folder)).toMatchObject({ exitCode: 1 })
}, 30_000)

test('a laboratory that lost its commands half way is removed whole, and nothing stays behind', async () => {
  // As after a crash: a process that no list names, a cut, a mount whose server was killed.
  Bun.spawn(['nsenter', `--net=/run/netns/${lab.node(2).plan.namespace}`, 'sleep', '604801'], {
    detached: true,
  }).unref()
  lab.cut(1)
  await lab.node(1).kill('guard')
  await lab.node(1).kill('litefs')
  await Lab.down(folder)
  expect(existsSync(folder)).toBe(false)
  expect(traces()).toEqual(before)
  await Lab.down(folder)
}, 60_000)

test('an `up` that is killed half way leaves nothing that `down` does not remove', async () => {
  const other = join(stand, 'killed')
  const main = resolve('scripts/cluster-lab/main.ts')
  const child = Bun.spawn(
    [process.execPath, main, 'up', '--state', other, '--program', program.join(' '), '--nodes', '3', '--disk', '32'],
    { stdout: 'ignore', stderr: 'ignore' },
  )
  const own = plan({ folder: other }).lab
  expect(await until(async () => namespaces().filter((name) => name.startsWith(own)).length >= 3)).toBe(true)
  child.kill('SIGKILL')
  await child.exited
  await Lab.down(other)
  expect(namespaces().filter((name) => name.startsWith(own))).toEqual([])
  expect(existsSync(other)).toBe(false)
  expect(traces()).toEqual(before)
}, 60_000)

/** All of the system that a laboratory touches. */
function traces() {
  const processes = Bun.spawnSync(['ps', '-eo', 'args'], { stdout: 'pipe' }).stdout.toString().split('\n')
  const mine = processes.filter((line) => line.includes(stand) || line === 'sleep 604801')
  const links = Bun.spawnSync(['ip', '-br', 'link'], { stdout: 'pipe' }).stdout.toString().split('\n')
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return {
    namespaces: namespaces().filter((name) => name.startsWith(prefix)),
    links: links.map((line) => line.split(/\s/)[0]).filter((link) => link?.startsWith(prefix)),
    mounts: mounts.filter((line) => line.includes(stand)),
    processes: mine,
  }
}

const name = () => `item-${next++}`

async function post(id: string): Promise<Response | undefined> {
  const body = JSON.stringify({ id })
  return fetch(`${lab.node(1).origin}/items/a`, { method: 'POST', body, signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  )
}

/** Appends one and sees it acknowledged, trying while the primary is away. */
async function append(): Promise<string> {
  const id = name()
  await eventually(async () => [200, 201].includes((await post(id))?.status ?? 0))
  return id
}

async function ids(number: number): Promise<string[]> {
  const signal = AbortSignal.timeout(2_000)
  const answer = await fetch(`${lab.node(number).origin}/items/a`, { signal }).catch(() => undefined)
  return answer?.ok ? ((await answer.json()) as { ids: string[] }).ids : []
}

/** Milliseconds from the commit to the sight of it, for each replica. */
async function replicate(count: number): Promise<number[][]> {
  const committed = new Map<string, number>()
  for (let n = 0; n < count; n++) {
    const id = name()
    const answer = await post(id)
    const { committedMs } = (await (answer ?? Response.json({})).json()) as { committedMs?: number }
    if (committedMs !== undefined) committed.set(id, committedMs)
  }
  const last = [...committed.keys()].at(-1) ?? ''
  return Promise.all(
    [2, 3].map(async (number) => {
      let seen: { id: string; visibleMs: number }[] = []
      await eventually(async () => {
        seen = (await (await fetch(`${lab.node(number).origin}/visible`)).json()) as typeof seen
        return seen.some(({ id }) => id === last)
      })
      return seen.flatMap(({ id, visibleMs }) => visibleMs - (committed.get(id) ?? Number.NaN)).filter(Number.isFinite)
    }),
  )
}

function median(lags: readonly number[]): number {
  return lags.toSorted((a, b) => a - b)[Math.floor(lags.length / 2)] ?? Number.NaN
}

function summary(lags: readonly number[]): string {
  const sorted = lags.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]?.toFixed(1)
  return `p50 ${at(0.5)} p99 ${at(0.99)} ms`
}

/** Waits for what must come to hold; how long it takes is not judged here. */
async function until(holds: () => Promise<boolean>): Promise<boolean> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (await holds()) return true
    await Bun.sleep(10)
  }
  return false
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  expect(await until(holds)).toBe(true)
}
