/**
 * `./scripts/bench-budgets [visits] [bytes] [lighthouse] [hit-rate] [cpu] [binary]`: measures what docs/budgets.json bounds, prints every figure beside
 * its bar, and fails when one is exceeded.
 */
import { statSync } from 'node:fs'
import { page as pageCosts } from '../benchmarks/page.ts'
import { figures, finish } from '../benchmarks/report.ts'
import { binary, type Demo, demo, encapsify, remove, temporaryFolder } from '../benchmarks/servers.ts'
import { Budgets, percentile } from './budgets.ts'
import { hitRate } from './hit-rate.ts'
import { lighthouse } from './lighthouse.ts'
import { slowLine } from './slow-line.ts'
import { visits } from './visits.ts'

const known = ['visits', 'bytes', 'lighthouse', 'hit-rate', 'cpu', 'binary'] as const
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(known as readonly string[]).includes(name))
if (unknown !== undefined) {
  console.error(`There is no budget ${unknown}: ${known.join(', ')}.`)
  process.exit(2)
}
const wants = (name: (typeof known)[number]) => wanted.length === 0 || wanted.includes(name)
const starts = 7

interface Weighed {
  readonly path: string
  readonly html: string
  readonly htmlBytes: number
  readonly scriptBytes: number
}

const port = freePort()
const budgets = await Budgets.load()
const folder = temporaryFolder()
try {
  const made = await demo(folder, port)
  {
    await using server = await encapsify(folder, port)
    const pages: Weighed[] = []
    for (const { url } of made.capsules) pages.push(await weigh(server.origin, new URL(url).pathname))
    const heaviest = pages.toSorted((a, b) => b.htmlBytes + b.scriptBytes - a.htmlBytes - a.scriptBytes)[0]
    if (heaviest === undefined) throw new Error('The demo has no capsule.')
    if (wants('bytes')) {
      budgets.report('htmlBytes', Math.max(...pages.map((one) => one.htmlBytes)), heaviest.path)
      budgets.report('scriptBytes', Math.max(...pages.map((one) => one.scriptBytes)))
    }
    if (wants('visits')) {
      const line = slowLine(port)
      await visits(budgets, `http://localhost:${line.port}${heaviest.path}`)
      line.close()
    }
    if (wants('lighthouse')) await lighthouse(budgets, `http://localhost:${port}${heaviest.path}`, folder)
    if (wants('cpu')) await costs(server, made)
    if (wants('hit-rate'))
      await hitRate(
        budgets,
        pages.map((one) => one.html),
      )
  }
  if (wants('binary')) await executable()
  const isWhole = wanted.length === 0
  if (isWhole && budgets.missing.length > 0) console.log(`not measured: ${budgets.missing.join(', ')}`)
  if ((await finish()) > 0 || (isWhole && budgets.missing.length > 0)) process.exitCode = 1
} finally {
  remove(folder)
}

/** As a browser asks: brotli, once it is there. */
async function weigh(origin: string, path: string): Promise<Weighed> {
  const html = await (await fetch(origin + path)).text()
  const scripts = new Set([...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map((match) => match[1] ?? ''))
  const answer = await fetch(origin + path)
  for (const match of (answer.headers.get('link') ?? '').matchAll(/<([^>]+\.js)>/g)) scripts.add(match[1] ?? '')
  let scriptBytes = 0
  for (const script of scripts) scriptBytes += (await packed(origin + script)).bytes
  let page = await packed(origin + path)
  for (let n = 0; n < 200 && page.encoding !== 'br'; n++) {
    await Bun.sleep(20)
    page = await packed(origin + path)
  }
  return { path, html, htmlBytes: page.bytes, scriptBytes }
}

async function packed(url: string): Promise<{ bytes: number; encoding: string | null }> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'br' }, decompress: false })
  return { bytes: (await answer.arrayBuffer()).byteLength, encoding: answer.headers.get('content-encoding') }
}

async function costs(server: Parameters<typeof pageCosts>[0], made: Demo): Promise<void> {
  const before = figures().length
  await pageCosts(server, made)
  const measured = figures().slice(before)
  const named = (part: string) => measured.find((figure) => figure.name.startsWith(part))?.value ?? Number.NaN
  budgets.report('pageCpuRatio', named('warm capsule page ÷'))
  budgets.report('notModifiedCpuRatio', named('304 of'))
}

async function executable(): Promise<void> {
  budgets.report('binaryBytes', statSync(binary).size)
  const ms: number[] = []
  for (let n = 0; n < starts; n++) {
    await using server = await encapsify(folder, freePort())
    ms.push(server.coldStartMs)
  }
  budgets.report('coldStartMs', percentile(ms, 0.5), `${starts} starts`)
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  return port
}
