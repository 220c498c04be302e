import type { LtxPosition } from '../db/position.ts'
import { type Rules, rules as standard } from './rules.ts'
import type { NotedCommit } from './steps.ts'

/** What a peer is known to hold of this epoch. */
interface Holding {
  /** The number of the newest noted commit, per database, that the peer reported with its checksum. */
  readonly newest: Map<string, number>
  /** What it reported last, which may be of a commit that is noted a moment later. */
  reported: ReadonlyMap<string, LtxPosition>
  /** Up to here it has no hole. */
  prefix: number
  /** When the beat was sent that its last counting report answers. */
  freshMs: number
}

interface Known extends LtxPosition {
  readonly number: number
}

/**
 * Counts who holds what of one epoch's commits (G22, G23). It knows positions, not rows: the primary notes each of its commits
 * with LiteFS' position, and peers report positions.
 */
export class Tally {
  readonly #holdings = new Map<string, Holding>()
  /** Noted commits that not every peer holds yet, in the order of their numbers. */
  readonly #open: NotedCommit[] = []
  /** The positions of those, and the newest older one of each database. */
  readonly #known = new Map<string, Known[]>()
  /** Whoever holds these, per database, holds everything before `#open`. */
  readonly #base = new Map<string, number>()
  #confirmed = 0
  #last = 0

  constructor(
    peers: readonly string[],
    /** How many peers must hold a commit beside the primary. */
    private readonly needed: number,
    private readonly rules: Rules = standard,
  ) {
    for (const peer of peers) this.#holdings.set(peer, nothing())
  }

  /** The number of the last noted commit; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** How many noted commits are remembered: those not confirmed, and the last that is. */
  get size(): number {
    return this.#open.length
  }

  note(commit: NotedCommit): void {
    this.#open.push(commit)
    this.#last = commit.number
    const known = this.#known.get(commit.database) ?? []
    known.push({ number: commit.number, txid: commit.txid, checksum: commit.checksum })
    this.#known.set(commit.database, known)
  }

  /** A report that counts (its member and promise were looked at), answering a beat that was sent at `freshMs`. */
  report(peer: string, databases: ReadonlyMap<string, LtxPosition>, freshMs: number): void {
    const holding = this.#holdings.get(peer)
    if (holding === undefined) return
    holding.reported = databases
    holding.freshMs = Math.max(holding.freshMs, freshMs)
  }

  /** The peer lost its data: what it held no longer counts. */
  forget(peer: string): void {
    if (this.#holdings.has(peer)) this.#holdings.set(peer, nothing())
  }

  /** When the beat was sent that the peer answered last; -Infinity when it never counted. */
  freshMsOf(peer: string): number {
    return this.#holdings.get(peer)?.freshMs ?? Number.NEGATIVE_INFINITY
  }

  /** Up to which number the peer holds everything. */
  prefixOf(peer: string): number {
    return this.#holdings.get(peer)?.prefix ?? 0
  }

  /** The number that a quorum holds; 0 while there is none. It never falls. */
  confirmed(nowMs: number): number {
    for (const holding of this.#holdings.values()) this.#advance(holding)
    const held = [...this.#holdings.values()]
      .map((holding) => (this.rules.isFresh(nowMs - holding.freshMs) ? holding.prefix : 0))
      .sort((a, b) => b - a)
    const quorum = this.needed === 0 ? this.#last : (held[this.needed - 1] ?? 0)
    this.#confirmed = Math.max(this.#confirmed, Math.min(quorum, this.#last))
    this.#fold()
    return this.#confirmed
  }

  #advance(holding: Holding): void {
    for (const [database, position] of holding.reported) {
      const commit = this.#known.get(database)?.findLast((known) => this.rules.matches(known, position))
      if (commit !== undefined && commit.number > (holding.newest.get(database) ?? 0)) {
        holding.newest.set(database, commit.number)
      }
    }
    const first = this.#open[0]
    if (first === undefined) return
    if (holding.prefix < first.number - 1) {
      if (![...this.#base].every(([database, number]) => (holding.newest.get(database) ?? 0) >= number)) return
      holding.prefix = first.number - 1
    }
    for (let at = holding.prefix - first.number + 1; at < this.#open.length; at++) {
      const commit = this.#open[at]
      if (commit === undefined || (holding.newest.get(commit.database) ?? 0) < commit.number) return
      holding.prefix = commit.number
    }
  }

  /** Lets go of what is confirmed, but for the newest: a peer that was away is known again once it has reached that. */
  #fold(): void {
    let count = 0
    while ((this.#open[count]?.number ?? Number.POSITIVE_INFINITY) < this.#confirmed) count++
    for (const commit of this.#open.splice(0, count)) {
      this.#base.set(commit.database, commit.number)
      const known = this.#known.get(commit.database) ?? []
      known.splice(
        0,
        known.findIndex(({ number }) => number === commit.number),
      )
    }
  }
}

function nothing(): Holding {
  return { newest: new Map(), reported: new Map(), prefix: 0, freshMs: Number.NEGATIVE_INFINITY }
}
