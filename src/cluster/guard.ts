import { Campaign, type Outcome } from './campaign.ts'
import { type Cause, GuardContext, type GuardOptions } from './context.ts'
import { limits, unconfirmedMax } from './limits.ts'
import { Membership } from './membership.ts'
import type { Offer, Report, Vote } from './messages.ts'
import { Primary } from './primary.ts'
import { Reporter } from './reporter.ts'
import { rules as standard } from './rules.ts'
import type { GuardEffect, GuardEvent, GuardRecord } from './steps.ts'
import { Voter } from './voter.ts'

type Role =
  /** Follows whoever is primary, or waits. */
  | { readonly state: 'following' }
  /** Tries to become primary. `keeps`: it holds the lease already, under a lower epoch, and stands in place (G24). */
  | { readonly state: 'standing'; readonly campaign: Campaign; readonly keeps: Primary | null }
  | { readonly state: 'primary'; readonly primary: Primary }

/** What others may know of a guard. */
export interface GuardStatus {
  readonly role: 'following' | 'standing' | 'granted' | 'opening' | 'open' | 'draining' | 'offering'
  readonly record: GuardRecord
  readonly epoch: number | null
}

export type { GuardOptions } from './context.ts'

/**
 * One node's guard: decides who may be primary, and what is confirmed. A deterministic state machine without input or
 * output of its own: whoever drives it carries out the effects of each step in order (G2).
 */
export class Guard {
  readonly #context: GuardContext
  readonly #reporter: Reporter
  readonly #voter: Voter
  readonly #membership: Membership
  #role: Role = { state: 'following' }
  /** Before this it does not stand. */
  #restUntilMs = Number.NEGATIVE_INFINITY
  /** When LiteFS began to ask for the lease, and when it last did. */
  #asked = { sinceMs: Number.NEGATIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY }

  /** @throws Error when the candidates are neither 1 nor 3, or this candidate is not among them. */
  constructor(options: Omit<GuardOptions, 'rules'> & Partial<Pick<GuardOptions, 'rules'>>) {
    checkCandidates(options)
    this.#context = new GuardContext({ rules: standard, ...options })
    this.#reporter = new Reporter(this.#context)
    this.#voter = new Voter(this.#context, () => this.#primary !== null)
    this.#membership = new Membership(this.#context)
  }

  get status(): GuardStatus {
    const role = this.#role.state === 'primary' ? this.#role.primary.state : this.#role.state
    return { role, record: this.#context.record, epoch: this.#primary?.reign.epoch ?? null }
  }

  /** G11: the primary that LiteFS may be told of; null while there is none, or this node is it. */
  primary(nowMs: number): { readonly node: string; readonly epoch: number } | null {
    this.#context.begin(nowMs)
    return this.#primary === null ? this.#reporter.name() : null
  }

  step(event: GuardEvent, nowMs: number): readonly GuardEffect[] {
    this.#context.begin(nowMs)
    this.#handle(event)
    return this.#context.take()
  }

  get #primary(): Primary | null {
    if (this.#role.state === 'primary') return this.#role.primary
    return this.#role.state === 'standing' ? this.#role.keeps : null
  }

  #handle(event: GuardEvent): void {
    const { options } = this.#context
    switch (event.type) {
      case 'tick':
        return this.#tick()
      case 'message':
        if (this.#context.peers.accept(event.from, event.incarnation, event.counter)) this.#hear(event.from, event)
        return
      case 'acquire':
        if (options.role === 'edge') return this.#answer(event.request, false)
        return this.#acquire(event)
      case 'renew': {
        const granted = this.#primary?.renews(event.session) ?? false
        return this.#context.emit({ type: 'answer-renew', request: event.request, granted })
      }
      case 'litefs':
        return this.#onLitefs(event.state, event.follows)
      case 'moved':
        return this.#reporter.moved(event.database, event.to, this.#primary)
      case 'position':
      case 'admission':
        return this.#onReading(event)
      case 'opened':
      case 'committed':
      case 'drained':
        if (this.#role.state === 'primary') this.#role.primary.on(event)
        return this.#confirm()
      case 'writer-lost':
        if (this.#primary?.reign.epoch === event.epoch) this.#onWriterLost()
        return
      case 'handoff':
        if (this.#role.state === 'primary') return this.#role.primary.handOff(event.to)
        return this.#context.emit({ type: 'handoff-ended', to: event.to, failed: 'This node is not the primary.' })
    }
  }

  #hear(from: string, { message }: GuardEvent & { type: 'message' }): void {
    switch (message.type) {
      case 'report':
        return this.#onReport(from, message)
      case 'canvass':
        return this.#voter.onCanvass(from, message)
      case 'vote':
        return this.#onVote(from, message)
      case 'canvassed':
        return this.#campaign((campaign) =>
          campaign.onCanvassed(from, message.round, message.promised, message.refused),
        )
      case 'voted':
        return this.#campaign((campaign) => campaign.onVoted(from, message.epoch, message.promised, message.refused))
      case 'offer':
        return this.#onOffer(from, message)
    }
  }

  #onReport(from: string, report: Report): void {
    const { record, peers, nowMs } = this.#context
    peers.note(from, report, nowMs)
    if (report.claim !== null && report.claim.epoch > record.promised) {
      this.#yield(`${from} is primary under epoch ${report.claim.epoch}`)
      this.#context.promise(report.claim.epoch)
    }
    if (report.claim !== null && this.#reporter.hears(from, report.claim)) this.#membership.onClaim(report.claim)
    this.#membership.found()
    if (this.#role.state !== 'primary') return
    const ahead = this.#role.primary.hear(from, report)
    this.#confirm()
    if (ahead) this.#standInPlace(`${from} has promised a higher epoch`)
  }

  #onVote(from: string, vote: Vote): void {
    const handed = this.#role.state === 'primary' && this.#role.primary.hasOffered(from, vote.offer)
    this.#voter.onVote(from, vote, handed, (epoch) => this.#yield(`it votes for ${from} in epoch ${epoch}`, handed))
  }

  /** G30: the primary wants this node to take over. */
  #onOffer(from: string, offer: Offer): void {
    const { record, rules } = this.#context
    if (!rules.hasVoice(record.member) || record.promised !== offer.epoch || this.#role.state !== 'following') return
    if (this.#reporter.name()?.node === from) this.#stand({ by: 'offer', offer, from }, null)
  }

  #onReading(event: GuardEvent & { type: 'position' | 'admission' }): void {
    const reading = this.#context.takeReading(event.ask)
    if (reading === undefined) return
    if (event.type === 'admission') return this.#membership.onAdmission(reading, event.position, event.held)
    if (reading.for === 'campaign') return this.#campaign((campaign) => campaign.onPosition(event.ask, event.position))
    const mayHand = this.#voter.onPosition(reading, event.position)
    if (!mayHand || reading.for !== 'vote') return
    this.#context.peers.noteHanded(reading.from, this.#context.nowMs)
    this.#context.emit({ type: 'hand-lease', to: reading.from })
  }

  #acquire({ request, session }: { readonly request: number; readonly session: string }): void {
    const { peers, record, rules, quorum, nowMs } = this.#context
    if (this.#role.state === 'primary') {
      if (this.#role.primary.takeLease(session)) return this.#answer(request, true)
      this.#yield('LiteFS asks for the lease again')
      return this.#answer(request, false)
    }
    if (this.#role.state === 'standing') return this.#answer(request, false)
    if (nowMs - this.#asked.lastMs > limits.silenceMs) this.#asked.sinceMs = nowMs
    this.#asked.lastMs = nowMs
    const waits = this.#reporter.knowsBetter() && nowMs - this.#asked.sinceMs < limits.deferMs
    const near = peers.names.filter((name) => peers.isNear(name, nowMs)).length
    const may = rules.hasVoice(record.member) && nowMs >= this.#restUntilMs && !waits && near >= quorum - 1
    if (may && peers.areQuiet(null, nowMs)) this.#stand({ by: 'acquisition', request, session }, null)
    else this.#answer(request, false)
  }

  #stand(cause: Cause, keeps: Primary | null): void {
    this.#role = { state: 'standing', campaign: new Campaign(this.#context, cause), keeps }
  }

  /** G24 */
  #standInPlace(reason: string): void {
    if (this.#role.state !== 'primary') return
    const { primary } = this.#role
    if (primary.state === 'granted' || primary.reign.session === null) return this.#yield(reason)
    primary.end(reason)
    this.#stand({ by: 'place', session: primary.reign.session }, primary)
  }

  /** What keeps a writer from opening would keep the next one too: somebody else may be able to (G24). */
  #onWriterLost(): void {
    const hasOpened = this.#role.state === 'primary' && this.#role.primary.reign.lastOpening !== null
    if (hasOpened) this.#standInPlace('the writer is lost or in doubt')
    else if (this.#role.state === 'primary') this.#yield('the writer could not open')
  }

  #campaign(turn: (campaign: Campaign) => Outcome): void {
    if (this.#role.state !== 'standing') return
    const { campaign, keeps } = this.#role
    const outcome = turn(campaign)
    if (outcome.state === 'won') return this.#win(campaign.cause, outcome.epoch)
    if (outcome.state === 'open') return
    const { nowMs } = this.#context
    this.#restUntilMs = nowMs + (keeps === null ? this.#context.backOffMs(outcome.deferred) : limits.restMs)
    this.#role = { state: 'following' }
    if (campaign.cause.by === 'acquisition') this.#answer(campaign.cause.request, false)
    if (keeps !== null) this.#reporter.report(null)
  }

  #win(cause: Cause, epoch: number): void {
    const session = cause.by === 'offer' ? null : cause.session
    const primary = new Primary(this.#context, epoch, session, cause.by === 'place' ? 'opening' : 'granted')
    this.#role = { state: 'primary', primary }
    if (cause.by === 'acquisition') this.#answer(cause.request, true)
    this.#reporter.report(primary)
  }

  /** Ends whatever this node holds or strives for; to be called before a higher promise is written (G28). */
  #yield(reason: string, handed = false): void {
    const role = this.#role
    if (role.state === 'following') return
    this.#role = { state: 'following' }
    if (role.state === 'primary') {
      role.primary.end(reason, handed)
      this.#restUntilMs = this.#context.nowMs + limits.restMs
      this.#reporter.report(null)
    } else if (role.campaign.cause.by === 'acquisition') this.#answer(role.campaign.cause.request, false)
  }

  #onLitefs(state: 'primary' | 'replica' | 'gone', follows: string | null): void {
    this.#reporter.onLitefs(state, follows)
    if (state === 'gone') return this.#yield('LiteFS is gone')
    if (this.#role.state !== 'primary') return
    const { primary } = this.#role
    if (state === 'primary') primary.open()
    else if (primary.state !== 'granted') this.#yield('LiteFS lost the lease')
  }

  #tick(): void {
    this.#membership.found()
    if (this.#role.state === 'standing') this.#campaign((campaign) => campaign.onTick())
    else if (this.#role.state === 'primary') {
      const failed = this.#role.primary.tick()
      if (failed !== null) this.#yield(failed)
    }
    this.#confirm()
    this.#reporter.tick(this.#primary, this.#role.state === 'following')
  }

  #confirm(): void {
    if (this.#role.state !== 'primary') return
    const { primary } = this.#role
    if (primary.confirm()) this.#reporter.announce(primary)
    if (primary.reign.tally.size > unconfirmedMax) this.#yield('too much is not confirmed')
  }

  #answer(request: number, granted: boolean): void {
    this.#context.emit({ type: 'answer-acquire', request, granted })
  }
}

/** G26 */
function checkCandidates({ name, role, candidates }: Pick<GuardOptions, 'name' | 'role' | 'candidates'>): void {
  const count = new Set(candidates).size
  if (count !== candidates.length) throw new Error('A candidate is named twice.')
  if (count === 2) {
    throw new Error('Two candidates can neither lose one nor confirm without both: name one, or three.')
  }
  if (count !== 1 && count !== 3) throw new Error(`There are ${count} candidates: name one, or three.`)
  if (role === 'candidate' && !candidates.includes(name))
    throw new Error(`This node, ${name}, is not among the candidates.`)
}
