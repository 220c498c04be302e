import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chaos } from '../../scripts/cluster-lab/chaos/runner.ts'
import { Lab } from '../../scripts/cluster-lab/lab.ts'

/** A few rounds of the product under the faults that find most; long runs are `./scripts/cluster chaos`. */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-faults-'))
const folder = join(stand, 'lab')
const faults = ['tail', 'split', 'kill-all', 'handoff', 'wipe']
afterAll(async () => {
  await Lab.down(folder)
  rmSync(stand, { recursive: true, force: true })
})

test('nothing acknowledged is lost, nothing differs, and live events come once and in order', async () => {
  expect(await chaos({ folder, seed: 2_000_003, rounds: faults.length, faults, workload: 'capsules' })).toBe(0)
}, 300_000)
