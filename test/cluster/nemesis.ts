/** What the nemesis can do. Which node it hits is said by role: who is primary is known only when it strikes. */
export type Fault =
  | { readonly kind: 'kill'; readonly what: 'litefs' | 'guard' | 'server' | 'all'; readonly whom: Role }
  | { readonly kind: 'pause'; readonly what: 'litefs' | 'guard' | 'server' | 'all'; readonly whom: Role }
  | { readonly kind: 'partition'; readonly whom: Role; readonly from: Role; readonly oneWay: boolean }
  | { readonly kind: 'isolate'; readonly whom: Role }
  | { readonly kind: 'slow'; readonly whom: Role; readonly from: Role; readonly delayMs: number }
  | { readonly kind: 'disk-full'; readonly whom: Role }
  | { readonly kind: 'clock'; readonly whom: Role; readonly seconds: number }
  | { readonly kind: 'handoff' }
  | { readonly kind: 'rolling-restart' }
  | { readonly kind: 'wipe'; readonly whom: Role }
  /** The primary is cut off from the other nodes, while all clients reach it. */
  | { readonly kind: 'split' }
  /** What the primary sends to the other nodes is lost; a moment later it is killed, and whoever is left elects. */
  | { readonly kind: 'tail'; readonly withheldMs: number }
  /** One candidate gets nothing for a while; then the primary is killed, and who holds all stands still for a moment. */
  | { readonly kind: 'behind'; readonly withheldMs: number; readonly pausedMs: number }
  /** One candidate gets nothing for a while; then the primary is killed, and who holds all comes back with an empty disk. */
  | { readonly kind: 'forget'; readonly withheldMs: number; readonly awayMs: number }

/** `follower` and `second` are the two candidates that are not primary; where there is no edge, `edge` is a follower. */
export type Role = 'primary' | 'follower' | 'second' | 'edge'

export interface Round {
  readonly number: number
  /** Struck in this order, together. */
  readonly faults: readonly Fault[]
  /** Load before the strike. */
  readonly calmMs: number
  /** From the strike to the first undoing. */
  readonly holdMs: number
}

/** Names by which faults are chosen; `several` is two or three of the others at once. */
export const faultNames = [
  ...(['kill-litefs', 'kill-guard', 'kill-server', 'kill-all', 'pause', 'partition', 'partition-one-way'] as const),
  ...(['isolate', 'slow', 'disk-full', 'clock', 'handoff', 'rolling-restart', 'wipe', 'several'] as const),
  ...(['split', 'tail', 'behind', 'forget'] as const),
] as const
export type FaultName = (typeof faultNames)[number]

export interface ScheduleOptions {
  readonly seed: number
  readonly rounds: number
  /** Default all. */
  readonly faults?: readonly FaultName[]
}

/** The same options give the same schedule. Every fault named comes up before any comes up again. */
export function schedule({ seed, rounds, faults = faultNames }: ScheduleOptions): Round[] {
  if (faults.length === 0) throw new Error('A schedule needs faults.')
  const dice = new Dice(seed)
  let bag: FaultName[] = []
  return Array.from({ length: rounds }, (_, index) => {
    if (bag.length === 0) bag = dice.shuffle(faults)
    const name = bag.pop() ?? 'kill-litefs'
    return {
      number: index + 1,
      faults: name === 'several' ? several(dice, faults) : [fault(name, dice, dice.pick(roles))],
      calmMs: dice.between(200, 800),
      holdMs: dice.between(500, 3_000),
    }
  })
}

const roles: readonly Role[] = ['primary', 'primary', 'follower', 'second', 'edge']

/** Two or three faults on different nodes. Never two wiped disks: what a majority forgets is gone, and nothing may promise otherwise. */
function several(dice: Dice, allowed: readonly FaultName[]): Fault[] {
  const whole: readonly FaultName[] = ['several', 'rolling-restart', 'handoff', 'split', 'tail', 'behind', 'forget']
  const single = allowed.filter((name) => !whole.includes(name))
  const names = single.length === 0 ? (['kill-litefs'] as const) : single
  const whom = dice.shuffle<Role>(['primary', 'follower', 'second', 'edge']).slice(0, dice.between(2, 3))
  let wiped = false
  return whom.map((role) => {
    const left = names.filter((each) => !(wiped && each === 'wipe'))
    const name = left.length === 0 ? 'kill-litefs' : dice.pick(left)
    wiped ||= name === 'wipe'
    return fault(name, dice, role)
  })
}

function fault(name: Exclude<FaultName, 'several'> | FaultName, dice: Dice, whom: Role): Fault {
  const other = () => dice.pick((['primary', 'follower', 'second'] as const).filter((role) => role !== whom))
  switch (name) {
    case 'kill-litefs':
    case 'kill-guard':
    case 'kill-server':
    case 'kill-all':
      return { kind: 'kill', what: whatOf(name), whom }
    case 'pause':
      return { kind: 'pause', what: dice.pick(['litefs', 'guard', 'server', 'all'] as const), whom }
    case 'partition':
    case 'partition-one-way':
      return { kind: 'partition', whom, from: other(), oneWay: name === 'partition-one-way' }
    case 'slow':
      return { kind: 'slow', whom, from: other(), delayMs: dice.between(20, 300) }
    case 'clock':
      return { kind: 'clock', whom, seconds: dice.pick([-3_600, -30, -2, 2, 30, 3_600, 86_400]) }
    case 'handoff':
    case 'rolling-restart':
      return { kind: name }
    case 'split':
      return { kind: name }
    case 'tail':
      return { kind: name, withheldMs: dice.between(50, 700) }
    case 'behind':
      return { kind: name, withheldMs: dice.between(100, 900), pausedMs: dice.between(500, 1_500) }
    case 'forget':
      return { kind: name, withheldMs: dice.between(100, 900), awayMs: dice.between(2_500, 4_000) }
    case 'several':
      throw new Error('Several is not one fault.')
    default:
      return { kind: name, whom }
  }
}

function whatOf(name: 'kill-litefs' | 'kill-guard' | 'kill-server' | 'kill-all') {
  return name.slice('kill-'.length) as 'litefs' | 'guard' | 'server' | 'all'
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'pause':
      return `${fault.kind} ${fault.what} of ${fault.whom}`
    case 'partition':
      return `cut ${fault.whom} ${fault.oneWay ? '→' : '⇹'} ${fault.from}`
    case 'slow':
      return `${fault.delayMs} ms between ${fault.whom} and ${fault.from}`
    case 'clock':
      return `clock of ${fault.whom} ${fault.seconds > 0 ? '+' : ''}${fault.seconds} s`
    case 'handoff':
    case 'rolling-restart':
    case 'split':
      return fault.kind
    case 'tail':
      return `tail of ${fault.withheldMs} ms`
    case 'behind':
      return `behind by ${fault.withheldMs} ms`
    case 'forget':
      return `forgotten after ${fault.withheldMs} ms`
    default:
      return `${fault.kind} ${fault.whom}`
  }
}

/** Randomness by seed: mulberry32 (Tommy Ettinger, public domain), whose whole state is one 32-bit number. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from least to most, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** @throws Error on an empty list. */
  pick<T>(list: readonly T[]): T {
    const found = list[this.between(0, list.length - 1)]
    if (found === undefined) throw new Error('Nothing to pick from.')
    return found
  }

  shuffle<T>(list: readonly T[]): T[] {
    const keys = list.map((value) => ({ value, key: this.next() }))
    return keys.toSorted((a, b) => a.key - b.key).map(({ value }) => value)
  }
}
