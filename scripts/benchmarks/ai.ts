/**
 * What the AI proxy adds to a direct call of the same provider, at 1 and 50 connections, streams a second, and its memory. Provider,
 * proxy (the compiled binary) and client are three processes on this machine. `bun scripts/benchmarks/ai.ts` measures alone; with
 * `quick` without the memory and the streams that are held, in some three minutes.
 */
import { growthMb } from '../load-scenarios/proofs.ts'
import { heldWords, pacedText, provider } from './ai-provider.ts'
import { litellm } from './litellm.ts'
import { type Figure, report as reportFigure } from './report.ts'
import { demo, encapsify, remove, rssMiB, temporaryFolder } from './servers.ts'

interface Started {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

interface Figures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const warmUpUsual = 300
/** Of each kind, both sides, before anything counts: what compiling costs in a process' first seconds is not what a call costs. */
const warmUpFirst = 10_000
/** Streams that are open at once, each with a word every 50 ms: how late the words become on the way. */
const heldStreams = 1_000
const rounds = 3
const manyRequests = 100_000
const memoryRounds = 7
/** Garbage that still lies about is not what a server holds: the collector gets so long. */
const settleMs = 10_000
const lookEveryMs = 100
const port = 3_911
const peerPort = 3_912
const peerRequests = 300
const peerWarmUp = 50
const messages = [{ role: 'user', content: 'Say hello to the harbour, please.' }]
let key = ''

/** Runs the measurement in a process of its own: its client needs more requests under way than fetch has room for. */
export async function ai(extent: 'all' | 'quick' = 'all'): Promise<void> {
  const child = Bun.spawn([process.execPath, import.meta.path, 'measure', extent], {
    stdout: 'pipe',
    stderr: 'inherit',
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: '4000' },
  })
  for (const line of (await new Response(child.stdout).text()).trim().split('\n')) {
    if (line.startsWith('{')) reportFigure(JSON.parse(line) as Figure)
  }
  if ((await child.exited) !== 0) throw new Error('The measurement of the AI proxy failed.')
}

const role = import.meta.main ? process.argv[2] : 'imported'
if (role === 'provider') await provider()
else if (role === 'measure') await measure(process.argv[3] !== 'quick')
else if (role === undefined) await ai()
else if (role === 'quick') await ai('quick')

function report(figure: Figure): void {
  console.log(JSON.stringify(figure))
}

async function measure(isWhole: boolean): Promise<void> {
  const folder = temporaryFolder()
  try {
    const upstream = await start('provider')
    key = (await demo(folder, port)).apiKey
    const config = {
      providers: { mock: { url: `${upstream.url}/v1`, key: 'sk-mock' } },
      models: { fast: { routes: [{ provider: 'mock', model: 'fast' }] } },
      prices: [{ provider: 'mock', model: 'fast', from: '2020-01-01', input: 0.15, output: 0.6 }],
    }
    try {
      await beside(folder, upstream)
      await using server = await encapsify(folder, port, { ENCAPSIFY_AI_PROVIDERS: JSON.stringify(config) })
      const ours = { url: server.origin, pid: server.pid }
      await quick(upstream, ours)
      if (!isWhole) return
      await remembered(ours)
      await held(upstream, ours)
    } finally {
      await upstream.stop()
    }
  } finally {
    remove(folder)
  }
}

/** The same calls through LiteLLM, fewer of them: it is slower by far. */
async function beside(folder: string, upstream: Pick<Started, 'url'>): Promise<void> {
  await using peer = await litellm(folder, peerPort, upstream.url)
  for (const stream of [false, true]) {
    const what = stream ? 'stream' : 'answer'
    for (const connections of [1, 50]) {
      const direct = await load(`${upstream.url}/v1`, connections, peerRequests, stream)
      const theirs = await load(`${peer.origin}/v1`, connections, peerRequests, stream, peerWarmUp)
      const name = `LiteLLM ${what}, ${connections} connection${connections === 1 ? '' : 's'}`
      if (connections > 1) report({ name: `${name}: through it`, value: theirs.perSecond, unit: '/s' })
      else {
        report({ name: `${name}: added p50`, value: theirs.p50Ms - direct.p50Ms, unit: 'ms' })
        report({ name: `${name}: added p99`, value: theirs.p99Ms - direct.p99Ms, unit: 'ms' })
      }
    }
  }
  report({ name: 'LiteLLM, RSS', value: rssMiB(peer.pid), unit: 'MiB' })
}

/** What stays in memory of many requests; how that grows, from the second time on (the heap finds its size); what lay about meanwhile. */
async function remembered(ours: Pick<Started, 'url' | 'pid'>): Promise<void> {
  let most = 0
  const looking = setInterval(() => {
    most = Math.max(most, rssMiB(ours.pid))
  }, lookEveryMs)
  const settled: number[] = []
  for (let round = 0; round < memoryRounds; round++) {
    await load(`${ours.url}/ai/v1`, 50, manyRequests, false)
    await Bun.sleep(settleMs)
    settled.push(rssMiB(ours.pid))
  }
  clearInterval(looking)
  const [first = 0, ...later] = settled
  const bar = { kind: 'most', value: 150 } as const
  report({ name: 'AI proxy, RSS after 100,000 requests', value: first, unit: 'MiB', bar })
  report({ name: 'AI proxy, RSS while they run, at most', value: most, unit: 'MiB' })
  const growth = growthMb(later.map((rss, round) => ({ requests: round * manyRequests, rssMiB: rss })))
  report({
    name: 'AI proxy, RSS for each 100,000 more',
    value: growth,
    unit: 'MB',
    bar: { kind: 'most', value: 1 },
    note: `MiB after each: ${settled.map((rss) => rss.toFixed(0)).join(', ')}`,
  })
}

/** Whole answers and streams, each as fast as they go. */
async function quick(upstream: Pick<Started, 'url'>, ours: Pick<Started, 'url'>): Promise<void> {
  for (const base of [`${upstream.url}/v1`, `${ours.url}/ai/v1`]) {
    for (const stream of [false, true])
      for (const connections of [1, 50]) await load(base, connections, warmUpFirst, stream)
  }
  for (const stream of [false, true]) {
    const what = stream ? 'stream' : 'answer'
    for (const [connections, requests] of [
      [1, 2_000],
      [50, stream ? 6_000 : 12_000],
    ] as const) {
      const runs: { direct: Figures; ours: Figures }[] = []
      for (let round = 0; round < rounds; round++) {
        const direct = await load(`${upstream.url}/v1`, connections, requests, stream)
        runs.push({ direct, ours: await load(`${ours.url}/ai/v1`, connections, requests, stream) })
      }
      const [middle] = runs.sort((a, z) => a.ours.p50Ms - a.direct.p50Ms - (z.ours.p50Ms - z.direct.p50Ms)).slice(1)
      if (middle === undefined) throw new Error('There are rounds.')
      tell(what, connections, middle)
    }
  }
}

function tell(what: string, connections: number, { direct, ours }: { direct: Figures; ours: Figures }): void {
  const name = `AI ${what}, ${connections} connection${connections === 1 ? '' : 's'}`
  report({ name: `${name}: direct`, value: direct.perSecond, unit: '/s' })
  const least = what === 'stream' ? 0.3 : 0.25
  const ratio = ours.perSecond / direct.perSecond
  report({ name: `${name}: through the proxy`, value: ours.perSecond, unit: '/s' })
  if (connections > 1) {
    report({ name: `${name}: share of direct`, value: ratio, unit: '×', bar: { kind: 'least', value: least } })
    return
  }
  const more = (mine: number, bare: number) => mine - bare
  report({
    name: `${name}: added p50`,
    value: more(ours.p50Ms, direct.p50Ms),
    unit: 'ms',
    bar: { kind: 'most', value: 0.4 },
  })
  report({
    name: `${name}: added p99`,
    value: more(ours.p99Ms, direct.p99Ms),
    unit: 'ms',
    bar: { kind: 'most', value: 1.5 },
  })
}

async function held(upstream: Pick<Started, 'url'>, ours: Pick<Started, 'url'>): Promise<void> {
  const direct = await gaps(`${upstream.url}/v1`)
  const through = await gaps(`${ours.url}/ai/v1`)
  report({ name: `AI, ${heldStreams} streams: p99 between words, direct`, value: direct.p99Ms, unit: 'ms' })
  report({ name: `AI, ${heldStreams} streams: p99 between words, through`, value: through.p99Ms, unit: 'ms' })
  const bar = { kind: 'most', value: 20 } as const
  report({ name: `AI, ${heldStreams} streams: added p99`, value: through.p99Ms - direct.p99Ms, unit: 'ms', bar })
  const same = through.wrong === 0 && direct.wrong === 0
  report({
    name: 'AI streams with a byte missing or out of order',
    value: same ? 0 : through.wrong,
    unit: '',
    bar: { kind: 'most', value: 0 },
  })
}

async function gaps(base: string): Promise<{ p99Ms: number; wrong: number }> {
  const all: number[] = []
  let wrong = 0
  const expected = new Bun.CryptoHasher('sha1').update(pacedText()).digest('hex')
  await Promise.all(
    Array.from({ length: heldStreams }, async (_, n) => {
      await Bun.sleep((n % 50) * 10)
      const answer = await fetch(`${base}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'fast', stream: true, metadata: { paced: heldWords }, messages }),
      })
      const hash = new Bun.CryptoHasher('sha1')
      let lastMs = 0
      for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
        const nowMs = performance.now()
        if (lastMs > 0) all.push(nowMs - lastMs)
        lastMs = nowMs
        hash.update(chunk)
      }
      if (hash.digest('hex') !== expected) wrong++
    }),
  )
  all.sort((a, z) => a - z)
  return { p99Ms: all[Math.floor(all.length * 0.99)] ?? 0, wrong }
}

async function load(
  base: string,
  connections: number,
  requests: number,
  stream: boolean,
  warmUp = warmUpUsual,
): Promise<Figures> {
  const body = JSON.stringify({ model: 'fast', stream, messages })
  const took: number[] = []
  let left = requests + warmUp
  let startedMs = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        if (left-- === requests) startedMs = performance.now()
        const sentMs = performance.now()
        const answer = await fetch(`${base}/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body,
        })
        const text = await answer.text()
        if (!answer.ok || (stream && !text.includes('[DONE]')))
          throw new Error(`${answer.status} ${text.slice(0, 200)}`)
        took.push(performance.now() - sentMs)
      }
    }),
  )
  const seconds = (performance.now() - startedMs) / 1_000
  const sorted = took.slice(warmUp).sort((a, z) => a - z)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  return { perSecond: requests / seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}

async function start(role: 'provider'): Promise<Started> {
  const { BUN_CONFIG_MAX_HTTP_REQUESTS: _, ...env } = process.env
  const child = Bun.spawn([process.execPath, import.meta.path, role], {
    stdout: 'pipe',
    stderr: 'inherit',
    env,
  })
  const { value } = await child.stdout.getReader().read()
  const url = new TextDecoder().decode(value).trim()
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill()
      await child.exited
    },
  }
}
