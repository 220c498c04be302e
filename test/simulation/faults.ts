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
    for (const other of world.nodes) {
      cutFor(world, node.name, other.name, world.between(100, 3_000))
      cutFor(world, other.name, node.name, world.between(100, 3_000))
    }
  },
  oneWay: (world, node) => {
    const other = world.pick(world.nodes)
    if (other !== undefined) cutFor(world, node.name, other.name, world.between(100, 3_000))
  },
  loseMessages: (world) => {
    world.network.lossRatio = world.between(0.05, 0.4)
    world.network.repeatRatio = world.between(0, 0.3)
    world.network.delayMaxMs = world.between(5, 150)
    world.schedule.after(world.between(300, 2_500), () => {
      world.network.lossRatio = 0
      world.network.repeatRatio = 0
      world.network.delayMaxMs = 4
    })
  },
  pause: (world, node) => node.pause(world.between(50, 2_500)),
  pausePrimary: (world) => world.primary?.pause(world.between(300, 2_500)),
  jumpClock: (world, node) => {
    world.clocksJump = true
    node.skewMs += world.between(-2_000, 3_000)
  },
  /** Two that remember must remain, or nobody is left to say what was promised. */
  wipe: (world, node) => {
    if (!world.nodes.every((other) => other.disk.record?.member === true)) return
    node.wipe()
    restart(world, node, 50, 1_000)
  },
  handoff: (world) => {
    const { primary } = world
    const to = world.pick(world.nodes.filter((node) => node !== primary))
    if (to !== undefined) primary?.step({ type: 'handoff', to: to.name })
  },
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

function cutFor(world: World, from: string, to: string, forMs: number): void {
  if (from === to) return
  world.network.cuts.add(`${from}>${to}`)
  world.schedule.after(forMs, () => world.network.cuts.delete(`${from}>${to}`))
}
