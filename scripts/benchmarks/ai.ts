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
const rounds = 3
const key = `enc_${'k'.repeat(43)}`
const messages = [{ role: 'user', content: 'Say hello to the harbour, please.' }]

const role = process.argv[2]
if (role === 'provider' || role === 'proxy') await roles[role](process.argv[3] ?? '')
else await measure()

async function measure(): Promise<void> {
  const upstream = await start('provider')
  const ours = await start('proxy', upstream.url)
  try {
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
  const child = Bun.spawn([process.execPath, import.meta.path, role, argument], { stdout: 'pipe', stderr: 'inherit' })
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

/** Answers with the same bytes each time; streams in chunks of one event, as providers do. */
async function provider(): Promise<void> {
  const words = Array.from({ length: 20 }, (_, n) => ` word${n}`)
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 }
  const whole = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'fast',
    choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
    usage,
  })
  const event = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'fast', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const chunks = [
    event({ role: 'assistant', content: '' }, null),
    ...words.map((content) => event({ content }, null)),
    event({}, 'stop'),
    'data: [DONE]\n\n',
  ]
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk))
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { stream } = (await request.json()) as { stream?: boolean }
      if (stream !== true) return new Response(whole, { headers: { 'content-type': 'application/json' } })
      let n = 0
      const source = new ReadableStream<Uint8Array>({
        pull(controller) {
          const chunk = bytes[n++]
          if (chunk === undefined) controller.close()
          else controller.enqueue(chunk)
        },
      })
      return new Response(source, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  console.log(`http://127.0.0.1:${server.port}`)
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
