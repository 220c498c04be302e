import { type Rules, rules as standard } from '../../src/cluster/rules.ts'
import { type DatabaseName, databaseNames } from './log.ts'
import { Network } from './network.ts'
import { SimulatedNode } from './node.ts'
import { randomOf, Schedule } from './schedule.ts'

/** What may be broken on purpose, to see whether the simulation finds it. */
export interface Mutations {
  readonly rules?: Partial<Rules>
  /** G2: the record never reaches the disk. */
  readonly forgetsRecord?: boolean
  /** G15, G16: the prefix that is answered was read before the promise. */
  readonly readsEarly?: boolean
  /** G8: the row at the confirmed number is pruned as well. */
  readonly prunesAtConfirmed?: boolean
  /** G5: a commit in doubt is taken for one that does not stand. */
  readonly reusesNumbers?: boolean
  /** G25: a repetition waits for its own row only. */
  readonly trustsRows?: boolean
}

/** The writer's promise to a client, and what became of it. */
export interface Acknowledged {
  readonly operation: string
  readonly database: DatabaseName
}

export class Violation extends Error {
  override readonly name = 'Violation'

  constructor(
    readonly promise: 'S1' | 'S2' | 'S3' | 'liveness' | 'convergence',
    what: string,
  ) {
    super(`${promise}: ${what}`)
  }
}

/** Three candidates, their network and clients, and the judge of what they promise. */
export class World {
  readonly schedule = new Schedule()
  readonly random: () => number
  readonly network: Network
  readonly nodes: readonly SimulatedNode[]
  readonly rules: Rules
  readonly acknowledged: Acknowledged[] = []
  /** Operations that were not acknowledged: their clients try again. */
  readonly pending: Acknowledged[] = []
  /** S3 holds only while nobody's clock jumps. */
  clocksJump = false
  doubtRatio = 0.002
  handoffs = { done: 0, failed: 0 }
  opened: { readonly node: string; readonly epoch: number }[] = []
  readonly #acknowledger = new Map<number, string>()
  #entries = 0

  constructor(
    seed: number,
    readonly mutations: Mutations = {},
  ) {
    this.random = randomOf(seed)
    this.rules = { ...standard, ...mutations.rules }
    this.network = new Network(this)
    this.nodes = ['a', 'b', 'c'].map((name) => new SimulatedNode(this, name))
    for (const node of this.nodes) node.start()
  }

  get nowMs(): number {
    return this.schedule.nowMs
  }

  node(name: string): SimulatedNode {
    const node = this.nodes.find((candidate) => candidate.name === name)
    if (node === undefined) throw new Error(`There is no node ${name}.`)
    return node
  }

  /** A number in [from, to). */
  between(from: number, to: number): number {
    return from + this.random() * (to - from)
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)]
  }

  nextEntry(): number {
    return ++this.#entries
  }

  /** The open primary of the highest epoch that is up now. */
  get primary(): SimulatedNode | undefined {
    return this.nodes.find((node) => node.isOpen && node.epoch === this.highestEpoch)
  }

  /** Two that remember must remain, or nobody is left to say what was promised. */
  get mayWipe(): boolean {
    return this.nodes.every((node) => !node.hasForgotten)
  }

  get highestEpoch(): number {
    return this.opened.at(-1)?.epoch ?? 0
  }

  /** S1 */
  onOpened(node: SimulatedNode, epoch: number): void {
    if (this.opened.some((known) => known.epoch === epoch)) throw new Violation('S2', `epoch ${epoch} opened twice`)
    this.checkHolds(node, `opened epoch ${epoch}`)
    this.opened.push({ node: node.name, epoch })
    this.opened.sort((a, b) => a.epoch - b.epoch)
  }

  checkHolds(node: SimulatedNode, when: string): void {
    const held = new Map(
      databaseNames.map((name) => [name, new Set(node.logs.of(name).map(({ operation }) => operation))]),
    )
    const lost = this.acknowledged.find(({ operation, database }) => !held.get(database)?.has(operation))
    if (lost !== undefined)
      throw new Violation('S1', `${node.name} ${when} without ${lost.operation} of ${lost.database}`)
  }

  /** S2, S3 */
  onAcknowledged(node: SimulatedNode, what: Acknowledged, epoch: number): void {
    const acknowledger = this.#acknowledger.get(epoch) ?? node.name
    this.#acknowledger.set(epoch, acknowledger)
    if (acknowledger !== node.name)
      throw new Violation('S2', `${acknowledger} and ${node.name} acknowledge in epoch ${epoch}`)
    const later = this.opened.find((known) => known.epoch > epoch)
    if (later !== undefined) {
      if (!this.clocksJump)
        throw new Violation('S3', `${node.name} acknowledges in epoch ${epoch}, ${later.node} in ${later.epoch}`)
      const heir = this.node(later.node)
      if (heir.isOpen && heir.epoch === later.epoch && !heir.logs.has(what.database, what.operation)) {
        throw new Violation(
          'S2',
          `${node.name} acknowledges ${what.operation} in epoch ${epoch}, which ${later.node} lacks`,
        )
      }
    }
    this.acknowledged.push(what)
  }

  /** Whether all three hold the same, under one open primary, and all are members. */
  get hasConverged(): boolean {
    const { primary } = this
    if (primary === undefined) return false
    return this.nodes.every(
      (node) =>
        node.disk.record?.member === true &&
        databaseNames.every((name) => {
          const [one, other] = [primary.logs.of(name), node.logs.of(name)]
          return one.length === other.length && one.at(-1) === other.at(-1)
        }),
    )
  }
}
