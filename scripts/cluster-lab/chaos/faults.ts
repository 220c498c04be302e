import type { Fault, Role } from '../../../test/cluster/nemesis.ts'
import type { Lab } from '../lab.ts'
import type { LabNode } from '../node.ts'

const readyMs = 60_000
const askMs = 1_000

/** Undoes a fault and brings back what it ended. */
export type Undo = () => Promise<void>

/** Which node plays which role. */
export type Cast = (role: Role) => number

/** Carries a fault out. */
export async function strike(lab: Lab, fault: Fault, numberOf: Cast): Promise<Undo> {
  const node = (role: Role) => lab.node(numberOf(role))
  switch (fault.kind) {
    case 'kill':
      await node(fault.whom).kill(fault.what)
      return revive(node(fault.whom))
    case 'pause': {
      const paused = node(fault.whom)
      paused.pause(fault.what)
      return async () => {
        paused.resume('all')
        await revive(paused)()
      }
    }
    case 'partition': {
      const [a, b] = [numberOf(fault.whom), numberOf(fault.from)]
      if (a === b) return nothing
      lab.cut(a, b, { oneWay: fault.oneWay })
      return async () => lab.heal(a, b)
    }
    case 'isolate': {
      const number = numberOf(fault.whom)
      lab.cut(number)
      return async () => lab.heal(number)
    }
    case 'slow': {
      const [a, b] = [numberOf(fault.whom), numberOf(fault.from)]
      if (a === b) return nothing
      await lab.delay(a, b, fault.delayMs)
      return () => lab.delay(a, b, 0)
    }
    case 'disk-full': {
      const full = node(fault.whom)
      await full.fillDisk()
      return async () => {
        full.freeDisk()
        await revive(full)()
      }
    }
    case 'clock': {
      const moved = node(fault.whom)
      moved.jumpClock(fault.seconds)
      return async () => moved.jumpClock(0)
    }
    case 'handoff':
      await node('primary').handOff(node('follower').plan.name)
      return nothing
    case 'rolling-restart':
      for (const each of lab.nodes) {
        await each.stop()
        await each.start()
        await each.ready(readyMs)
      }
      return nothing
    case 'wipe': {
      const wiped = node(fault.whom)
      await wiped.kill('all')
      wiped.wipe()
      return revive(wiped)
    }
    case 'split': {
      const ways = othersOf(lab, numberOf('primary'))
      for (const [from, to] of ways) lab.network.cut(from, to)
      return async () => {
        for (const [from, to] of ways) lab.network.heal(from, to)
      }
    }
    case 'tail':
      return tail(lab, numberOf('primary'), fault.withheldMs)
    case 'behind':
      return behind(lab, numberOf, fault)
    case 'forget':
      return forget(lab, numberOf, fault)
  }
}

/** The ways from a machine to the other machines; the proxies, and so the clients, are left alone. */
function othersOf(lab: Lab, number: number): [string, string][] {
  return lab.nodes.flatMap(({ plan }) => (plan.number === number ? [] : [[`n${number}`, `n${plan.number}`]]))
}

/** Whatever the primary acknowledged in this time was held by nobody else. */
async function tail(lab: Lab, number: number, withheldMs: number): Promise<Undo> {
  const ways = othersOf(lab, number)
  for (const [from, to] of ways) lab.network.cut(from, to, false)
  await Bun.sleep(withheldMs)
  await lab.node(number).kill('all')
  for (const [from, to] of ways) lab.network.heal(from, to)
  return revive(lab.node(number))
}

/** Whoever lacks what was acknowledged is the first that may stand. */
async function behind(lab: Lab, numberOf: Cast, fault: Fault & { kind: 'behind' }): Promise<Undo> {
  const [primary, second] = [numberOf('primary'), numberOf('second')]
  lab.network.cut(`n${primary}`, `n${second}`)
  await Bun.sleep(fault.withheldMs)
  const holder = lab.node(numberOf('follower'))
  holder.pause('guard')
  await lab.node(primary).kill('all')
  lab.network.heal(`n${primary}`, `n${second}`)
  await Bun.sleep(fault.pausedMs)
  holder.resume('guard')
  return revive(lab.node(primary))
}

/** Two candidates are left: one lacks what was acknowledged, the other held it and does not know. While the third is away nobody may be elected. */
async function forget(lab: Lab, numberOf: Cast, fault: Fault & { kind: 'forget' }): Promise<Undo> {
  const [primary, second] = [numberOf('primary'), numberOf('second')]
  const holder = lab.node(numberOf('follower'))
  lab.network.cut(`n${primary}`, `n${second}`)
  await Bun.sleep(fault.withheldMs)
  await lab.node(primary).kill('all')
  await holder.kill('all')
  holder.wipe()
  lab.network.heal(`n${primary}`, `n${second}`)
  await holder.start()
  await Bun.sleep(fault.awayMs)
  return revive(lab.node(primary))
}

async function nothing(): Promise<void> {}

/** Starts a node whose guard is gone; a guard that lives brings the rest back itself. */
function revive(node: LabNode): Undo {
  return async () => {
    if (!node.isRunning()) await node.start()
  }
}

/** Who plays which role now. While nobody says that it is primary, the first candidate counts as it. */
export async function cast(lab: Lab): Promise<Cast> {
  const primary = (await findPrimary(lab)) ?? 1
  const followers = lab.plan.nodes.filter(({ role, number }) => role === 'candidate' && number !== primary)
  const edge = lab.plan.nodes.find(({ role, number }) => role === 'edge' && number !== primary)
  const [first, second] = followers.map(({ number }) => number)
  return (role) => {
    if (role === 'primary') return primary
    const follower = first ?? edge?.number ?? primary
    if (role === 'follower') return follower
    return (role === 'second' ? second : edge?.number) ?? follower
  }
}

/** By what the nodes themselves say in `Encapsify-Node`. */
export async function findPrimary(lab: Lab): Promise<number | undefined> {
  const answers = await Promise.all(
    lab.nodes.map(async ({ origin, plan }) => {
      const init = { signal: AbortSignal.timeout(askMs) }
      const answer = await fetch(`${origin}/api/v1/capsules`, init).catch(() => undefined)
      await answer?.body?.cancel()
      return answer?.headers.get('encapsify-node')?.includes('role=primary') === true ? plan.number : undefined
    }),
  )
  return answers.find((number) => number !== undefined)
}
