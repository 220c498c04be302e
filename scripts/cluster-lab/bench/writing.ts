import { report } from '../../benchmarks/report.ts'
import { Connection } from '../connection.ts'
import { eventually } from '../eventually.ts'
import type { LabNode } from '../node.ts'
import { quantile, type Stage } from './stage.ts'

const clients = 500
/** Before anything is counted: until the server's code is compiled, which a node does once in its life. */
const warmUpMs = 2_000
const loadMs = 6_000
const samples = 100
const candidates = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const
const fromEdge = [
  [4, 1],
  [4, 2],
  [4, 3],
] as const

/** 500 clients, each a connection of its own with one answer under way at a time; candidates together, and 20 ms apart. */
export async function throughput(stage: Stage): Promise<void> {
  for (const [delayMs, bar] of [
    [0, 10_000],
    [20, 5_000],
  ] as const) {
    await stage.delay(candidates, delayMs)
    await stage.rest()
    const { perSecond, p50Ms, p99Ms, refused } = await load(stage)
    const name = `confirmed operations, ${clients} clients, ${delayMs} ms one way`
    const note = `p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, refused ${refused}`
    report({ name, value: perSecond, unit: '/s', bar: { kind: 'least', value: bar }, note })
  }
  await stage.delay(candidates, 0)
}

/** One client's write: beside a primary whose candidates are far, and far from everybody beside an edge. */
export async function oneClient(stage: Stage): Promise<void> {
  await stage.delay(candidates, 20)
  await stage.rest()
  const near = await latencies(stage, await stage.primary())
  await stage.delay(candidates, 0)
  report({
    name: 'one client beside the primary, candidates 20 ms away: p50',
    value: quantile(near, 0.5),
    unit: 'ms',
    bar: { kind: 'most', value: 55 },
  })
  await stage.delay(fromEdge, 80)
  await stage.rest()
  const far = await latencies(stage, stage.lab.node(4))
  report({
    name: 'one client beside an edge 80 ms away: p50',
    value: quantile(far, 0.5),
    unit: 'ms',
    bar: { kind: 'most', value: 175 },
  })
  await stage.delay(fromEdge, 0)
}

async function latencies(stage: Stage, node: LabNode): Promise<number[]> {
  const [list = ''] = await stage.capsules.makeLists(stage.lab, 1)
  // A node that is far away does not know it at once.
  await eventually(async () => (await stage.capsules.listAt(node, list)).length === 0)
  const connection = await Connection.open(node.origin)
  const took: number[] = []
  for (let n = 0; n < samples; n++) {
    const { path, body } = stage.answerTo(list)
    const { status, tookMs } = await connection.ask('POST', path, '', body)
    if (status === 201) took.push(tookMs)
  }
  connection.close()
  return took
}

async function load(stage: Stage) {
  const lists = await stage.capsules.makeLists(stage.lab, 20)
  const { origin } = await stage.primary()
  const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(origin)))
  const took: number[] = []
  let refused = 0
  const countedFromMs = performance.now() + warmUpMs
  await Promise.all(
    connections.map(async (connection, own) => {
      while (performance.now() < countedFromMs + loadMs) {
        const { path, body } = stage.answerTo(lists[own % lists.length] ?? '')
        const { status, tookMs } = await connection.ask('POST', path, '', body)
        if (status !== 201) refused++
        else if (performance.now() >= countedFromMs) took.push(tookMs)
      }
      connection.close()
    }),
  )
  const perSecond = (took.length / (performance.now() - countedFromMs)) * 1_000
  return { perSecond, p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99), refused }
}
