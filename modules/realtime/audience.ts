import type { Change, LogPlace } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import type { Clock } from './clock.ts'
import { type Closing, closing } from './codes.ts'
import { cursorOf } from './cursor.ts'
import { Frame } from './frame.ts'
import { History } from './history.ts'
import type { LiveLimits } from './limits.ts'
import type { Member } from './member.ts'
import { eventKinds, eventOf } from './messages.ts'
import type { Sources } from './sources.ts'
import { State } from './state.ts'

/** Bun's native topics, or what stands for them in a simulation. Returns bytes sent; 0 or less: somebody reads too slowly. */
export interface Topics {
  publish(topic: string, text: string): number
}

export interface AudienceOptions {
  readonly sources: Sources
  readonly topics: Topics
  readonly clock: Clock
  readonly limits: LiveLimits
  readonly reportBug: (error: unknown) => void
  /** People of this capsule on other nodes. */
  readonly elsewhere: (capsuleId: string) => number
  /** Members came or went. */
  readonly onPeople: (capsuleId: string) => void
  /** Hears of each member that was too slow. */
  readonly onSlow: () => void
  /** Hears how long something was on its way when the last one was told. */
  readonly onDelivered: (ms: number) => void
}

/** A capsule's sockets are spread over so many topics, so that state can be told to some at a time. */
const topicsPerCapsule = 8
/** From so many members on, requests get a turn between the topics. */
const turnsFrom = 1_000
const slowSweepEveryMs = 500

/** Everybody on this node who has one capsule open. */
export class Audience {
  readonly members = new Set<Member>()
  readonly state: State
  readonly #streams = new Set<Member>()
  readonly #organizationId: OrganizationId
  readonly #topics: readonly string[]
  #history: History | undefined
  #joined = 0
  #incarnation: number | undefined
  #sweepAtMs = 0

  constructor(
    readonly capsuleId: string,
    version: number,
    private readonly options: AudienceOptions,
  ) {
    this.#organizationId = organizationOf(capsuleId)
    this.#topics = Array.from({ length: topicsPerCapsule }, (_, n) => `live/${capsuleId}/${n}`)
    const publish = (frame: Frame) => this.#tellInTurns(frame, 0, options.clock.passedMs())
    const elsewhere = () => options.elsewhere(capsuleId)
    this.state = new State({ ...options, capsuleId, people: () => this.members.size, elsewhere, publish }, version)
  }

  /** How many events are kept. */
  get kept(): number {
    return this.#history?.size ?? 0
  }

  /**
   * Takes a member in and tells it where things stand and what it missed (R6 to R9); `behind` when this node has not come
   * as far as the member (R10), which is not taken in then.
   */
  join(member: Member, cursor: LogPlace | 'none' | 'unknown'): 'fresh' | 'recovered' | 'lost' | 'behind' {
    const head = this.options.sources.log.head(this.#organizationId)
    if (this.#isAnother(head)) this.close(closing.restart)
    const missed = typeof cursor === 'string' ? undefined : this.#historyUpTo().since(cursor, head)
    if (missed?.state === 'behind') return 'behind'
    if (this.members.size === 0) this.state.catchUp()
    member.audience = this
    this.members.add(member)
    if (member.hasTopics) member.subscribe(this.#topics[this.#joined++ % topicsPerCapsule] ?? '')
    else this.#streams.add(member)
    if (missed?.state === 'recovered') {
      member.send(new Frame(`{${this.#hello()},"recovered":true}`))
      for (const frame of missed.frames) member.send(frame)
      member.send(this.#heartbeat(head))
    } else {
      const at = cursorOf(head)
      const recovered = cursor === 'none' ? '' : ',"recovered":false'
      member.send(new Frame(`{${this.#hello()}${recovered},"cursor":"${at}"}`, at))
    }
    this.state.mark('people')
    this.options.onPeople(this.capsuleId)
    return missed?.state ?? (cursor === 'none' ? 'fresh' : 'lost')
  }

  leave(member: Member): void {
    if (!this.members.delete(member)) return
    this.#streams.delete(member)
    member.audience = undefined
    this.options.onPeople(this.capsuleId)
    if (this.members.size > 0) this.state.mark('people')
    else this.state.stop()
  }

  /** Tells a confirmed change of the capsule, if it is an event (R11, R12). */
  tell(change: Change): void {
    const frame = eventOf(change)
    if (frame === undefined) return
    if (this.#isAnother(change)) return this.close(closing.restart)
    this.#history?.add(change, frame)
    this.#publish(frame)
    this.#delivered(this.options.clock.nowMs() - change.atMs)
  }

  heartbeat(): void {
    const head = this.options.sources.log.head(this.#organizationId)
    if (this.#isAnother(head)) this.close(closing.restart)
    else this.#publish(this.#heartbeat(head))
  }

  close(why: Closing): void {
    this.state.stop()
    for (const member of [...this.members]) member.close(why)
  }

  /** The log began anew: whoever was told of the old one comes back and takes all of it for new (R9). */
  #isAnother({ incarnation }: LogPlace): boolean {
    const before = this.#incarnation
    this.#incarnation = incarnation
    if (before === undefined || before === incarnation) return false
    this.#history = undefined
    return true
  }

  #hello(): string {
    const { heartbeatMs } = this.options.limits
    const { version } = this.state
    return `"type":"hello","protocol":1,"version":${version},"heartbeatMs":${heartbeatMs},"spreadMs":${this.#spreadMs()},"state":${this.state.whole()}`
  }

  #heartbeat(head: LogPlace): Frame {
    const cursor = cursorOf(head)
    return new Frame(`{"type":"heartbeat","cursor":"${cursor}","spreadMs":${this.#spreadMs()}}`, cursor)
  }

  /** How long clients spread what they all do at once over (R26). */
  #spreadMs(): number {
    return Math.min(this.options.limits.spreadMsMax, Math.round(this.members.size / 2))
  }

  #historyUpTo(): History {
    const { sources, limits } = this.options
    if (this.#history === undefined) {
      const query = { subject: this.capsuleId, kinds: eventKinds, rowsMax: limits.changesScannedMax }
      const recent = sources.log.recent(this.#organizationId, query)
      const events = recent.changes.flatMap((change) => {
        const frame = eventOf(change)
        return frame === undefined ? [] : [{ sequence: change.sequence, frame }]
      })
      this.#history = new History(recent, events, limits.eventsKeptMax)
    }
    return this.#history
  }

  /** To all at once: events keep their order among themselves. */
  #publish(frame: Frame): void {
    for (const topic of this.#topics) this.#publishTo(topic, frame)
    for (const member of this.#streams) member.send(frame)
  }

  /** A topic at a time when there are many: ten thousand writes to sockets would keep requests waiting. */
  #tellInTurns(frame: Frame, from: number, dueMs: number): void {
    const many = this.members.size >= turnsFrom
    for (let n = from; n < topicsPerCapsule; n++) {
      this.#publishTo(this.#topics[n] ?? '', frame)
      if (many && n + 1 < topicsPerCapsule) {
        this.options.clock.after(0, () => this.#tellInTurns(frame, n + 1, dueMs))
        return
      }
    }
    for (const member of this.#streams) member.send(frame)
    this.#delivered(this.options.clock.passedMs() - dueMs)
  }

  /** An event counts from its commit, a state from when it was due. Another node's clock may be ahead of ours. */
  #delivered(tookMs: number): void {
    if (this.members.size > 0) this.options.onDelivered(Math.max(0, tookMs))
  }

  #publishTo(topic: string, frame: Frame): void {
    if (this.options.topics.publish(topic, frame.text) <= 0) this.#sweepSlow()
  }

  /** Who has too much waiting is told so, and comes back with its cursor (R23). */
  #sweepSlow(): void {
    const nowMs = this.options.clock.passedMs()
    if (nowMs < this.#sweepAtMs) return
    this.#sweepAtMs = nowMs + slowSweepEveryMs
    for (const member of [...this.members]) {
      if (member.bufferedBytes() <= this.options.limits.bufferedBytesMax) continue
      this.options.onSlow()
      member.close(closing.slow)
    }
  }
}
