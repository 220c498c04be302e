import { limits } from './limits.ts'
import type { Admission, Claim, Report } from './messages.ts'
import type { Rules } from './rules.ts'
import type { NotedCommit } from './steps.ts'
import { Tally } from './tally.ts'

/** How many sent beats are remembered: six seconds of them. */
const beatsMax = 64

type Admitting =
  | { readonly state: 'asked'; readonly nonce: string; readonly askedMs: number }
  | { readonly state: 'committed'; readonly nonce: string; readonly number: number }

export interface ReignOptions {
  readonly epoch: number
  readonly session: string | null
  readonly peers: readonly string[]
  readonly quorum: number
  readonly sinceMs: number
  readonly rules: Rules
}

/** What a node knows while it holds, or is about to hold, the lease under one epoch. */
export class Reign {
  readonly epoch: number
  readonly tally: Tally
  /** The session under which LiteFS has the lease; null while an offered lease has not arrived yet. */
  session: string | null
  /** The number of the last opening row; null until the writer has opened. */
  lastOpening: number | null = null
  /** What was last announced as confirmed; null until the primary is open. */
  confirmed: number | null = null
  #beat = 0
  readonly #beatsMs: number[] = []
  readonly #admitting = new Map<string, Admitting>()

  constructor(private readonly options: ReignOptions) {
    this.epoch = options.epoch
    this.session = options.session
    this.tally = new Tally(options.peers, options.quorum - 1, options.rules)
  }

  /** Counts the next beat as sent now. */
  beat(nowMs: number): void {
    this.#beat++
    this.#beatsMs.push(nowMs)
    if (this.#beatsMs.length > beatsMax) this.#beatsMs.shift()
  }

  claim(): Claim {
    return {
      epoch: this.epoch,
      beat: this.#beat,
      confirmed: this.confirmed === null ? null : { epoch: this.epoch, number: this.confirmed },
      admitted: this.#admitted(),
    }
  }

  /** G23: takes a peer's report into account, or not. */
  hear(peer: string, report: Report): void {
    const { rules } = this.options
    if (!rules.hasVoice(report.member)) return this.tally.forget(peer)
    if (!rules.counts(report.promised, this.epoch)) return
    const sentMs = report.echo === null ? undefined : this.#sentMs(report.echo)
    if (sentMs !== undefined) this.tally.report(peer, new Map(Object.entries(report.databases)), sentMs)
  }

  /** G28: for how long no quorum has answered. */
  aloneMs(nowMs: number): number {
    const { peers, quorum, sinceMs } = this.options
    if (quorum === 1) return 0
    const fresh = peers.map((peer) => this.tally.freshMsOf(peer)).sort((a, b) => b - a)
    return nowMs - Math.max(sinceMs, fresh[quorum - 2] ?? Number.NEGATIVE_INFINITY)
  }

  /** What is newly confirmed, as a number; null when nothing is. */
  confirm(nowMs: number): number | null {
    if (this.lastOpening === null) return null
    const number = this.tally.confirmed(nowMs)
    if (!this.options.rules.isOpen(number, this.lastOpening) || number <= (this.confirmed ?? -1)) return null
    this.confirmed = number
    return number
  }

  /** Whether a learner's nonce should be committed now. */
  wantsNonce(node: string, nonce: string, nowMs: number): boolean {
    const known = this.#admitting.get(node)
    if (known?.nonce === nonce) {
      if (known.state === 'committed' || nowMs - known.askedMs < limits.admissionMs) return false
    }
    this.#admitting.set(node, { state: 'asked', nonce, askedMs: nowMs })
    return true
  }

  note(commit: NotedCommit): void {
    this.tally.note(commit)
    if (commit.admission === undefined) return
    const { node, nonce } = commit.admission
    if (this.#admitting.get(node)?.nonce === nonce) {
      this.#admitting.set(node, { state: 'committed', nonce, number: commit.number })
    }
  }

  #admitted(): Admission[] {
    return [...this.#admitting].flatMap(([node, admitting]) =>
      admitting.state === 'committed' && this.options.rules.admits(this.confirmed ?? 0, admitting.number)
        ? [{ node, nonce: admitting.nonce, position: { epoch: this.epoch, number: admitting.number } }]
        : [],
    )
  }

  #sentMs(echo: { readonly epoch: number; readonly beat: number }): number | undefined {
    if (echo.epoch !== this.epoch || echo.beat > this.#beat) return undefined
    return this.#beatsMs[this.#beatsMs.length - 1 - (this.#beat - echo.beat)]
  }
}
