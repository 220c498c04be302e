/**
 * `bench.ts [names]`: brings up a laboratory of its own, measures what `Everywhere` must reach, prints each figure beside its bar, writes
 * dist/cluster-bench.json, and takes the laboratory down. Ends with 1 when a bar is missed. Needs root and dist/encapsify.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finish } from '../benchmarks/report.ts'
import { crashing, handingOver, vanishing } from './bench/faults.ts'
import { edgeReading, replicaReads, replication } from './bench/reading.ts'
import { Stage } from './bench/stage.ts'
import { oneClient, throughput } from './bench/writing.ts'
import { Lab } from './lab.ts'

const parts = {
  throughput,
  client: oneClient,
  live: replication,
  reads: replicaReads,
  edge: edgeReading,
  handoff: handingOver,
  crash: crashing,
  gone: vanishing,
}

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(name in parts))
if (unknown !== undefined) {
  console.error(`cluster bench: there is no ${unknown}: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
const folder = join(mkdtempSync(join(tmpdir(), 'encapsify-cluster-bench-')), 'lab')
try {
  const lab = await Lab.up({ folder, nodes: 4, proxies: false })
  const stage = await Stage.set(lab)
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    await measure(stage).catch((error: unknown) => {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      process.exitCode = 1
    })
  }
} finally {
  await Lab.down(folder)
  rmSync(join(folder, '..'), { recursive: true, force: true })
}
if ((await finish('dist/cluster-bench.json')) > 0) process.exitCode = 1
