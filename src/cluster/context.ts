import type { Position } from '../db/position.ts'
import { limits, readingsMax } from './limits.ts'
import type { Message, Offer } from './messages.ts'
import { Peers } from './peers.ts'
import type { Rules } from './rules.ts'
import type { GuardEffect, GuardRecord } from './steps.ts'

export interface GuardOptions {
  /** This node's name, as the others call it. */
  readonly name: string
  readonly role: 'candidate' | 'edge'
  /** The names of all candidates: 1 or 3 (G26). */
  readonly candidates: readonly string[]
  /** What `guard.json` holds; absent on a folder that was never used, or was wiped. */
  readonly record: GuardRecord | null
  /** Whether LiteFS' data folder holds no database yet (G33). */
  readonly empty: boolean
  /** Random, made at this start (G4). */
  readonly incarnation: string
  /** 0 ≤ number < 1. */
  readonly random: () => number
  readonly nowMs: number
  readonly rules: Rules
}

/** What an own prefix is being read for. */
export type Reading =
  | { readonly for: 'canvass'; readonly from: string; readonly round: number; readonly position: Position }
  | {
      readonly for: 'vote'
      readonly from: string
      readonly epoch: number
      readonly position: Position
      readonly handed: boolean
    }
  | { readonly for: 'campaign' }
  | { readonly for: 'joining'; readonly epoch: number; readonly position: Position }

/** What the parts of a guard share: the record, the others, the clock, and the effects of the step at hand. */
export class GuardContext {
  readonly peers: Peers
  readonly quorum: number
  record: GuardRecord
  nowMs: number
  #effects: GuardEffect[] = []
  #asks = 0
  readonly #readings = new Map<number, Reading>()

  constructor(readonly options: GuardOptions) {
    const { promised, member } = options.record ?? { promised: 0, member: false }
    // An edge has no voice, whatever it was before (G36).
    this.record = { promised, member: member && options.role === 'candidate' }
    this.nowMs = options.nowMs
    this.quorum = Math.floor(options.candidates.length / 2) + 1
    this.peers = new Peers(
      options.candidates.filter((name) => name !== options.name),
      options.nowMs,
    )
  }

  get name(): string {
    return this.options.name
  }

  get rules(): Rules {
    return this.options.rules
  }

  /** G4: the guard's clock never goes backwards. */
  begin(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs)
  }

  emit(effect: GuardEffect): void {
    this.#effects.push(effect)
  }

  take(): readonly GuardEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  send(to: string, message: Message): void {
    this.emit({ type: 'send', to, message })
  }

  sendAll(message: Message): void {
    for (const name of this.peers.names) this.send(name, message)
  }

  /** G3: writes a higher promise. What is emitted after this happens after it is on the disk. */
  promise(epoch: number): void {
    if (epoch > this.record.promised) this.#persist({ ...this.record, promised: epoch })
  }

  /** Writes the marker, with the promise that goes with it. */
  becomeMember(promised: number, how: 'founded' | 'joined'): void {
    this.#persist({ promised: Math.max(promised, this.record.promised), member: true })
    this.emit({ type: 'became-member', how })
  }

  /** Asks for the own prefix; the returned number comes back with it. */
  read(reading: Reading): number {
    const ask = this.#ask(reading)
    this.emit({ type: 'read-position', ask })
    return ask
  }

  readAdmission(reading: Reading, nonce: string): void {
    this.emit({ type: 'read-admission', ask: this.#ask(reading), nonce })
  }

  isReading(purpose: Reading['for']): boolean {
    return [...this.#readings.values()].some((reading) => reading.for === purpose)
  }

  takeReading(ask: number): Reading | undefined {
    const reading = this.#readings.get(ask)
    this.#readings.delete(ask)
    return reading
  }

  /** Names one offer, so that a late answer to an earlier one is none (G31). */
  makeNonce(): string {
    return `${this.options.incarnation}-${++this.#asks}`.slice(-64)
  }

  /** A random wait, so that two who tried together do not try together again (G18). */
  backOffMs(deferred: boolean): number {
    return this.options.random() * limits.backOffMaxMs + (deferred ? limits.deferMs : 0)
  }

  #ask(reading: Reading): number {
    const ask = ++this.#asks
    this.#readings.set(ask, reading)
    if (this.#readings.size > readingsMax) this.#readings.delete(this.#readings.keys().next().value ?? 0)
    return ask
  }

  #persist(record: GuardRecord): void {
    this.record = record
    this.emit({ type: 'persist', record })
  }
}

/** Why a guard stands. */
export type Cause =
  | { readonly by: 'acquisition'; readonly request: number; readonly session: string }
  | { readonly by: 'offer'; readonly offer: Offer; readonly from: string }
  | { readonly by: 'place'; readonly session: string }
