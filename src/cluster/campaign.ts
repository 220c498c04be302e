import { comparePositions, type Position } from '../db/position.ts'
import type { Cause, GuardContext } from './context.ts'
import { limits } from './limits.ts'
import type { Refusal } from './messages.ts'

type Phase =
  /** Reading the own prefix before asking whether one would be voted for. */
  | { readonly state: 'looking'; readonly ask: number }
  | { readonly state: 'canvassing'; readonly round: number }
  /** The epoch is promised; reading the own prefix before asking for votes. */
  | { readonly state: 'promising'; readonly epoch: number; readonly ask: number }
  | { readonly state: 'standing'; readonly epoch: number }

export type Outcome =
  | { readonly state: 'open' }
  | { readonly state: 'won'; readonly epoch: number }
  | { readonly state: 'lost'; readonly deferred: boolean }

const open: Outcome = { state: 'open' }

/** One try to become primary: a pre-vote, then a vote (G12–G17). Who wins, or gives up, is told by each method's answer. */
export class Campaign {
  #phase: Phase
  #sinceMs: number
  readonly #yes = new Set<string>()
  readonly #no = new Map<string, Refusal>()
  #highestPromise = 0

  constructor(
    private readonly context: GuardContext,
    readonly cause: Cause,
  ) {
    this.#sinceMs = context.nowMs
    // An offer and standing in place need no pre-vote: the primary itself asks for it. Alone there is nobody to ask.
    this.#phase =
      cause.by === 'acquisition' && context.quorum > 1
        ? { state: 'looking', ask: context.read({ for: 'campaign' }) }
        : this.#promise()
  }

  /** The own prefix is known, or could not be read. */
  onPosition(ask: number, position: Position | null): Outcome {
    const { context } = this
    const phase = this.#phase
    if (!('ask' in phase) || phase.ask !== ask) return open
    if (position === null) return this.#lose()
    if (phase.state === 'looking') {
      const round = Math.floor(context.options.random() * Number.MAX_SAFE_INTEGER)
      this.#phase = { state: 'canvassing', round }
      context.sendAll({ type: 'canvass', round, position })
      return open
    }
    const { cause } = this
    if (cause.by === 'offer' && comparePositions(position, cause.offer.position) < 0) return this.#lose()
    this.#phase = { state: 'standing', epoch: phase.epoch }
    const offer = cause.by === 'offer' ? cause.offer.offer : null
    context.sendAll({ type: 'vote', epoch: phase.epoch, position, offer })
    return this.#count()
  }

  onCanvassed(from: string, round: number, promised: number, refused: Refusal | null): Outcome {
    this.#highestPromise = Math.max(this.#highestPromise, promised)
    if (this.#phase.state !== 'canvassing' || this.#phase.round !== round) return open
    this.#hear(from, refused)
    if (this.#yes.size >= this.context.quorum - 1) {
      this.#yes.clear()
      this.#no.clear()
      this.#phase = this.#promise()
      return open
    }
    return this.#isHopeless() ? this.#lose() : open
  }

  onVoted(from: string, epoch: number, promised: number, refused: Refusal | null): Outcome {
    this.#highestPromise = Math.max(this.#highestPromise, promised)
    if (this.#phase.state !== 'standing' || this.#phase.epoch !== epoch) return open
    this.#hear(from, refused)
    return this.#count()
  }

  onTick(): Outcome {
    const max =
      this.#phase.state === 'canvassing' || this.#phase.state === 'looking' ? limits.canvassMaxMs : limits.voteMaxMs
    return this.context.nowMs - this.#sinceMs > max ? this.#lose() : open
  }

  #hear(from: string, refused: Refusal | null): void {
    if (refused === null) this.#yes.add(from)
    else this.#no.set(from, refused)
  }

  /** G17: only under the epoch that is still the promise. */
  #count(): Outcome {
    const phase = this.#phase
    if (phase.state !== 'standing' || phase.epoch !== this.context.record.promised) return this.#lose()
    if (this.#yes.size >= this.context.quorum - 1) return { state: 'won', epoch: phase.epoch }
    return this.#isHopeless() ? this.#lose() : open
  }

  /** G15: first the promise, only then the position. */
  #promise(): Phase {
    const { context } = this
    const epoch = Math.max(context.record.promised, context.peers.highestPromise(), this.#highestPromise) + 1
    context.promise(epoch)
    this.#sinceMs = context.nowMs
    return { state: 'promising', epoch, ask: context.read({ for: 'campaign' }) }
  }

  #isHopeless(): boolean {
    return this.context.options.candidates.length - this.#no.size < this.context.quorum
  }

  #lose(): Outcome {
    return { state: 'lost', deferred: [...this.#no.values()].includes('ahead') }
  }
}
