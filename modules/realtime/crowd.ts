import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Neighbours, Peer } from '../../src/node/neighbours.ts'
import type { Clock } from './clock.ts'
import { reactions } from './messages.ts'

export interface CrowdOptions {
  /** Absent on a node that is alone. */
  readonly neighbours: Neighbours | undefined
  readonly clock: Clock
  /** Members of a capsule on this node. */
  readonly own: (capsuleId: string) => number
  readonly ownCapsules: () => Iterable<string>
  /** How many people there are elsewhere has changed. */
  readonly onPeople: (capsuleId: string) => void
  readonly onReactions: (capsuleId: string, counts: Reactions) => void
}

const count = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const capsuleId = Type.String({ pattern: '^[a-z0-9_]{1,64}$' })
const counted = Type.Object(Object.fromEntries(reactions.map((one) => [one, Type.Optional(count)])), {
  additionalProperties: false,
})
/** How often each reaction was sent. */
type Reactions = Static<typeof counted>
/** A capsule's, by the node where they were sent; null: this one. */
type Reacted = readonly [capsule: string, ReadonlyMap<Peer | null, Reactions>]

/** Capsules that one message may tell of; what is more follows with the next. */
const capsulesMax = 1_000
const peopleSchema = Type.Record(capsuleId, count, { additionalProperties: false, maxProperties: capsulesMax })
const reactionsSchema = Type.Record(capsuleId, counted, { additionalProperties: false, maxProperties: capsulesMax })
const isPeople = TypeCompiler.Compile(peopleSchema)
const isReactions = TypeCompiler.Compile(reactionsSchema)

/** Between two tellings to the others: with the pace of R14 well below a second. */
const tellEveryMs = 200
/** How long others' numbers are kept while the way to them is cut: a failover takes less. */
const keptMs = 5_000

/**
 * Who has a capsule open on other nodes, and what they react with (R14): each node tells the primary its own numbers, the primary
 * tells each how many there are elsewhere. Nothing of it is kept, and what is lost is told anew with the next connection.
 */
export class Crowd {
  /** On a node that is not the primary: what that told. */
  readonly #told = new Map<string, number>()
  /** On the primary: by capsule, how many each other node has. */
  readonly #peers = new Map<string, Map<Peer, number>>()
  /** What is to be told: upwards, or from the primary to all that have it open. */
  readonly #changed = new Set<string>()
  readonly #reacted = new Map<string, Map<Peer | null, Reactions>>()
  #timer: (() => void) | undefined
  #forget: (() => void) | undefined

  constructor(private readonly options: CrowdOptions) {
    const { neighbours, clock } = options
    neighbours?.on('people', (data, peer) => {
      if (isPeople.Check(data)) this.#hearPeople(data, peer)
    })
    neighbours?.on('reactions', (data, peer) => {
      if (isReactions.Check(data)) this.#hearReactions(data, peer)
    })
    neighbours?.onPeerGone((peer) => {
      for (const [capsule, nodes] of this.#peers) if (nodes.has(peer)) this.#note(capsule, peer, 0)
    })
    neighbours?.onHub((reached) => {
      this.#forget?.()
      this.#forget = undefined
      if (!reached) {
        this.#forget = clock.after(keptMs, () => this.#forgetTold())
        return
      }
      for (const capsule of options.ownCapsules()) this.changed(capsule)
    })
  }

  /** People of a capsule on other nodes. */
  elsewhere(capsule: string): number {
    if (this.options.neighbours?.isHub !== true) return this.#told.get(capsule) ?? 0
    return sum(this.#peers.get(capsule))
  }

  /** This node's own number has changed. */
  changed(capsule: string): void {
    if (this.options.neighbours === undefined) return
    if (this.options.own(capsule) === 0) this.#told.delete(capsule)
    this.#changed.add(capsule)
    this.#wake()
  }

  /** Somebody here reacted. */
  react(capsule: string, reaction: string): void {
    if (this.options.neighbours !== undefined) this.#add(capsule, null, { [reaction]: 1 })
  }

  #hearPeople(people: Static<typeof peopleSchema>, peer: Peer | null): void {
    for (const [capsule, number] of Object.entries(people)) {
      if (peer !== null) this.#note(capsule, peer, number)
      else if (this.options.own(capsule) > 0) {
        this.#told.set(capsule, number)
        this.options.onPeople(capsule)
      }
    }
  }

  #hearReactions(told: Static<typeof reactionsSchema>, peer: Peer | null): void {
    for (const [capsule, counts] of Object.entries(told)) {
      if (this.options.own(capsule) > 0) this.options.onReactions(capsule, counts)
      // The one in the middle tells the others; who hears it from there has nobody to tell.
      if (peer !== null) this.#add(capsule, peer, counts)
    }
  }

  #note(capsule: string, peer: Peer, number: number): void {
    const nodes = this.#peers.get(capsule) ?? new Map<Peer, number>()
    if (number > 0) nodes.set(peer, number)
    else nodes.delete(peer)
    if (nodes.size > 0) this.#peers.set(capsule, nodes)
    else this.#peers.delete(capsule)
    this.#changed.add(capsule)
    this.#wake()
    if (this.options.own(capsule) > 0) this.options.onPeople(capsule)
  }

  #add(capsule: string, from: Peer | null, counts: Reactions): void {
    const sources = this.#reacted.get(capsule) ?? new Map<Peer | null, Reactions>()
    const before: Record<string, number | undefined> = sources.get(from) ?? {}
    const summed = Object.entries(counts).map(([name, more]) => [name, (before[name] ?? 0) + (more ?? 0)])
    sources.set(from, { ...before, ...Object.fromEntries(summed) })
    this.#reacted.set(capsule, sources)
    this.#wake()
  }

  #wake(): void {
    this.#timer ??= this.options.clock.after(tellEveryMs, () => {
      this.#timer = undefined
      this.#tell()
      if (this.#changed.size > 0 || this.#reacted.size > 0) this.#wake()
    })
  }

  #tell(): void {
    const { neighbours, own } = this.options
    if (neighbours === undefined) return
    const changed = take(this.#changed, capsulesMax)
    const reacted: readonly Reacted[] = take(this.#reacted, capsulesMax)
    for (const capsule of changed) this.#changed.delete(capsule)
    for (const [capsule] of reacted) this.#reacted.delete(capsule)
    if (!neighbours.isHub) {
      if (changed.length > 0) neighbours.tellHub('people', Object.fromEntries(changed.map((each) => [each, own(each)])))
      const mine = reacted.flatMap(([capsule, sources]) => {
        const counts = sources.get(null)
        return counts === undefined ? [] : [[capsule, counts] as const]
      })
      if (mine.length > 0) neighbours.tellHub('reactions', Object.fromEntries(mine))
    }
    // Whoever told this node its numbers takes it for the one in the middle, a moment before it may be.
    this.#tellPeople(neighbours, changed)
    if (neighbours.isHub) this.#tellReactions(neighbours, reacted)
  }

  #tellPeople(neighbours: Neighbours, changed: readonly string[]): void {
    const told = new Map<Peer, Record<string, number>>()
    for (const capsule of changed) {
      const nodes = this.#peers.get(capsule)
      const all = this.options.own(capsule) + sum(nodes)
      for (const [peer, its] of nodes ?? []) put(told, peer, capsule, all - its)
    }
    for (const [peer, data] of told) neighbours.tell(peer, 'people', data)
  }

  #tellReactions(neighbours: Neighbours, reacted: readonly Reacted[]): void {
    const told = new Map<Peer, Record<string, Reactions>>()
    for (const [capsule, sources] of reacted) {
      for (const peer of this.#peers.get(capsule)?.keys() ?? []) {
        const others = [...sources].flatMap(([from, counts]) => (from === peer ? [] : [counts]))
        if (others.length > 0) put(told, peer, capsule, added(others))
      }
    }
    for (const [peer, data] of told) neighbours.tell(peer, 'reactions', data)
  }

  #forgetTold(): void {
    const capsules = [...this.#told.keys()]
    this.#told.clear()
    for (const capsule of capsules) this.options.onPeople(capsule)
  }
}

function sum(nodes: ReadonlyMap<Peer, number> | undefined): number {
  let total = 0
  for (const number of nodes?.values() ?? []) total += number
  return total
}

function added(all: readonly Reactions[]): Reactions {
  const total: Record<string, number> = {}
  for (const counts of all) {
    for (const [name, more] of Object.entries(counts)) total[name] = (total[name] ?? 0) + (more ?? 0)
  }
  return total
}

function put<T>(told: Map<Peer, Record<string, T>>, peer: Peer, capsule: string, value: T): void {
  const data = told.get(peer) ?? {}
  data[capsule] = value
  told.set(peer, data)
}

function take<T>(from: Iterable<T>, most: number): T[] {
  const taken: T[] = []
  for (const each of from) {
    if (taken.length === most) break
    taken.push(each)
  }
  return taken
}
