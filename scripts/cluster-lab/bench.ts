/**
 * `bench.ts [names] [--rounds N]`: brings up a laboratory of its own, measures what `Everywhere` must reach, plays the faults, prints each
 * figure beside its bar, writes dist/cluster-bench.json, and takes the laboratory down. Ends with 1 when a bar is missed. Needs root and dist/encapsify.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { finish } from '../benchmarks/report.ts'
import { crashing, handingOver, vanishing } from './bench/faults.ts'
import { promises } from './bench/promises.ts'
import { edgeReading, freshness, replicaReads, replication } from './bench/reading.ts'
import { Stage } from './bench/stage.ts'
import { oneClient, throughput } from './bench/writing.ts'
import { Lab } from './lab.ts'

const parts = {
  throughput,
  client: oneClient,
  live: replication,
  reads: replicaReads,
  fresh: freshness,
  edge: edgeReading,
  handoff: handingOver,
  crash: crashing,
  gone: vanishing,
}

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' } },
})
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)
const unknown = wanted.find((name) => name !== 'faults' && !(name in parts))
if (unknown !== undefined) {
  console.error(`cluster bench: there is no ${unknown}: ${[...Object.keys(parts), 'faults'].join(', ')}`)
  process.exit(2)
}
const folder = join(mkdtempSync(join(tmpdir(), 'encapsify-cluster-bench-')), 'lab')
const measures = Object.entries(parts).filter(([name]) => isWanted(name))
const failed = (name: string) => (error: unknown) => {
  console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
try {
  if (measures.length > 0) {
    const stage = await Stage.set(await Lab.up({ folder, nodes: 4, proxies: false }))
    for (const [name, measure] of measures) await measure(stage).catch(failed(name))
    await Lab.down(folder)
  }
  if (isWanted('faults'))
    await promises(folder, values.rounds === undefined ? undefined : Number(values.rounds)).catch(failed('faults'))
} finally {
  await Lab.down(folder)
  rmSync(join(folder, '..'), { recursive: true, force: true })
}
if ((await finish('dist/cluster-bench.json')) > 0) process.exitCode = 1
