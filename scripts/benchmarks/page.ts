import { run } from './load.ts'
import { report } from './report.ts'
import { cpuMs, type Demo, type Server, start } from './servers.ts'

const rounds = 5
const seconds = 3
const connections = 64

/** A warm capsule page and its 304 against a bare Bun.serve static Response of the same bytes: CPU time a request. */
export async function page(server: Server, demo: Demo): Promise<void> {
  const path = new URL(demo.capsules[0]?.url ?? '').pathname
  const url = server.origin + path
  const warm = await fetch(url, { headers: { 'accept-encoding': 'br' } })
  const etag = warm.headers.get('etag') ?? ''
  await warm.arrayBuffer()
  await using bare = await startBare(url, server.folder)
  const accept = 'accept-encoding: identity'
  const costs = { bare: [] as number[], page: [] as number[], notModified: [] as number[] }
  const p99: number[] = []
  for (let round = 0; round < rounds; round++) {
    costs.bare.push((await cost(bare.pid, `${bare.origin}/`, [accept])).microseconds)
    const ours = await cost(server.pid, url, [accept])
    costs.page.push(ours.microseconds)
    p99.push(ours.p99Ms)
    costs.notModified.push((await cost(server.pid, url, [accept, `if-none-match: ${etag}`])).microseconds)
  }
  report({ name: 'bare Bun.serve static Response, CPU a request', value: median(costs.bare), unit: 'µs' })
  report({ name: 'warm capsule page, CPU a request', value: median(costs.page), unit: 'µs' })
  report({
    name: 'warm capsule page ÷ bare static Response, CPU',
    value: median(costs.page) / median(costs.bare),
    unit: '×',
    bar: { kind: 'most', value: 1.6 },
  })
  report({
    name: '304 of a capsule page ÷ bare static Response, CPU',
    value: median(costs.notModified) / median(costs.bare),
    unit: '×',
    bar: { kind: 'most', value: 1.6 },
  })
  report({ name: `warm capsule page, p99 at ${connections} connections`, value: median(p99), unit: 'ms' })
}

async function cost(pid: number, url: string, headers: string[]) {
  const beforeMs = cpuMs(pid)
  const measured = await run({ url, seconds, connections, headers })
  const spentMs = cpuMs(pid) - beforeMs
  return { microseconds: (spentMs * 1_000) / (measured.perSecond * seconds), p99Ms: measured.p99Ms }
}

/** The same bytes and type from Bun's own static route, in a process of its own. */
async function startBare(url: string, folder: string): Promise<Server> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
  const file = `${folder}/bare.html`
  await Bun.write(file, await answer.arrayBuffer())
  const port = 3_911
  const script = `const body = await Bun.file(${JSON.stringify(file)}).bytes();
    Bun.serve({ port: ${port}, hostname: '127.0.0.1', routes: { '/': new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8' } }) }, fetch: () => new Response('none', { status: 404 }) })`
  await Bun.write(`${folder}/bare.ts`, script)
  return start([process.execPath, `${folder}/bare.ts`], { port, folder, ready: '/' })
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
