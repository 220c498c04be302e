import { run } from './load.ts'
import { median } from './page.ts'
import { report } from './report.ts'
import { demo, encapsify, remove, type Server, temporaryFolder } from './servers.ts'

const few = 1_000
const many = 100_000
const samples = 300
const rounds = 5

interface Latencies {
  readonly page: number
  readonly get: number
  readonly list: number
}

/** Page, API and list latencies of one organization at 1,000 and at 100,000 capsules: medians, one client. */
export async function scale(): Promise<void> {
  const folder = temporaryFolder()
  try {
    const port = 3_914
    const { apiKey } = await demo(folder, port)
    await using server = await encapsify(folder, port)
    await fill(server, apiKey, few)
    const small = await measure(server, apiKey)
    await fill(server, apiKey, many - few)
    const large = await measure(server, apiKey)
    for (const what of ['page', 'get', 'list'] as const) {
      report({ name: `${what}: median at ${many} capsules`, value: large[what], unit: 'ms' })
      report({
        name: `${what}: at ${many} capsules ÷ at ${few}`,
        value: large[what] / small[what],
        unit: '×',
        bar: { kind: 'most', value: 1.3 },
      })
    }
  } finally {
    remove(folder)
  }
}

/** Creates so many capsules through the API. */
async function fill(server: Server, apiKey: string, count: number): Promise<void> {
  const path = `${server.folder}/capsules.jsonl`
  const mark = crypto.randomUUID().slice(0, 8)
  await Bun.write(
    path,
    Array.from({ length: count + 100 }, (_, n) => JSON.stringify({ title: `Capsule ${mark} ${n}` })).join('\n'),
  )
  const measured = await run({
    url: `${server.origin}/api/v1/capsules`,
    method: 'POST',
    requests: count,
    seconds: 0,
    connections: 100,
    headers: [`authorization: Bearer ${apiKey}`],
    bodies: path,
  })
  if (measured.statuses['201'] !== count) throw new Error(`Creating: ${JSON.stringify(measured.statuses)}`)
}

async function measure(server: Server, apiKey: string): Promise<Latencies> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(server.origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as { id: string; url: string; items: { id: string }[] }
  }
  const draft = { format: 1, pages: [{ id: 'start', blocks: [{ id: 'title', type: 'heading', text: 'Hello' }] }] }
  const pages: string[] = []
  const ids: string[] = []
  for (let n = 0; n < samples; n++) {
    const capsule = await call('POST', '/api/v1/capsules', { title: `Sample ${n}`, draft })
    const publication = await call('POST', `/api/v1/capsules/${capsule.id}/publication`)
    ids.push(capsule.id)
    pages.push(new URL(publication.url).pathname)
  }
  const best = { page: [] as number[], get: [] as number[], list: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    best.get.push(await timeEach(ids, (id) => call('GET', `/api/v1/capsules/${id}`)))
    best.list.push(await timeEach(ids.slice(0, 100), () => call('GET', '/api/v1/capsules?limit=50')))
  }
  // Each page once: the first opening, which reads and renders.
  best.page.push(await timeEach(pages, async (path) => (await fetch(server.origin + path)).arrayBuffer()))
  return { page: median(best.page), get: median(best.get), list: median(best.list) }
}

async function timeEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const tookMs: number[] = []
  for (const item of items) {
    const startedMs = performance.now()
    await work(item)
    tookMs.push(performance.now() - startedMs)
  }
  return median(tookMs)
}
