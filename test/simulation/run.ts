import { faults as single } from './faults.ts'
import { databaseNames } from './log.ts'
import { plots } from './plots.ts'
import { type Mutations, Violation, World } from './world.ts'

const faults = { ...single, ...plots }
export type FaultName = keyof typeof faults

/** How long faults go on, and how long a healed cluster may take (simulated). */
const faultsMs = 9_000
const primaryWithinMs = 6_000
const convergedWithinMs = 12_000

export interface Run {
  readonly seed: number
  readonly acknowledged: number
  readonly epochs: number
  readonly handoffs: { readonly done: number; readonly failed: number }
  readonly primaryAfterMs: number
}

export interface RunOptions {
  readonly mutations?: Mutations
  /** All when absent. */
  readonly faults?: readonly FaultName[]
  /** The longest time between the beginnings of two faults. */
  readonly gapMaxMs?: number
  /** How often a commit's outcome is in doubt. */
  readonly doubtRatio?: number
}

/** Every second seed keeps its clocks, so that S3 is looked at. */
const unsteady: readonly FaultName[] = ['jumpClock', 'slowClock', 'staleSplit', 'lateVictory', 'longTail']
const all = Object.keys(faults) as FaultName[]
const steady = all.filter((name) => !unsteady.includes(name))

/**
 * One run: a cluster is founded, suffers, heals, and must converge.
 * @throws Violation of a promise, of liveness or of convergence.
 */
export function run(seed: number, options: RunOptions = {}): Run {
  const world = new World(seed, options.mutations)
  world.doubtRatio = options.doubtRatio ?? world.doubtRatio
  const names = options.faults ?? (seed % 2 === 0 ? steady : all)
  let isHealing = false
  world.schedule.until(4_000, () => world.primary !== undefined)
  if (world.primary === undefined) throw new Violation('liveness', 'the cluster was not founded')
  call(world, 0)
  const endMs = world.nowMs + faultsMs
  const strike = () => {
    if (isHealing) return
    const name = world.pick(names)
    const node = world.pick(world.nodes)
    if (name !== undefined && node !== undefined) faults[name](world, node)
    world.schedule.after(world.between(20, options.gapMaxMs ?? 900), strike)
  }
  strike()
  world.schedule.until(endMs)
  isHealing = true
  const primaryAfterMs = heal(world)
  return {
    seed,
    acknowledged: world.acknowledged.length,
    epochs: world.opened.length,
    handoffs: world.handoffs,
    primaryAfterMs,
  }
}

function heal(world: World): number {
  // What ends by itself has ended after this.
  world.schedule.until(world.nowMs + 6_000)
  world.network.heal()
  for (const node of world.nodes) {
    node.isFull = false
    node.dieInEffects = null
    node.setClock(0, 1)
    node.start()
  }
  const healedMs = world.nowMs
  world.schedule.until(healedMs + primaryWithinMs, () => world.primary !== undefined)
  if (world.primary === undefined) throw new Violation('liveness', 'no primary in time')
  const primaryAfterMs = world.nowMs - healedMs
  const before = world.acknowledged.length
  world.schedule.until(healedMs + convergedWithinMs, () => world.acknowledged.length > before)
  if (world.acknowledged.length === before) throw new Violation('liveness', 'nothing was acknowledged after healing')
  stopCalls(world)
  world.schedule.until(world.nowMs + convergedWithinMs, () => world.hasConverged)
  if (!world.hasConverged) throw new Violation('convergence', 'the nodes did not converge')
  for (const node of world.nodes) world.checkHolds(node, 'ended')
  return primaryAfterMs
}

const silenced = new WeakSet<World>()

function stopCalls(world: World): void {
  silenced.add(world)
}

/** Clients call whoever writes, also one that does not know yet that it is no longer primary. Every fifth call is a repetition. */
function call(world: World, count: number): void {
  if (silenced.has(world)) return
  const node = world.pick(world.nodes.filter(({ server, isPaused }) => server.isWriting && !isPaused))
  if (node !== undefined) {
    const again = world.random() < 0.2 ? world.pending.shift() : undefined
    const database = world.pick(databaseNames)
    if (again !== undefined) node.server.call(again)
    else if (database !== undefined) node.server.call({ operation: `op-${count}`, database })
  }
  world.schedule.after(world.between(2, 25), () => call(world, count + 1))
}
