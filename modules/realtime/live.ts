import type { Static } from '@sinclair/typebox'
import type { Change, LogPlace } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'
import type { Neighbours } from '../../src/node/neighbours.ts'
import type { Admissions, capsuleChanged } from '../capsule/index.ts'
import { type AddressShare, AddressShares } from './addresses.ts'
import { Audience, type Topics } from './audience.ts'
import type { Clock } from './clock.ts'
import { type Closing, closing } from './codes.ts'
import { LiveCounts } from './counts.ts'
import { Crowd } from './crowd.ts'
import { placeOf } from './cursor.ts'
import { Doorkeeper } from './doorkeeper.ts'
import type { LiveLimits } from './limits.ts'
import type { Member } from './member.ts'
import { pace } from './pace.ts'
import type { Sources } from './sources.ts'

export interface LiveOptions {
  readonly sources: Sources
  readonly topics: Topics
  readonly clock: Clock
  readonly limits: LiveLimits
  readonly reportBug: (error: unknown) => void
  /** Whether what a member was granted is still good. */
  readonly stands: Admissions['stands']
  /** The other nodes of a cluster. */
  readonly neighbours?: Neighbours | undefined
}

interface Waiting {
  readonly member: Member
  readonly cursor: LogPlace
  readonly untilMs: number
}

const behindEveryMs = 50

/** The audiences of this node. It hears of confirmed changes and tells them on; it is told of members and forgets them. */
export class Live {
  readonly counts = new LiveCounts()
  /** Hears how long something was on its way when the last one of an audience was told. */
  onDelivered: (ms: number) => void = () => {}
  readonly #audiences = new Map<string, Audience>()
  /** Without members, oldest first. */
  readonly #empty = new Set<Audience>()
  readonly #waiting = new Set<Waiting>()
  readonly #shares: AddressShares
  readonly #crowd: Crowd
  readonly #doorkeeper: Doorkeeper
  #connections = 0
  #draining = false
  #stopHeartbeat: () => void = () => {}

  constructor(readonly options: LiveOptions) {
    this.#shares = new AddressShares(options.limits)
    this.#doorkeeper = new Doorkeeper(options)
    this.#crowd = new Crowd({
      neighbours: options.neighbours,
      clock: options.clock,
      own: (capsuleId) => this.people(capsuleId),
      ownCapsules: () => this.#audiences.keys(),
      onPeople: (capsuleId) => this.#audiences.get(capsuleId)?.state.mark('people'),
      onReactions: (capsuleId, counts) => {
        const state = this.#audiences.get(capsuleId)?.state
        for (const [reaction, times] of Object.entries(counts)) state?.react(reaction, times)
      },
    })
    this.#beat()
  }

  get connections(): number {
    return this.#connections
  }

  get audiences(): number {
    return this.#audiences.size
  }

  /** Events that are kept for who comes back. */
  get eventsKept(): number {
    let kept = 0
    for (const audience of this.#audiences.values()) kept += audience.kept
    return kept
  }

  /** Members of a capsule on this node. */
  people(capsuleId: string): number {
    return this.#audiences.get(capsuleId)?.members.size ?? 0
  }

  /**
   * Whether one more connection is possible; counted until `leave` or `release`.
   * @throws AppError rate-limited for the address; unavailable for the capsule, the node, or a node that shuts down (R21, R28).
   */
  admit(address: string, capsuleId: string): AddressShare {
    const { limits } = this.options
    const refuse = (error: AppError) => {
      this.counts.refused++
      return error
    }
    if (this.#draining) throw refuse(new AppError('unavailable', 'This node shuts down.', { retryAfterS: 1 }))
    if (this.#connections >= limits.connectionsPerNodeMax) {
      const message = `This node has ${limits.connectionsPerNodeMax} live connections, and takes no more.`
      throw refuse(new AppError('unavailable', message, { retryAfterS: 30 }))
    }
    if (this.people(capsuleId) >= limits.connectionsPerCapsuleMax) {
      const message = `This capsule has ${limits.connectionsPerCapsuleMax} live connections here, and takes no more.`
      throw refuse(new AppError('unavailable', message, { retryAfterS: 30 }))
    }
    const share = this.#shares.enter(address)
    if (share === undefined) {
      const message = `An address has at most ${limits.connectionsPerAddressMax} live connections.`
      throw refuse(new AppError('rate-limited', message, { retryAfterS: 30 }))
    }
    this.#connections++
    return share
  }

  /** Gives back what `admit` counted, when nothing came of it. */
  release(share: AddressShare): void {
    this.#connections--
    this.#shares.leave(share)
  }

  /** A member that was admitted is there. */
  join(member: Member, asked: { protocol: string | null; cursor: string | null }): void {
    this.counts.opened++
    if (this.#draining) return member.close(closing.restart)
    if (asked.protocol !== null && asked.protocol !== '1') return member.close(closing.protocol)
    if (member.admission === undefined) return member.close(closing.denied)
    const audience = this.#audienceOf(member.capsuleId)
    if (audience === undefined) return member.close(closing.absent)
    this.#doorkeeper.watch(member)
    const cursor = asked.cursor === null ? 'none' : (placeOf(asked.cursor) ?? 'unknown')
    const outcome = audience.join(member, cursor)
    if (outcome !== 'behind' || typeof cursor === 'string') {
      this.#count(outcome)
      this.#empty.delete(audience)
      return
    }
    if (audience.members.size === 0) this.#empty.add(audience)
    const untilMs = this.options.clock.passedMs() + this.options.limits.behindMsMax
    this.#waiting.add({ member, cursor, untilMs })
    if (this.#waiting.size === 1) this.options.clock.after(behindEveryMs, () => this.#lookAgain())
  }

  /** A member is gone, whoever ended it. @param code by which it was ended. */
  leave(member: Member, code: number | 'other' = 1006): void {
    if (member.isGone) return
    member.isGone = true
    this.counts.endings.add(code)
    member.cancelLook?.()
    this.release(member.address)
    const { audience } = member
    audience?.leave(member)
    if (audience?.members.size === 0) this.#keepEmpty(audience)
  }

  /** Whether a member may say one more thing; closed when not (R22). */
  mayTalk(member: Member): boolean {
    const { clock, limits } = this.options
    const nowMs = clock.passedMs()
    this.counts.messages++
    const paidMs = pace(member.paidMs, nowMs, limits.messagesPerSecond, limits.messagesBurst)
    if (paidMs !== undefined && this.#shares.take(member.address, nowMs)) {
      member.paidMs = paidMs
      return true
    }
    this.counts.flooded++
    member.close(closing.flood)
    return false
  }

  /** A confirmed change of a capsule. */
  capsuleChanged(change: Change<Static<typeof capsuleChanged.payload>>): void {
    const audience = this.#audiences.get(change.subject)
    if (audience === undefined) return
    const version = this.options.sources.version(change.subject)
    if (version === undefined) {
      this.#forget(audience)
      return audience.close(closing.gone)
    }
    audience.tell(change)
    if (audience.state.version === version) return
    audience.state.version = version
    audience.state.mark('totals')
  }

  /** Who may see a capsule may have changed: whoever may not any more is sent away (R32). */
  admissionsChanged(capsuleId: string): void {
    for (const member of [...(this.#audiences.get(capsuleId)?.members ?? [])]) this.#doorkeeper.lookAt(member)
    for (const { member } of [...this.#waiting]) if (member.capsuleId === capsuleId) this.#doorkeeper.lookAt(member)
  }

  /** Something of a capsule's state may have changed. */
  mark(capsuleId: string, part: 'totals' | 'stage' | 'questions'): void {
    this.#audiences.get(capsuleId)?.state.mark(part)
  }

  react(member: Member, reaction: string): void {
    if (member.audience === undefined) return
    member.audience.state.react(reaction)
    this.#crowd.react(member.capsuleId, reaction)
  }

  /** The log is another one than it was (an epoch that did not keep what was told): everybody comes back and is told (R9). */
  restart(): void {
    for (const audience of [...this.#audiences.values()]) {
      this.#forget(audience)
      audience.close(closing.restart)
    }
  }

  /** Takes nobody more and sends everybody away, to come back elsewhere or later (R28). */
  drain(): void {
    this.#draining = true
    this.#stopHeartbeat()
    for (const { member } of this.#waiting) member.close(closing.restart)
    this.#waiting.clear()
    this.restart()
  }

  #audienceOf(capsuleId: string): Audience | undefined {
    const known = this.#audiences.get(capsuleId)
    if (known !== undefined) return known
    const version = this.options.sources.version(capsuleId)
    if (version === undefined) return undefined
    const audience = new Audience(capsuleId, version, {
      ...this.options,
      elsewhere: (id) => this.#crowd.elsewhere(id),
      onPeople: (id) => this.#crowd.changed(id),
      onSlow: () => this.counts.slow++,
      onDelivered: (ms) => this.onDelivered(ms),
    })
    this.#audiences.set(capsuleId, audience)
    return audience
  }

  #keepEmpty(audience: Audience): void {
    if (this.#audiences.get(audience.capsuleId) !== audience) return
    this.#empty.add(audience)
    if (this.#empty.size <= this.options.limits.emptyAudiencesMax) return
    for (const oldest of this.#empty) return this.#forget(oldest)
  }

  #forget(audience: Audience): void {
    this.#empty.delete(audience)
    if (this.#audiences.get(audience.capsuleId) === audience) this.#audiences.delete(audience.capsuleId)
  }

  /** Those whom this node could not tell everything yet (R10). */
  #lookAgain(): void {
    for (const waiting of [...this.#waiting]) {
      const { member, cursor, untilMs } = waiting
      if (!member.isGone) {
        const late = this.options.clock.passedMs() >= untilMs
        const why = late ? closing.behind : this.#retry(member, cursor)
        if (why === 'behind') continue
        if (why !== 'joined') member.close(why)
      }
      this.#waiting.delete(waiting)
    }
    if (this.#waiting.size > 0) this.options.clock.after(behindEveryMs, () => this.#lookAgain())
  }

  #retry(member: Member, cursor: LogPlace): 'joined' | 'behind' | Closing {
    const audience = this.#audienceOf(member.capsuleId)
    if (audience === undefined) return closing.absent
    const outcome = audience.join(member, cursor)
    if (outcome === 'behind') return outcome
    this.#empty.delete(audience)
    this.#count(outcome)
    return 'joined'
  }

  #count(outcome: 'fresh' | 'recovered' | 'lost' | 'behind'): void {
    if (outcome === 'recovered' || outcome === 'lost') this.counts[outcome]++
  }

  #beat(): void {
    this.#stopHeartbeat = this.options.clock.after(this.options.limits.heartbeatMs, () => {
      this.#beat()
      for (const audience of this.#audiences.values()) {
        if (audience.members.size === 0) continue
        try {
          audience.heartbeat()
        } catch (error) {
          this.options.reportBug(error)
        }
      }
    })
  }
}
