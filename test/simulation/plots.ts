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
      if (!world.mayWipe) return
      voter.wipe()
      primary.kill()
    })
    world.schedule.after(behindMs, () => voter.start())
    world.schedule.after(behindMs + 4_000, () => primary.start())
  },
  /** A slow primary is replaced behind its back, and who voted forgets it, or is led back to the old one: G11, G34. */
  staleSplit: (world) => {
    const { primary } = world
    if (primary === undefined) return
    const others = world.nodes.filter((node) => node !== primary)
    const { mutes } = world.network
    slow(world, primary, 6_500)
    for (const node of others) {
      breakBetween(world, mutes, `${primary.name}>${node.name}`, 0, 6_000)
      breakBetween(world, mutes, `${node.name}>${primary.name}`, 0, 6_000)
    }
    when(
      world,
      2_500,
      () => others.some((node) => node.isOpen),
      () => {
        const heir = others.find((node) => node.isOpen) ?? primary
        const voter = others.find((node) => node !== heir) ?? primary
        const forgets = world.random() < 0.5 && world.mayWipe
        world.schedule.after(world.between(100, 400), () => {
          cutBoth(world, heir, voter, 0, 4_000)
          cutBoth(world, heir, primary, 0, 4_000)
          mutes.clear()
          if (forgets) voter.wipe()
          else voter.kill()
          voter.start()
        })
        world.schedule.after(world.between(2_000, 3_500), () => heir.kill())
        world.schedule.after(4_500, () => heir.start())
      },
    )
  },
  /** A slow primary goes on shipping to one who has voted for another, and has not heard of the victory yet: G23. */
  lateVictory: (world) => {
    const cast = castOf(world)
    if (cast === undefined) return
    const { primary, voter, other } = cast
    const promised = voter.disk.record?.promised ?? 0
    slow(world, primary, 4_000)
    cutBoth(world, primary, other, 1_250, 4_000)
    silence(world, primary, other, 0, 4_000)
    silence(world, other, primary, 0, 4_000)
    silence(world, primary, voter, world.between(100, 290), 4_000)
    when(
      world,
      2_500,
      () => (voter.disk.record?.promised ?? 0) > promised,
      () => silence(world, other, voter, 4, 300),
    )
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

function slow(world: World, node: SimulatedNode, forMs: number): void {
  world.clocksJump = true
  node.setClock(0, 0.15)
  world.schedule.after(forMs, () => node.setClock(0, 1))
}

/** Does it as soon as the condition holds; never after the time. */
function when(world: World, withinMs: number, condition: () => boolean, run: () => void): void {
  if (condition()) return run()
  if (withinMs > 0) world.schedule.after(1, () => when(world, withinMs - 1, condition, run))
}

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
