import { capsuleChanged, responsesReceived } from '../../../modules/capsule/index.ts'
import { Frame } from '../../../modules/realtime/frame.ts'
import { type LiveLimits, liveLimits } from '../../../modules/realtime/limits.ts'
import type { ChangeLog, LogPlace } from '../../../src/db/database.ts'
import { capsuleIds, type NodeLog, SimulatedLog } from './log.ts'
import type { Line } from './network.ts'
import { SimulatedNode } from './node.ts'
import { randomOf, Schedule } from './schedule.ts'
import { SimulatedVisitor } from './visitor.ts'

/** What may be broken on purpose, to see whether the simulation finds it. */
export interface Mutations {
  readonly alter?: (text: string, head: LogPlace) => string
  readonly dropsSilently?: boolean
  readonly tellsUnconfirmed?: boolean
  readonly hearsLate?: boolean
  readonly cursor?: (cursor: string | null) => string | null
  readonly log?: (log: NodeLog, world: World) => ChangeLog
}

/** Small limits, so that a short run meets them all. */
export const limits: LiveLimits = {
  ...liveLimits,
  messagesPerSecond: 1_000,
  messagesBurst: 1_000,
  bufferedBytesMax: 2_048,
  heartbeatMs: 2_000,
  behindMsMax: 800,
  eventsKeptMax: 8,
  changesScannedMax: 40,
  emptyAudiencesMax: 1,
}

export type Promised = 'gap' | 'repetition' | 'order' | 'memory' | 'votes' | 'liveness'

export class Violation extends Error {
  override readonly name = 'Violation'

  constructor(
    readonly promise: Promised,
    what: string,
  ) {
    super(`${promise}: ${what}`)
  }
}

/** Nodes over one log, visitors with both capsules open, and what happens to them. */
export class World {
  readonly schedule = new Schedule()
  readonly random: () => number
  readonly log = new SimulatedLog()
  readonly nodes: readonly SimulatedNode[]
  readonly visitors: SimulatedVisitor[] = []
  readonly counts = { cutForSlowness: 0, published: 0, restarts: 0, cuts: 0, clocks: 0 }
  readonly acknowledged = new Set<string>()
  /** The share of connections that fail at once. */
  refusals = 0.1
  lagMsMax = 60
  #versions = new Map<string, number>()
  #votes = 0

  constructor(
    seed: number,
    readonly mutations: Mutations = {},
  ) {
    this.random = randomOf(seed)
    for (const id of capsuleIds) this.publish(id, 0)
    this.log.confirmed = this.log.rows.length
    this.nodes = ['a', 'b'].map((name) => new SimulatedNode(this, name))
    for (let n = 0; n < 6; n++) {
      this.visitors.push(new SimulatedVisitor(this, capsuleIds[n % 4 === 3 ? 1 : 0]))
    }
  }

  publish(capsuleId: string, confirmMs = this.#confirmMs()): void {
    const version = (this.#versions.get(capsuleId) ?? 0) + 1
    this.#versions.set(capsuleId, version)
    this.counts.published++
    this.#append(capsuleChanged.kind, capsuleId, { what: 'published', version }, version, confirmMs)
  }

  /** A vote arrives: its row is confirmed, or lost, and only then is it acknowledged. */
  vote(line: Line, id: string): void {
    const { capsuleId } = line
    const voters = this.log.voters.get(capsuleId)
    const reply = () => {
      this.acknowledged.add(`${capsuleId}/${id}`)
      line.send(new Frame(JSON.stringify({ type: 'accepted', id })))
    }
    if (voters?.has(id)) return reply()
    voters?.add(id)
    const visible = this.log.last(capsuleId)?.visible
    this.#append(responsesReceived.kind, capsuleId, {}, visible, 0)
    reply()
  }

  newVote(): string {
    return `vote-${++this.#votes}`
  }

  #confirmMs(): number {
    return 30 * this.random()
  }

  #append(kind: string, subject: string, payload: unknown, visible: number | undefined, confirmMs: number): void {
    const row = this.log.append(kind, subject, payload, visible)
    if (this.mutations.tellsUnconfirmed) for (const node of this.nodes ?? []) if (node.isUp) node.tell(row)
    // A commit is confirmed together with all before it.
    this.schedule.after(confirmMs, () => {
      if (this.log.rows[row.row - 1] !== row || this.log.confirmed >= row.row) return
      this.log.confirmed = row.row
      for (const node of this.nodes) this.schedule.after(this.lagMsMax * this.random(), () => node.advance())
    })
  }

  /** Memory stays within its limits, and the server counts what there is. */
  check(): void {
    for (const { live, isUp, name } of this.nodes) {
      if (!isUp) continue
      if (live.eventsKept > limits.eventsKeptMax * live.audiences)
        throw new Violation('memory', `${name} keeps too many events`)
      if (live.audiences > capsuleIds.length) throw new Violation('memory', `${name} keeps too many audiences`)
    }
  }
}
