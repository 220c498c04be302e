import { type Client, Crowd } from './live-clients.ts'
import { bareBun, centrifugePeer, encapsifyTarget, type Target } from './live-targets.ts'
import { report } from './report.ts'
import { type Demo, rssMiB } from './servers.ts'

const size = 10_000
const publications = 15
const votesOverMs = 5_000
const mostMs = 30_000

interface Fanned {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly rssKiBPerSocket: number
}

/** Ten thousand people in one capsule, beside bare Bun topics and the library that Centrifugo is made of. */
export async function live(folder: string, demo: Demo): Promise<void> {
  const bare = await alone(await bareBun(folder, 3_921))
  const peerTarget = await centrifugePeer(folder, 3_922)
  const peer = peerTarget === undefined ? undefined : await alone(peerTarget)
  const { target, capsule, results } = await encapsifyTarget(folder, 3_923, demo)
  await using _server = target.server
  const crowd = crowdOf(target)
  const ours = await fan(target, crowd, 5_000)
  report({
    name: 'live: fan-out p99 ÷ bare Bun',
    value: ours.p99Ms / bare.p99Ms,
    unit: '×',
    bar: { kind: 'most', value: 1.1 },
  })
  if (peer !== undefined) {
    report({
      name: 'live: fan-out p99 ÷ Centrifuge',
      value: ours.p99Ms / peer.p99Ms,
      unit: '×',
      bar: { kind: 'most', value: 1 },
    })
  }
  await votes(crowd, capsule, results)
  await storm(target, crowd)
}

async function alone(target: Target): Promise<Fanned> {
  await using _server = target.server
  const crowd = crowdOf(target)
  const fanned = await fan(target, crowd)
  await crowd.cut()
  return fanned
}

function crowdOf(target: Target): Crowd {
  return new Crowd(size, {
    url: target.url,
    ...(target.greeting !== undefined && { greeting: target.greeting }),
    onMessage(client, text) {
      if (target.isNews(text)) client.heardMs = performance.now()
      client.cursor = /"cursor":"([^"]+)"/.exec(text)?.[1] ?? client.cursor
      const total = /"totals":{"drink":{"total":(\d+)/.exec(text)?.[1]
      if (total !== undefined) setTotal(client, Number(total))
      if (text.startsWith('{"type":"hello"')) client.recovered = text.includes('"recovered":true')
    },
  })
}

function setTotal(client: Client, total: number): void {
  client.total = total
  if (total === size) client.heardMs = performance.now()
}

/** Connects all, then publishes a few times and looks when each client hears of it. */
async function fan(target: Target, crowd: Crowd, connectMsMax?: number): Promise<Fanned> {
  const { name, server } = target
  const before = rssMiB(server.pid)
  const connectMs = await crowd.open()
  await Bun.sleep(2_000)
  const rssKiBPerSocket = ((rssMiB(server.pid) - before) * 1_024) / size
  const heardMs: number[] = []
  const lastMs: number[] = []
  for (let n = 0; n < publications; n++) {
    for (const client of crowd.clients) client.heardMs = 0
    const startedMs = performance.now()
    await target.publish()
    const times = await crowd.heard(startedMs, mostMs, ({ heardMs }) => heardMs > 0)
    heardMs.push(...times)
    lastMs.push(Math.max(...times))
    await Bun.sleep(300)
  }
  const fanned = { p50Ms: percentile(heardMs, 0.5), p99Ms: percentile(heardMs, 0.99), rssKiBPerSocket }
  const isOurs = connectMsMax !== undefined
  report({
    name: `live: ${name}, ${size} sockets connected in`,
    value: connectMs / 1_000,
    unit: 's',
    ...(isOurs && { bar: { kind: 'most', value: connectMsMax / 1_000 } as const }),
  })
  report({ name: `live: ${name}, publish to a visitor p50`, value: fanned.p50Ms, unit: 'ms' })
  report({
    name: `live: ${name}, publish to a visitor p99`,
    value: fanned.p99Ms,
    unit: 'ms',
    ...(isOurs && { bar: { kind: 'most', value: 250 } as const }),
    note: `last visitor, median ${percentile(lastMs, 0.5).toFixed(0)} ms`,
  })
  report({
    name: `live: ${name}, RSS a socket`,
    value: rssKiBPerSocket,
    unit: 'KiB',
    ...(isOurs && { bar: { kind: 'most', value: 10 } as const }),
  })
  const missed = heardMs.filter((ms) => ms >= mostMs).length
  if (isOurs)
    report({
      name: 'live: messages that did not arrive',
      value: missed + crowd.lost,
      unit: '',
      bar: { kind: 'most', value: 0 },
    })
  return fanned
}

/** Everybody votes within five seconds; a page is asked for meanwhile. */
async function votes(
  crowd: Crowd,
  capsule: { readonly id: string; readonly url: string; readonly version: number },
  results: () => Promise<{ items: { total: number }[] }>,
): Promise<void> {
  const source = new URL('./peers/page-probe.ts', import.meta.url).pathname
  const url = capsule.url.replace('localhost', '127.0.0.1')
  const probe = Bun.spawn([process.execPath, source, url], { stdin: 'pipe', stdout: 'pipe' })
  let accepted = 0
  let lastMs = 0
  for (const client of crowd.clients) {
    client.heardMs = 0
    client.socket.addEventListener('message', ({ data }) => {
      if (!String(data).startsWith('{"type":"accepted"')) return
      accepted++
      lastMs = performance.now()
    })
  }
  const startedMs = performance.now()
  for (const [n, client] of crowd.clients.entries()) {
    const waitMs = startedMs + (n * votesOverMs) / size - performance.now()
    if (waitMs > 1) await Bun.sleep(waitMs)
    const id = `bench-live-${String(n).padStart(10, '0')}`
    const answer = {
      type: 'answer',
      id,
      version: capsule.version,
      block: 'drink',
      value: [n % 2 === 0 ? 'tea' : 'coffee'],
    }
    client.socket.send(JSON.stringify(answer))
  }
  const seen = await crowd.heard(startedMs, mostMs, ({ total }) => total === size)
  probe.stdin.end()
  const pageMs = JSON.parse(await new Response(probe.stdout).text()) as number[]
  const { items } = await results()
  report({
    name: 'live: votes stored ÷ acknowledged',
    value: (items[0]?.total ?? 0) / accepted,
    unit: '×',
    bar: { kind: 'least', value: 1 },
  })
  report({ name: 'live: votes acknowledged of 10,000', value: accepted, unit: '', bar: { kind: 'least', value: size } })
  report({
    name: 'live: final total on every screen after the last vote',
    value: (Math.max(...seen) - (lastMs - startedMs)) / 1_000,
    unit: 's',
    bar: { kind: 'most', value: 1 },
  })
  report({
    name: 'live: page p99 meanwhile',
    value: percentile(pageMs, 0.99),
    unit: 'ms',
    bar: { kind: 'most', value: 50 },
  })
}

/** Everybody is cut at once, something is published, and everybody comes back for it. */
async function storm(target: Target, crowd: Crowd): Promise<void> {
  const before = rssMiB(target.server.pid)
  await crowd.cut()
  await target.publish()
  for (const client of crowd.clients) {
    client.heardMs = 0
    client.recovered = undefined
  }
  const startedMs = performance.now()
  await crowd.open()
  const times = await crowd.heard(startedMs, mostMs, ({ heardMs }) => heardMs > 0)
  const recovered = crowd.clients.filter((client) => client.recovered).length
  report({
    name: 'live: all back, and told what they missed, in',
    value: Math.max(...times) / 1_000,
    unit: 's',
    bar: { kind: 'most', value: 15 },
  })
  report({
    name: 'live: recovered without a gap',
    value: recovered,
    unit: 'of 10,000',
    bar: { kind: 'least', value: size },
  })
  await Bun.sleep(3_000)
  report({
    name: 'live: RSS after the storm ÷ before',
    value: rssMiB(target.server.pid) / before,
    unit: '×',
    bar: { kind: 'most', value: 1.1 },
  })
  await crowd.cut()
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
