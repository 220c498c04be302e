import type { GuardContext } from './context.ts'
import { limits } from './limits.ts'
import type { Report } from './messages.ts'
import { Reign } from './reign.ts'
import type { GuardEvent, NotedCommit } from './steps.ts'

type State =
  /** May have the lease; LiteFS has not said yet that it took it. */
  | { readonly name: 'granted' }
  /** The writer opens; its opening rows are not confirmed. */
  | { readonly name: 'opening' }
  | { readonly name: 'open' }
  /** Ends what is under way, for a handoff. */
  | { readonly name: 'draining'; readonly to: string; readonly drained: boolean }
  /** Has offered its lease, and commits nothing. */
  | { readonly name: 'offering'; readonly to: string; readonly offer: string }

/** A guard's part while its node holds, or is about to hold, the lease under one epoch (G19–G31). */
export class Primary {
  readonly reign: Reign
  #state: State
  #sinceMs: number
  /** Since when a member reports a higher promise. */
  readonly #aheadSinceMs = new Map<string, number>()

  constructor(
    private readonly context: GuardContext,
    epoch: number,
    session: string | null,
    state: 'granted' | 'opening',
  ) {
    const { quorum, peers, rules, nowMs } = context
    this.reign = new Reign({ epoch, session, peers: peers.names, quorum, sinceMs: nowMs, rules })
    this.#state = { name: 'granted' }
    this.#sinceMs = nowMs
    if (state === 'opening') this.open()
  }

  get state(): State['name'] {
    return this.#state.name
  }

  /** LiteFS has the lease: the writer may open (G19). Once per epoch. */
  open(): void {
    if (this.#state.name !== 'granted') return
    this.#become({ name: 'opening' })
    this.context.emit({ type: 'open-primary', epoch: this.reign.epoch })
  }

  /** LiteFS asks for the lease that was granted, for the first time or because it missed the answer. */
  takeLease(session: string): boolean {
    if (this.#state.name !== 'granted') return false
    this.reign.session = session
    return true
  }

  /** G27 */
  renews(session: string): boolean {
    return session === this.reign.session && !this.#isAlone()
  }

  on(event: GuardEvent & { readonly type: 'opened' | 'committed' | 'drained' }): void {
    const { reign } = this
    if (event.epoch !== reign.epoch) return
    if (event.type === 'opened' && this.#state.name === 'opening' && reign.lastOpening === null) {
      for (const commit of event.commits) reign.note(commit)
      reign.lastOpening = event.commits.at(-1)?.number ?? null
    } else if (event.type === 'committed') this.#note(event.commit)
    else if (event.type === 'drained' && this.#state.name === 'draining') {
      this.#state = { ...this.#state, drained: true }
    }
  }

  /** Takes a report into account. Returns whether a member has been under a higher promise for too long (G24). */
  hear(from: string, report: Report): boolean {
    const { nowMs, rules } = this.context
    const { reign } = this
    reign.hear(from, report)
    if (!rules.hasVoice(report.member)) {
      const nonce = this.context.peers.incarnationOf(from)
      if (this.state === 'open' && nonce !== null && reign.wantsNonce(from, nonce, nowMs)) {
        this.context.emit({ type: 'commit-nonce', node: from, nonce })
      }
      return false
    }
    if (report.promised <= reign.epoch) {
      this.#aheadSinceMs.delete(from)
      return false
    }
    const sinceMs = this.#aheadSinceMs.get(from) ?? nowMs
    this.#aheadSinceMs.set(from, sinceMs)
    return nowMs - sinceMs > limits.promiseAheadMs
  }

  /** Announces what is newly confirmed; the first time this opens the primary (G20). Returns whether there was anything. */
  confirm(): boolean {
    const number = this.reign.confirm(this.context.nowMs)
    if (number !== null) {
      if (this.#state.name === 'opening') this.#become({ name: 'open' })
      this.context.emit({ type: 'confirmed', position: { epoch: this.reign.epoch, number } })
    }
    this.#offer()
    return number !== null
  }

  /** G29 */
  handOff(to: string): void {
    const refusal = this.#refusalOf(to)
    if (refusal !== null) return this.context.emit({ type: 'handoff-ended', to, failed: refusal })
    this.#become({ name: 'draining', to, drained: false })
    this.context.emit({ type: 'drain' })
  }

  /** G30 */
  hasOffered(to: string, offer: string | null): boolean {
    return this.#state.name === 'offering' && this.#state.to === to && this.#state.offer === offer
  }

  /** Returns why this node has to step down; null when it need not. */
  tick(): string | null {
    const passedMs = this.context.nowMs - this.#sinceMs
    const state = this.#state
    if (this.#isAlone()) return 'no quorum answers'
    if (state.name === 'granted' && passedMs > limits.grantMaxMs) return 'LiteFS did not take the lease'
    if (state.name === 'opening' && passedMs > limits.openMaxMs) return 'the opening rows were not confirmed'
    if ((state.name === 'draining' || state.name === 'offering') && passedMs > limits.handoffMaxMs) {
      this.#become({ name: 'open' })
      this.context.emit({ type: 'resume' })
      const failed = state.name === 'draining' ? 'The target did not catch up.' : 'The target did not take over.'
      this.context.emit({ type: 'handoff-ended', to: state.to, failed })
    }
    return null
  }

  /** G28: this epoch is over for this node. */
  end(reason: string, handed = false): void {
    const state = this.#state
    if (state.name === 'draining' || state.name === 'offering') {
      this.context.emit({ type: 'handoff-ended', to: state.to, failed: handed ? null : reason })
    }
    this.context.emit({ type: 'step-down', epoch: this.reign.epoch, reason })
  }

  #note(commit: NotedCommit): void {
    if (this.reign.lastOpening !== null) this.reign.note(commit)
  }

  #refusalOf(to: string): string | null {
    const { context, reign } = this
    if (this.state !== 'open') return `The primary is ${this.state}.`
    if (!context.peers.names.includes(to)) return `There is no other candidate ${to}.`
    const ageMs = context.nowMs - reign.tally.freshMsOf(to)
    return ageMs <= limits.echoMaxMs ? null : `${to} does not follow this primary.`
  }

  /** Makes the offer when everything is confirmed and the target is exactly here (G29). */
  #offer(): void {
    const state = this.#state
    const { tally, epoch, confirmed } = this.reign
    if (state.name !== 'draining' || !state.drained) return
    if (confirmed !== tally.last || tally.prefixOf(state.to) !== tally.last) return
    const offer = this.context.makeNonce()
    this.#become({ name: 'offering', to: state.to, offer })
    this.context.send(state.to, { type: 'offer', epoch, offer, position: { epoch, number: tally.last } })
  }

  #isAlone(): boolean {
    return this.reign.aloneMs(this.context.nowMs) > limits.majorityMs
  }

  #become(state: State): void {
    this.#state = state
    this.#sinceMs = this.context.nowMs
  }
}
