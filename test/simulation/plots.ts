import { databaseNames } from './log.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/**
 * Faults that come in a certain order, each made to hurt a cluster that lacks one rule. Random faults find the same, given a
 * thousand times the seeds.
 */
export const plots = {
  /** One candidate is behind, one is wiped, the primary dies: G32. */
  wipedVoter: (world) => {
    const cast = castOf(world)
    if (cast === undefined) return
    const { primary, voter, other } = cast
    const behindMs = world.between(300, 800)
    cutBoth(world, other, primary, 0, behindMs)
    cutBoth(world, other, voter, 0, behindMs)
    world.schedule.after(behindMs - 20, () => {
      if (!world.nodes.every((node) => node.disk.record?.member === true)) return
      voter.wipe()
      primary.kill()
    })
    world.schedule.after(behindMs, () => voter.start())
    world.schedule.after(behindMs + 4_000, () => primary.start())
  },
  /** A slow primary is replaced behind its back, and the one who voted forgets, or is led back to it: G11, G23, G34. */
  staleSplit: (world) => {
    const cast = castOf(world)
    if (cast === undefined) return
    const { primary, voter, other } = cast
    const votedMs = world.between(1_300, 2_500)
    world.clocksJump = true
    primary.setClock(0, 0.15)
    cutBoth(world, primary, other, 0, votedMs + 4_000)
    silence(world, primary, voter, world.between(0, 200), votedMs)
    silence(world, other, voter, world.between(1_000, 1_600), world.between(1_600, 2_200))
    cutBoth(world, other, voter, votedMs, votedMs + 3_000)
    world.schedule.after(votedMs, () => {
      const fate = world.random()
      if (fate < 0.4 && world.nodes.every((node) => node.disk.record?.member === true)) voter.wipe()
      else if (fate < 0.8) voter.killGuard()
    })
    world.schedule.after(votedMs + 20, () => voter.start())
    world.schedule.after(votedMs + world.between(300, 1_200), () => other.kill())
    world.schedule.after(votedMs + 3_500, () => other.start())
    world.schedule.after(world.between(1_500, 5_000), () => primary.setClock(0, 1))
  },
  /** An old primary's tail is longer than its successor's log, and comes to light database by database: G6, G16, G22. */
  longTail: (world) => {
    const cast = castOf(world)
    if (cast === undefined) return
    const { primary, voter, other } = cast
    const tailMs = world.between(1_500, 2_800)
    world.clocksJump = true
    primary.setClock(0, 0.15)
    cutBoth(world, primary, voter, 0, tailMs)
    cutBoth(world, primary, other, 0, tailMs)
    for (const database of databaseNames) if (world.random() < 0.6) primary.stall(database, tailMs + 3_000)
    world.schedule.after(tailMs, () => primary.setClock(0, 1))
    const third = world.random() < 0.5 ? voter : other
    world.schedule.after(tailMs + world.between(0, 300), () => third.pause(world.between(200, 1_000)))
    world.schedule.after(tailMs + world.between(200, 1_200), () => {
      const heir = world.primary
      heir?.kill()
      world.schedule.after(3_000, () => heir?.start())
    })
  },
  /** A new primary answers repetitions from a tail that only it has, and dies: G20. */
  deadHeir: (world) => {
    const cast = castOf(world)
    if (cast === undefined) return
    const { primary, voter, other } = cast
    for (const database of databaseNames) voter.stall(database, 4_000)
    world.schedule.after(world.between(0, 60), () => primary.kill())
    world.schedule.after(world.between(300, 2_500), () => other.kill())
    world.schedule.after(4_000, () => {
      primary.start()
      other.start()
    })
  },
} satisfies Record<string, (world: World) => void>

interface Cast {
  readonly primary: SimulatedNode
  readonly voter: SimulatedNode
  readonly other: SimulatedNode
}

function castOf(world: World): Cast | undefined {
  const { primary } = world
  const rest = world.nodes.filter((node) => node !== primary)
  const [voter, other] = world.random() < 0.5 ? rest : rest.toReversed()
  return primary === undefined || voter === undefined || other === undefined ? undefined : { primary, voter, other }
}

function cutBoth(world: World, one: SimulatedNode, two: SimulatedNode, fromMs: number, untilMs: number): void {
  breakBetween(world, world.network.cuts, `${one.name}>${two.name}`, fromMs, untilMs)
  breakBetween(world, world.network.cuts, `${two.name}>${one.name}`, fromMs, untilMs)
}

/** Guards' messages do not get there; LiteFS' streams do. */
function silence(world: World, from: SimulatedNode, to: SimulatedNode, fromMs: number, untilMs: number): void {
  breakBetween(world, world.network.mutes, `${from.name}>${to.name}`, fromMs, untilMs)
}

function breakBetween(world: World, broken: Set<string>, way: string, fromMs: number, untilMs: number): void {
  world.schedule.after(fromMs, () => broken.add(way))
  world.schedule.after(untilMs, () => broken.delete(way))
}
