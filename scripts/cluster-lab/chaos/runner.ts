import { join } from 'node:path'
import { check, type Verdict } from '../../../test/cluster/checker.ts'
import type { History, NodeSample } from '../../../test/cluster/history.ts'
import { describeFault, type FaultName, faultNames, type Round, schedule } from '../../../test/cluster/nemesis.ts'
import { Lab } from '../lab.ts'
import { foldersOf, type LabOptions } from '../plan.ts'
import { Capsules } from './capsules.ts'
import { Clients } from './clients.ts'
import { cast, strike } from './faults.ts'
import { Items } from './items.ts'
import { LiveWatch } from './live.ts'
import { keepEvidence, keepLogs, lineOf, measure, type RoundReport, tableOf, writeReport } from './report.ts'
import type { Workload } from './workload.ts'

export interface ChaosOptions extends LabOptions {
  readonly rounds: number
  readonly seed: number
  readonly faults?: readonly string[]
  /** `capsules` is the product's API, `items` the stand-in's. */
  readonly workload: 'capsules' | 'items'
  /** How long nodes may take to come to the same positions. Default 30 s. */
  readonly settleMs?: number
  /** Ends after the first round that broke a promise. */
  readonly untilBroken?: boolean
}

const diskMib = 256
const listsARound = 24
const recoverMs = 60_000
const settleMsDefault = 30_000
const digestMs = 20_000
/** How long nodes that differ may go on moving before the round cannot be judged. */
const restlessMs = 120_000
/** Between two looks at nodes that seem to stand still: longer than a heartbeat of LiteFS, which brings what was missed. */
const settledMs = 1_500

/**
 * Rounds of load and faults on a laboratory of its own, each judged by the checker. Prints a line a round and, last,
 * `rounds N, acknowledged A, lost 0, divergences 0`; writes a report to dist/chaos. Returns the exit code.
 */
export async function chaos(options: ChaosOptions): Promise<number> {
  const faults = namesOf(options.faults)
  const rounds = schedule({ seed: options.seed, rounds: options.rounds, ...(faults !== undefined && { faults }) })
  console.log(`seed ${options.seed}, ${rounds.length} rounds`)
  const workload: Workload = options.workload === 'items' ? new Items() : new Capsules()
  const lab = await Lab.up({ nodes: 4, ...options, proxies: true, diskMib, clocks: true })
  const reports: RoundReport[] = []
  const interrupted = () => void lab.down().finally(() => process.exit(130))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupted)
  try {
    await workload.prepare(lab)
    for (const round of rounds) {
      const report = await play(lab, workload, round, options)
      reports.push(report)
      console.log(lineOf(report))
      if (options.untilBroken === true && report.verdicts.some(({ guilt }) => guilt !== 'vanished')) break
    }
  } catch (error) {
    keepLogs(lab, options.seed)
    throw error
  } finally {
    // What cannot be judged any more must not look like a clean end.
    writeReport(options.seed, reports)
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupted)
    await lab.down()
  }
  for (const line of tableOf(reports)) console.log(line)
  const all = reports.flatMap(({ verdicts }) => verdicts)
  const count = (...guilts: Verdict['guilt'][]) => all.filter(({ guilt }) => guilts.includes(guilt)).length
  const vanished = count('vanished')
  const [lost, divergences] = [count('lost-write'), count('divergence')]
  const others = all.length - vanished - lost - divergences
  if (vanished > 0) console.log(`${vanished} reads saw what was never acknowledged and later gone`)
  if (others > 0) console.log(`${others} other broken promises: see dist/chaos/${options.seed}.json`)
  const acknowledged = reports.reduce((sum, report) => sum + report.acknowledged, 0)
  console.log(`rounds ${reports.length}, acknowledged ${acknowledged}, lost ${lost}, divergences ${divergences}`)
  return lost + divergences + others > 0 || reports.length < rounds.length || acknowledged === 0 ? 1 : 0
}

/** One round: load, strike, hold, undo, recover, rest, judge. */
async function play(lab: Lab, workload: Workload, round: Round, options: ChaosOptions): Promise<RoundReport> {
  const { seed, settleMs = settleMsDefault } = options
  const lists = await workload.makeLists(lab, listsARound)
  const prefix = `r${round.number}`
  const live = workload instanceof Capsules ? await LiveWatch.begin(lab, workload, prefix, seed + round.number) : null
  const clients = new Clients(lab, workload, lists, prefix, seed * 1_000 + round.number)
  const undone: string[] = []
  let struckMs = 0
  try {
    await Bun.sleep(round.calmMs)
    const roles = await cast(lab)
    struckMs = performance.now()
    const undos = []
    for (const fault of round.faults) {
      const undo = await strike(lab, fault, roles).catch((error: unknown) => {
        undone.push(`${describeFault(fault)} failed: ${error instanceof Error ? error.message : String(error)}`)
      })
      if (undo !== undefined) undos.unshift(undo)
    }
    await Bun.sleep(round.holdMs)
    for (const undo of undos) await undo()
    await Promise.all(lab.nodes.map((node) => node.revived(recoverMs)))
    await Bun.sleep(round.calmMs)
  } catch (error) {
    // A node that does not come back ends the run; nobody may go on asking it.
    await Promise.all([clients.stop(), live?.stop()])
    throw error
  }
  await Promise.all([clients.stop(), live?.rest()])
  // Its sockets would keep a run that ends here from ending.
  const samples = await rest(lab, workload, lists, settleMs).catch(async (error: unknown) => {
    await live?.stop()
    throw error
  })
  const history: History = { entries: clients.entries, live: (await live?.end()) ?? [], samples }
  const verdicts = check(history)
  if (verdicts.length > 0) keepEvidence(lab, seed, round.number, history)
  const faults = [...round.faults.map(describeFault), ...undone].join(' + ')
  return { ...measure(clients.entries, struckMs), round: round.number, faults, verdicts }
}

/**
 * Waits until all nodes stand at the same positions, or as long as is fair; then takes what each of them holds. Nodes are looked at one
 * after another, and the product writes now and then by itself: nodes that stand at different positions differ only if none of them
 * has moved between two looks.
 */
async function rest(lab: Lab, workload: Workload, lists: readonly string[], settleMs: number): Promise<NodeSample[]> {
  const until = performance.now() + settleMs
  let before = ''
  for (;;) {
    const digests = await Promise.all(lab.nodes.map((node) => digest(foldersOf(node.plan).mount)))
    const same = new Set(digests.map((each) => JSON.stringify(each))).size === 1
    const all = JSON.stringify(digests)
    const moved = all !== before
    before = all
    if (!same && (moved || performance.now() < until)) {
      if (performance.now() > until + restlessMs) throw new Error('The nodes did not come to rest.')
      await Bun.sleep(moved ? 100 : settledMs)
      continue
    }
    return Promise.all(
      lab.nodes.map(async (node, index): Promise<NodeSample> => {
        const held = await Promise.all(lists.map(async (list) => [list, await workload.listAt(node, list)] as const))
        const databases = digests[index] ?? {}
        return { node: node.plan.name, final: true, databases, lists: Object.fromEntries(held) }
      }),
    )
  }
}

async function digest(mount: string): Promise<NodeSample['databases']> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'digest.ts'), mount], {
    ...{ stdin: 'ignore', stdout: 'pipe', stderr: 'ignore', timeout: digestMs, killSignal: 'SIGKILL' },
  })
  const text = await new Response(child.stdout).text()
  return (await child.exited) === 0 ? (JSON.parse(text) as NodeSample['databases']) : {}
}

function namesOf(names: readonly string[] | undefined): FaultName[] | undefined {
  return names?.map((name) => {
    const found = faultNames.find((known) => known === name)
    if (found === undefined) throw new Error(`There is no fault ${name}: ${faultNames.join(', ')}.`)
    return found
  })
}
