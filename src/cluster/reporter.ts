import type { LtxPosition } from '../db/position.ts'
import type { GuardContext } from './context.ts'
import { limits } from './limits.ts'
import type { Claim, Report } from './messages.ts'
import type { Claimant } from './peers.ts'
import type { Primary } from './primary.ts'

/** Says how this node stands (G10), hears who is primary, and says whom LiteFS may follow (G11). */
export class Reporter {
  readonly #databases = new Map<string, LtxPosition>()
  #echo: { readonly node: string; readonly epoch: number; readonly beat: number } | null = null
  #reportedMs = Number.NEGATIVE_INFINITY
  #litefs: 'primary' | 'replica' | 'gone' = 'gone'
  /** Whom LiteFS was told to follow, and since when that is nobody's claim any more. */
  #named: { readonly node: string; straySinceMs: number | null } | null = null

  constructor(private readonly context: GuardContext) {}

  tick(primary: Primary | null, isFollowing: boolean): void {
    if (this.context.nowMs - this.#reportedMs >= limits.beatMs) this.report(primary)
    if (isFollowing) this.#cutStray()
  }

  /** Sends a report to everybody; with a claim it is a beat. */
  report(primary: Primary | null): void {
    this.#reportedMs = this.context.nowMs
    primary?.reign.beat(this.context.nowMs)
    this.announce(primary)
  }

  /** Tells everybody without counting it as a beat: what is confirmed has moved. */
  announce(primary: Primary | null): void {
    const report = this.#report(primary)
    this.context.sendAll(report)
    if (primary !== null) this.context.emit({ type: 'tell-edges', message: report })
  }

  /** A database moved here: whoever waits for it hears at once. */
  moved(database: string, to: LtxPosition, primary: Primary | null): void {
    this.#databases.set(database, to)
    if (primary === null && this.#echo !== null) this.context.send(this.#echo.node, this.#report(null))
  }

  onLitefs(state: 'primary' | 'replica' | 'gone', follows: string | null): void {
    this.#litefs = state
    if (state === 'gone') this.#databases.clear()
    if (state !== 'replica') this.#named = null
    else if (follows !== null) this.#named = { node: follows, straySinceMs: null }
  }

  /** Takes note of a claim. Returns whether it is that of the primary which this node follows. */
  hears(from: string, claim: Claim): boolean {
    if (claim.epoch !== this.context.record.promised) return false
    if (this.#echo?.epoch !== claim.epoch || claim.beat >= this.#echo.beat) {
      this.#echo = { node: from, epoch: claim.epoch, beat: claim.beat }
    }
    return true
  }

  /** G11; and remembers whom it named. */
  name(): { readonly node: string; readonly epoch: number } | null {
    const found = this.#current()
    if (found === undefined) return null
    this.#named = { node: found.node, straySinceMs: null }
    return { node: found.node, epoch: found.claim.epoch }
  }

  /** G18: does somebody near hold more than this node, or as much and comes first in the order of names? */
  knowsBetter(): boolean {
    const { peers, name, nowMs } = this.context
    const own = sum(this.#databases.values())
    return peers.names.some((peer) => {
      const report = peers.reportOf(peer)
      if (report === null || !report.member || !peers.isNear(peer, nowMs)) return false
      const theirs = sum(Object.values(report.databases))
      return theirs > own || (theirs === own && peer < name)
    })
  }

  /** Whose claim equals the promise. An edge promises as it hears, and so follows the highest claim (G36). */
  #current(): Claimant | undefined {
    const { peers, rules, record, nowMs } = this.context
    return peers.claims(nowMs).find(({ claim }) => rules.follows(claim.epoch, record.promised))
  }

  #report(primary: Primary | null): Report {
    const { record, peers } = this.context
    const echo = this.#echo
    return {
      type: 'report',
      promised: record.promised,
      member: record.member,
      heard: peers.heard(),
      databases: Object.fromEntries(this.#databases),
      claim: primary?.reign.claim() ?? null,
      echo: echo === null ? null : { epoch: echo.epoch, beat: echo.beat },
    }
  }

  /** G11: LiteFS notices a silent primary only after minutes; its stream is cut once nobody stands behind it. */
  #cutStray(): void {
    const named = this.#named
    if (named === null || this.#litefs !== 'replica') return
    const { nowMs } = this.context
    const current = this.#current()
    if (current?.node === named.node) {
      named.straySinceMs = null
      return
    }
    named.straySinceMs ??= nowMs
    if (current === undefined && nowMs - named.straySinceMs < limits.strayMs) return
    this.#named = null
    this.context.emit({ type: 'cut-stream', to: named.node })
  }
}

function sum(positions: Iterable<LtxPosition>): number {
  let total = 0
  for (const { txid } of positions) total += txid
  return total
}
