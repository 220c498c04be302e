import { resolve } from 'node:path'
import { report } from '../../benchmarks/report.ts'
import { Connection } from '../connection.ts'
import { foldersOf } from '../plan.ts'
import { quantile, type Stage } from './stage.ts'

const fromEdge = [
  [4, 1],
  [4, 2],
  [4, 3],
] as const
const publications = 100
const edgeReads = 2_000
const commitEveryMs = 20
const readers = 8
const readsLastMs = 8_000
/** What the product states: no reader of a replica that runs lacks for longer what was written. */
const lateMaxMs = 200

/** A publication at the primary, until an edge 20 ms away has told its live visitors; whoever hears of it must see the new page. */
export async function replication(stage: Stage): Promise<void> {
  await stage.delay(fromEdge, 20)
  await stage.rest()
  const primary = await stage.primary()
  const { origin } = primary
  const edge = stage.lab.node(4).origin
  const draft = (text: string) => ({
    format: 1,
    pages: [{ id: 'page', blocks: [{ id: 'head', type: 'heading', level: 2, text }] }],
  })
  const capsule = { title: 'Told everywhere', draft: draft('first') }
  const { id } = (await ask(stage, 'POST', `${origin}/api/v1/capsules`, capsule)) as { id: string }
  await ask(stage, 'POST', `${origin}/api/v1/capsules/${id}/publication`, {})
  await Bun.sleep(500)
  const socket = new WebSocket(`${edge.replace('http', 'ws')}/live/${id}`)
  const heard = new Map<number, { readonly ms: number; readonly wallMs: number }>()
  const wallMs = () => performance.timeOrigin + performance.now()
  socket.onmessage = ({ data }) => {
    const said = JSON.parse(String(data)) as { type: string; version?: number }
    if (said.type === 'published') heard.set(said.version ?? 0, { ms: performance.now(), wallMs: wallMs() })
  }
  await new Promise((opened) => socket.addEventListener('open', opened))
  const watch = primary.beside([process.execPath, resolve('scripts/cluster-lab/bench/commit-times.ts')])
  const commits = new Response(watch.stdout).text()
  await Bun.sleep(300)
  const took: number[] = []
  for (let n = 0; n < publications; n++) {
    // What is published unchanged is no new version.
    await ask(stage, 'PUT', `${origin}/api/v1/capsules/${id}/draft`, draft(`told ${n} times`), { 'if-match': '*' })
    const startedMs = performance.now()
    const { version } = (await ask(stage, 'POST', `${origin}/api/v1/capsules/${id}/publication`, {})) as {
      version: number
    }
    const untilMs = startedMs + 2_000
    while (!heard.has(version) && performance.now() < untilMs) await Bun.sleep(1)
    took.push((heard.get(version)?.ms ?? untilMs) - startedMs)
    await Bun.sleep(20)
  }
  socket.close()
  watch.kill()
  const committedMs = (await commits).split('\n').map((line) => Number.parseFloat(line))
  await stage.delay(fromEdge, 0)
  const { items } = (await ask(stage, 'GET', `${origin}/api/v1/capsules/${id}/versions?limit=${publications}`)) as {
    items: { number: number; publishedAt: number }[]
  }
  // All nodes have this machine's clock. A version's time is that of its transaction's beginning, and there is one writer: the first
  // commit after it is its own.
  const known = items.flatMap(({ number, publishedAt }) => {
    const toldMs = heard.get(number)?.wallMs ?? Number.NaN
    const commitMs = committedMs.find((ms) => ms >= publishedAt) ?? Number.NaN
    return Number.isNaN(toldMs) ? [] : [{ fromCommit: toldMs - commitMs, fromBegin: toldMs - publishedAt }]
  })
  const bars = { p50: [0.5, 30], p99: [0.99, 60] } as const
  for (const [name, [share, most]] of Object.entries(bars)) {
    report({
      name: `live message at an edge 20 ms away, from its commit on: ${name}`,
      value: quantile(
        known.map(({ fromCommit }) => fromCommit),
        share,
      ),
      unit: 'ms',
      bar: { kind: 'most', value: most },
    })
  }
  const others = {
    'from its transaction on': known.map(({ fromBegin }) => fromBegin),
    'from the request to the primary': took,
  }
  for (const [note, values] of Object.entries(others)) {
    for (const [name, [share]] of Object.entries(bars)) {
      const value = quantile(values, share)
      report({ name: `the same, ${note}: ${name}`, value, unit: 'ms' })
    }
  }
}

/** Point reads by the product's reader in a process beside a replica, while the primary commits 50 times a second. */
export async function replicaReads(stage: Stage): Promise<void> {
  const [list = ''] = await stage.capsules.makeLists(stage.lab, 1)
  const primary = await stage.primary()
  const replica = stage.lab.nodes.find(({ plan }) => plan.number !== primary.plan.number && plan.role === 'candidate')
  if (replica === undefined) throw new Error('There is no replica.')
  const connection = await Connection.open(primary.origin)
  let running = true
  let commits = 0
  const writing = (async () => {
    for (let nextMs = performance.now(); running; nextMs += commitEveryMs) {
      const { path, body } = stage.answerTo(list)
      if ((await connection.ask('POST', path, '', body)).status === 201) commits++
      await Bun.sleep(Math.max(0, nextMs + commitEveryMs - performance.now()))
    }
  })()
  const script = resolve('scripts/cluster-lab/bench/point-reads.ts')
  const startedMs = performance.now()
  const child = Bun.spawn([process.execPath, script, foldersOf(replica.plan).mount], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const said = JSON.parse(await new Response(child.stdout).text()) as { perSecond: number; stalestMs: number }
  const seconds = (performance.now() - startedMs) / 1_000
  running = false
  await writing
  connection.close()
  const note = `${(commits / seconds).toFixed(0)} commits/s meanwhile`
  report({
    name: 'point reads beside a replica',
    value: said.perSecond,
    unit: '/s',
    bar: { kind: 'least', value: 100_000 },
    note,
  })
  report({
    name: 'the same, stalest',
    value: said.stalestMs,
    unit: 'ms',
    note: 'newest commit read, by its time, in a process that nobody tells what comes; 20 ms lie between two',
  })
}

/** How long a replica that is read as fast as it can answer lacks what the primary commits 50 times a second. */
export async function freshness(stage: Stage): Promise<void> {
  const [list = ''] = await stage.capsules.makeLists(stage.lab, 1)
  const primary = await stage.primary()
  const replica = stage.lab.nodes.find(({ plan }) => plan.number !== primary.plan.number && plan.role === 'candidate')
  if (replica === undefined) throw new Error('There is no replica.')
  const [capsule] = list.split('/')
  const path = `/api/v1/capsules/${capsule}/responses?limit=20`
  const { authorization } = stage.capsules.headersOf(list)
  const untilMs = performance.now() + readsLastMs
  /** When each commit number was first seen at the replica. */
  const seenMs: { readonly number: number; readonly ms: number }[] = []
  let reads = 0
  const reading = Array.from({ length: readers }, async () => {
    const connection = await Connection.open(replica.origin)
    while (performance.now() < untilMs) {
      const { status, head } = await connection.ask('GET', path, `authorization: ${authorization}\r\n`)
      if (status !== 200) throw new Error(`${path} answered ${status}.`)
      const number = numberIn(head)
      reads++
      if (number > (seenMs.at(-1)?.number ?? 0)) seenMs.push({ number, ms: performance.now() })
    }
    connection.close()
  })
  const connection = await Connection.open(primary.origin)
  const written: { readonly number: number; readonly ms: number }[] = []
  for (let nextMs = performance.now(); nextMs < untilMs - commitEveryMs; nextMs += commitEveryMs) {
    const answer = stage.answerTo(list)
    const ms = performance.now()
    const { status, head } = await connection.ask('POST', answer.path, '', answer.body)
    if (status === 201) written.push({ number: numberIn(head), ms })
    await Bun.sleep(Math.max(0, nextMs + commitEveryMs - performance.now()))
  }
  connection.close()
  await Promise.all(reading)
  const late = written.flatMap(({ number, ms }) => {
    const seen = seenMs.find((each) => each.number >= number)
    return seen === undefined ? [] : [seen.ms - ms]
  })
  const note = `${((reads / readsLastMs) * 1_000).toFixed(0)} reads/s, ${late.length} commits; from the request to the primary on`
  for (const [name, share] of Object.entries({ p50: 0.5, p99: 0.99, worst: 1 })) {
    report({
      name: `a write to be seen at a replica that is read without pause: ${name}`,
      value: quantile(late, share),
      unit: 'ms',
      ...(share === 1 && { bar: { kind: 'most', value: lateMaxMs } }),
      note,
    })
  }
}

function numberIn(head: string): number {
  return Number(/encapsify.position[:=] ?[^.\r\n]+:\d+\.(\d+)/i.exec(head)?.[1] ?? Number.NaN)
}

/** Inside an edge that lies 80 ms from everybody: one request at a time, from beside it. */
export async function edgeReading(stage: Stage): Promise<void> {
  await stage.delay(fromEdge, 80)
  await stage.rest()
  const { origin } = stage.lab.node(4)
  const listed = (await (await fetch(`${origin}/api/v1/capsules`, { headers: stage.headers })).json()) as {
    items: { id: string; url: string | null }[]
  }
  const shown = listed.items.find(({ url }) => url !== null)
  const ways = {
    API: [`/api/v1/capsules/${shown?.id}`, `authorization: Bearer ${stage.apiKey}\r\n`],
    page: [new URL(shown?.url ?? origin).pathname, ''],
  } as const
  for (const [what, [path, headers]] of Object.entries(ways)) {
    const connection = await Connection.open(origin)
    const took: number[] = []
    for (let n = 0; n < edgeReads; n++) {
      const { status, tookMs } = await connection.ask('GET', path, headers)
      if (status !== 200) throw new Error(`${path} answered ${status}.`)
      took.push(tookMs)
    }
    connection.close()
    report({
      name: `${what} at an edge 80 ms away: p95`,
      value: quantile(took, 0.95),
      unit: 'ms',
      bar: { kind: 'most', value: 5 },
    })
  }
  await stage.delay(fromEdge, 0)
}

async function ask(stage: Stage, method: string, url: string, body?: object, more = {}): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(url, { method, headers: { ...stage.headers, ...more }, ...sent })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
