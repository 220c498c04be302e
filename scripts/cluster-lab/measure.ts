/**
 * `measure.ts STATE`: what a laboratory that stands can do, as JSON: confirmed answers a second by 500 clients of the primary, one
 * client's latency, and how long after its acknowledgement a write is visible on each other node.
 */
import { resolve } from 'node:path'
import { Capsules } from './chaos/capsules.ts'
import { findPrimary } from './chaos/faults.ts'
import { Connection } from './connection.ts'
import { Lab } from './lab.ts'

const clients = 500
const loadMs = 6_000
const samples = 60
const pollMs = 1

const lab = await Lab.open(resolve(process.argv[2] ?? '.cache/cluster'))
const capsules = new Capsules(1)
await capsules.prepare(lab)
const primary = (await findPrimary(lab)) ?? 1
let made = 0

const alone = await latencies(1, samples)
const lags: Record<string, string> = {}
for (const node of lab.nodes) {
  if (node.plan.number !== primary) lags[node.plan.name] = summary(await lagsOf(node.plan.number))
}
const load = await underLoad()
console.log(
  JSON.stringify({ primary, oneClient: summary(alone), visibleAfterAcknowledgement: lags, ...load }, undefined, 2),
)

/** Ids begin with the moment, as those of our own page do. */
function answerTo(list: string): { readonly id: string; readonly path: string; readonly body: string } {
  const [capsule, version, block] = list.split('/')
  const id = Date.now().toString(16).padStart(12, '0') + String(made++).padStart(20, '0')
  const body = JSON.stringify({ id, version: Number(version), block, value: { note: id } })
  return { id, path: `/api/v1/capsules/${capsule}/responses`, body }
}

async function append(list: string): Promise<{ id: string; ok: boolean }> {
  const { id, path, body } = answerTo(list)
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(lab.node(primary).origin + path, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return { id, ok: answer.ok }
}

async function latencies(count: number, each: number): Promise<number[]> {
  const lists = await capsules.makeLists(lab, count)
  const took: number[] = []
  for (let n = 0; n < each; n++) {
    const startedMs = performance.now()
    await append(lists[n % lists.length] ?? '')
    took.push(performance.now() - startedMs)
  }
  return took
}

/** From the acknowledgement to the first answer of the other node that shows it. */
async function lagsOf(number: number): Promise<number[]> {
  const [list = ''] = await capsules.makeLists(lab, 1)
  const took: number[] = []
  for (let n = 0; n < samples; n++) {
    const { id } = await append(list)
    const startedMs = performance.now()
    while (!(await capsules.listAt(lab.node(number), list)).includes(id)) await Bun.sleep(pollMs)
    took.push(performance.now() - startedMs)
  }
  return took
}

async function underLoad() {
  const lists = await capsules.makeLists(lab, 20)
  const took: number[] = []
  let refused = 0
  const { origin } = lab.node(primary)
  const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(origin)))
  const untilMs = performance.now() + loadMs
  const client = async (connection: Connection, own: number) => {
    while (performance.now() < untilMs) {
      const { path, body } = answerTo(lists[own % lists.length] ?? '')
      const { status, tookMs } = await connection.ask('POST', path, '', body)
      if (status === 201) took.push(tookMs)
      else refused++
    }
    connection.close()
  }
  await Promise.all(connections.map(client))
  return { clients, confirmedPerSecond: Math.round((took.length / loadMs) * 1_000), refused, latency: summary(took) }
}

function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} ms`
}
