/**
 * What the AI proxy adds to a direct call of the same provider, at 1 and 50 connections, and streams a second; provider, proxy
 * and client are three processes on this machine. `bun scripts/benchmarks/ai.ts`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aiDoor, openAi, parseAiConfig } from '../../modules/ai/index.ts'
import { openDatabases } from '../../src/db/files.ts'
import { newId, newOrganizationId } from '../../src/db/ids.ts'
import { listen } from '../../src/http/server.ts'
import { heldWords, pacedText, provider } from './ai-provider.ts'
import { placeBenchmarked } from './ai-writer.ts'
import { report } from './report.ts'

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

const roles = { provider, proxy } as const
const warmUp = 300
/** Streams that are open at once, each with a word every 50 ms: how late the words become on the way. */
const heldStreams = 1_000
const rounds = 3
const key = `enc_${'k'.repeat(43)}`
const messages = [{ role: 'user', content: 'Say hello to the harbour, please.' }]

const role = process.argv[2]
const unbound = { BUN_CONFIG_MAX_HTTP_REQUESTS: '4000' }
if (role === 'provider' || role === 'proxy') await roles[role](process.argv[3] ?? '')
else if (role === 'measure') await measure()
else {
  // The client needs more requests under way than fetch has room for; the proxy must do without that.
  const child = Bun.spawn([process.execPath, import.meta.path, 'measure', process.argv[2] ?? ''], {
    stdout: 'inherit',
    stderr: 'inherit',
    env: { ...process.env, ...unbound },
  })
  process.exitCode = await child.exited
}

async function measure(): Promise<void> {
  const upstream = await start('provider')
  const ours = await start('proxy', upstream.url)
  try {
    if (process.argv[3] !== 'held') await quick(upstream, ours)
    await held(upstream, ours)
    const rss = /VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${ours.pid}/status`).text())?.[1]
    report({
      name: 'AI proxy, RSS afterwards',
      value: Number(rss) / 1_024,
      unit: 'MiB',
      bar: { kind: 'most', value: 150 },
    })
  } finally {
    await ours.stop()
    await upstream.stop()
  }
}

/** Whole answers and streams, each as fast as they go. */
async function quick(upstream: Started, ours: Started): Promise<void> {
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

async function held(upstream: Started, ours: Started): Promise<void> {
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

async function load(base: string, connections: number, requests: number, stream: boolean): Promise<Figures> {
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

async function start(role: 'provider' | 'proxy', argument = ''): Promise<Started> {
  const { BUN_CONFIG_MAX_HTTP_REQUESTS: _, ...env } = process.env
  const child = Bun.spawn([process.execPath, import.meta.path, role, argument], {
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

/** The door with real databases in a folder that is removed, and one key that it knows. */
async function proxy(upstream: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-ai-'))
  const db = await openDatabases({
    folder,
    shards: 1,
    writerUrl: new URL('./ai-writer.ts', import.meta.url).href,
    reportBug: console.error,
    onWriterLost: console.error,
  })
  const organizationId = newOrganizationId()
  await db.write(placeBenchmarked, organizationId, {})
  const ai = openAi({
    db,
    config: parseAiConfig({
      providers: { mock: { url: `${upstream}/v1`, key: 'sk-mock' } },
      models: { fast: { routes: [{ provider: 'mock', model: 'fast' }] } },
      prices: [{ provider: 'mock', model: 'fast', input: 0.15, output: 0.6 }],
    }),
    textOf: () => undefined,
    log: console,
    reportBug: console.error,
  })
  const known = { id: newId('key', organizationId), organizationId, scopes: ['ai:use'] as const }
  const door = aiDoor({ ai, keys: { find: (given) => (given === key ? known : undefined) }, reportBug: console.error })
  const { port } = listen({
    port: 0,
    host: '127.0.0.1',
    doors: [door],
    onError: (error) => new Response(String(error), { status: 500 }),
  })
  console.log(`http://127.0.0.1:${port}`)
  process.once('SIGTERM', async () => {
    await ai.close()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
}
