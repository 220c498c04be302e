import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chaos } from '../../scripts/cluster-lab/chaos/runner.ts'
import { Lab } from '../../scripts/cluster-lab/lab.ts'

/**
 * The runner on real LiteFS with the stand-in, whose primary is fixed: it survives what leaves the primary's disk alone, and
 * loses everything with it. So both verdicts are seen.
 */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-chaos-'))
const shape = {
  ...{ folder: join(stand, 'lab'), program: ['bun', 'test/cluster/stand-in-node.ts'] },
  ...({ workload: 'items', nodes: 3, settleMs: 3_000 } as const),
}
afterAll(async () => {
  await Lab.down(shape.folder)
  rmSync(stand, { recursive: true, force: true })
})

const guiltsOf = (seed: number) => {
  const report = JSON.parse(readFileSync(`dist/chaos/${seed}.json`, 'utf8')) as {
    rounds: { acknowledged: number; verdicts: { guilt: string }[] }[]
  }
  return {
    acknowledged: report.rounds.reduce((sum, round) => sum + round.acknowledged, 0),
    guilts: [...new Set(report.rounds.flatMap(({ verdicts }) => verdicts.map(({ guilt }) => guilt)))].toSorted(),
  }
}

test('faults that spare the disk of a fixed primary break no promise', async () => {
  const faults = ['kill-litefs', 'isolate', 'partition-one-way', 'disk-full', 'clock']
  expect(await chaos({ ...shape, seed: 2_000_001, rounds: faults.length, faults })).toBe(0)
  const { acknowledged, guilts } = guiltsOf(2_000_001)
  expect(acknowledged).toBeGreaterThan(0)
  expect(guilts).toEqual([])
}, 180_000)

test('a wiped primary that comes back as one loses what was acknowledged, and the runner says so', async () => {
  // Seed 1 wipes the primary first.
  expect(await chaos({ ...shape, seed: 1, rounds: 1, faults: ['wipe'] })).toBe(1)
  expect(guiltsOf(1).guilts).toContain('lost-write')
}, 120_000)
