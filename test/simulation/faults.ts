import { databaseNames } from './log.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

type Fault = (world: World, node: SimulatedNode) => void

const restart = (world: World, node: SimulatedNode, fromMs: number, toMs: number) =>
  world.schedule.after(world.between(fromMs, toMs), () => node.start())

/** What happens to nodes and their network. Each ends by itself; several may overlap. */
export const faults = {
  kill: (world, node) => {
    node.kill()
    restart(world, node, 50, 3_000)
  },
  killPrimary: (world) => {
    const { primary } = world
    if (primary === undefined) return
    primary.kill()
    restart(world, primary, 50, 3_000)
  },
  killBetweenEffects: (world, node) => {
    node.dieInEffects = Math.floor(world.random() * 30)
    restart(world, node, 500, 2_500)
  },
  killGuard: (world, node) => {
    node.killGuard()
    restart(world, node, 5, 1_500)
  },
  killLitefs: (world, node) => {
    node.killLitefs()
    restart(world, node, 50, 1_500)
  },
  killServer: (_, node) => node.killServer(),
  fullDisk: (world, node) => {
    node.isFull = true
    node.killLitefs()
    world.schedule.after(world.between(300, 2_500), () => {
      node.isFull = false
      node.start()
    })
  },
  isolate: (world, node) => {
    const { cuts } = world.network
    for (const other of world.nodes) {
      breakFor(world, cuts, node.name, other.name)
      breakFor(world, cuts, other.name, node.name)
    }
  },
  oneWay: (world, node) => {
    const other = world.pick(world.nodes)
    if (other !== undefined) breakFor(world, world.network.cuts, node.name, other.name)
  },
  muteGuard: (world, node) => {
    for (const other of world.nodes) breakFor(world, world.network.mutes, node.name, other.name)
  },
  stallDatabase: (world, node) => {
    const database = world.pick(databaseNames)
    if (database !== undefined) node.stall(database, world.between(100, 3_000))
  },
  loseMessages: (world) => {
    world.network.isDisordered = world.random() < 0.7
    world.network.lossRatio = world.between(0.05, 0.4)
    world.network.repeatRatio = world.between(0, 0.3)
    world.network.delayMaxMs = world.between(5, 150)
    world.schedule.after(world.between(300, 2_500), () => {
      world.network.lossRatio = 0
      world.network.repeatRatio = 0
      world.network.delayMaxMs = 4
      world.network.isDisordered = false
    })
  },
  pause: (world, node) => node.pause(world.between(50, 2_500)),
  pausePrimary: (world) => world.primary?.pause(world.between(300, 2_500)),
  jumpClock: (world, node) => {
    world.clocksJump = true
    node.setClock(world.between(-2_000, 3_000), 1)
  },
  slowClock: (world, node) => {
    world.clocksJump = true
    node.setClock(0, 0.15)
    world.schedule.after(world.between(500, 4_000), () => node.setClock(0, 1))
  },
  wipe: (world, node) => {
    if (!world.mayWipe) return
    node.wipe()
    restart(world, node, 50, 1_000)
  },
  handoff: (world) => {
    const { primary } = world
    const to = world.pick(world.nodes.filter((node) => node !== primary))
    if (to !== undefined) primary?.step({ type: 'handoff', to: to.name })
  },
} satisfies Record<string, Fault>

function breakFor(world: World, broken: Set<string>, from: string, to: string): void {
  if (from === to) return
  broken.add(`${from}>${to}`)
  world.schedule.after(world.between(100, 3_000), () => broken.delete(`${from}>${to}`))
}
