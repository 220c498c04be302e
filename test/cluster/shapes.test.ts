import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Capsules } from '../../scripts/cluster-lab/chaos/capsules.ts'
import { findPrimary } from '../../scripts/cluster-lab/chaos/faults.ts'
import { keepLogs } from '../../scripts/cluster-lab/chaos/report.ts'
import { eventually } from '../../scripts/cluster-lab/eventually.ts'
import { Lab } from '../../scripts/cluster-lab/lab.ts'
import { SteadyWriter } from './steady-writer.ts'

/** Clusters of other shapes than three candidates and an edge, by IPv6 addresses; each test goes on from the one before. */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-shapes-'))
const folder = join(stand, 'lab')
const capsules = new Capsules(2)
const readyMs = 30_000
let lab: Lab

beforeAll(async () => {
  lab = await Lab.up({ folder, nodes: 4, candidates: 1, ipv6: true, proxies: true })
  await capsules.prepare(lab)
}, 300_000)
afterAll(async () => {
  keepLogs(lab, 'shapes-test')
  await Lab.down(folder)
  rmSync(stand, { recursive: true, force: true })
}, 60_000)

test('one candidate, three edges and IPv6: what is written anywhere is on every node, also after its only writer was killed', async () => {
  const writer = await SteadyWriter.begin(lab, capsules, 'one')
  await Bun.sleep(300)
  await lab.node(1).kill('all')
  await lab.node(1).start()
  await lab.node(1).ready(readyMs)
  await writer.untilAcknowledged(20_000)
  await everywhere(writer)
  expect(await findPrimary(lab)).toBe(1)
}, 120_000)

test('an edge is never primary, whoever asks for it', async () => {
  await expect(lab.node(1).handOff('node-2')).rejects.toThrow('There is no other candidate')
})

test('one candidate grows to three: copies of its volume, taken while it stands still, are members', async () => {
  const writer = await SteadyWriter.begin(lab, capsules, 'grow')
  await Bun.sleep(300)
  await writer.stop()
  for (const number of [2, 3, 1]) await lab.node(number).stop()
  for (const number of [2, 3]) {
    lab.node(number).wipe()
    // A node that had no time to tidy up leaves its sockets, and those cannot be copied.
    cpSync(lab.dataFolder(1), lab.dataFolder(number), { recursive: true, filter: (path) => !path.endsWith('.sock') })
  }
  lab = await lab.changed((node) => (node.number <= 3 ? { ...node, role: 'candidate' } : node))
  for (const number of [1, 2, 3]) await lab.node(number).start()
  // The edge learns who the candidates are when it begins.
  await lab.node(4).stop()
  await lab.node(4).start()
  await Promise.all(lab.nodes.map((node) => node.ready(readyMs)))
  await everywhere(writer)
  // All three have a voice: the lease goes round.
  for (const to of [1, 2, 3]) await handOffTo(to)
}, 120_000)

test('a machine that is replaced by another, with an empty disk and a name of its own, becomes a member', async () => {
  await handOffTo(1)
  await lab.node(3).kill('all')
  lab.node(3).wipe()
  lab = await lab.changed((node) => (node.number === 3 ? { ...node, name: 'node-3-anew' } : node))
  await lab.node(3).start()
  // Guards know each other by name, and learn new names when they begin: all others are restarted, one at a time.
  for (const number of [2, 1, 4]) {
    await lab.node(number).stop()
    await lab.node(number).start()
    await lab.node(number).ready(readyMs)
  }
  await lab.node(3).ready(readyMs)
  const writer = await SteadyWriter.begin(lab, capsules, 'anew')
  await Bun.sleep(300)
  await handOffTo(3)
  await everywhere(writer)
}, 120_000)

/** Ends the writing; then every node holds what was acknowledged. */
async function everywhere(writer: SteadyWriter): Promise<void> {
  await Bun.sleep(300)
  await writer.stop()
  expect(writer.acknowledged.length).toBeGreaterThan(0)
  for (const node of lab.nodes) {
    let missing: readonly string[] = []
    await eventually(
      async () => {
        const held = new Set((await Promise.all(writer.lists.map((list) => capsules.listAt(node, list)))).flat())
        missing = writer.acknowledged.flatMap(({ id }) => (held.has(id) ? [] : [id]))
        return missing.length === 0
      },
      () => `${node.plan.name} lacks ${missing.length}: ${missing.slice(0, 5).join(', ')}`,
    )
  }
}

async function handOffTo(number: number): Promise<void> {
  await eventually(async () => {
    const from = await findPrimary(lab)
    if (from === undefined) return false
    if (from !== number) await lab.node(from).handOff(lab.node(number).plan.name)
    return (await findPrimary(lab)) === number
  })
}
