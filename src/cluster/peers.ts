import { limits } from './limits.ts'
import type { Claim, Report } from './messages.ts'

/** Incarnations that are over. A guard that starts more often than this while its old messages travel is out of luck. */
const retiredMax = 16

interface Peer {
  incarnation: string | null
  counter: number
  readonly retired: string[]
  report: Report | null
  heardMs: number
  /** When it last claimed to be primary; -Infinity when it never did, or took it back. */
  claimMs: number
  /** When this node handed its lease to it (G30). */
  handedMs: number
}

export interface Claimant {
  readonly node: string
  readonly claim: Claim
}

/** What a guard has heard of the others since it began. */
export class Peers {
  readonly #peers = new Map<string, Peer>()

  constructor(
    readonly names: readonly string[],
    private readonly startedMs: number,
  ) {
    for (const name of names) {
      this.#peers.set(name, {
        incarnation: null,
        counter: 0,
        retired: [],
        report: null,
        heardMs: Number.NEGATIVE_INFINITY,
        claimMs: Number.NEGATIVE_INFINITY,
        handedMs: Number.NEGATIVE_INFINITY,
      })
    }
  }

  /** G9: whether a message is news. What is of an older incarnation, or not newer than the last one heard, is not. */
  accept(from: string, incarnation: string, counter: number): boolean {
    const peer = this.#peers.get(from)
    if (peer === undefined || peer.retired.includes(incarnation)) return false
    if (peer.incarnation !== incarnation) {
      if (peer.incarnation !== null) peer.retired.push(peer.incarnation)
      if (peer.retired.length > retiredMax) peer.retired.shift()
      peer.incarnation = incarnation
      peer.counter = 0
      peer.report = null
      peer.claimMs = Number.NEGATIVE_INFINITY
    }
    if (counter <= peer.counter) return false
    peer.counter = counter
    return true
  }

  note(from: string, report: Report, nowMs: number): void {
    const peer = this.#peers.get(from)
    if (peer === undefined) return
    peer.report = report
    peer.heardMs = nowMs
    peer.claimMs = report.claim === null ? Number.NEGATIVE_INFINITY : nowMs
  }

  /** G30: until its own claim is heard, it counts as primary for as long as its candidacy may last. */
  noteHanded(to: string, nowMs: number): void {
    const peer = this.#peers.get(to)
    if (peer !== undefined) peer.handedMs = nowMs
  }

  reportOf(name: string): Report | null {
    return this.#peers.get(name)?.report ?? null
  }

  incarnationOf(name: string): string | null {
    return this.#peers.get(name)?.incarnation ?? null
  }

  /** The incarnations heard, by name. */
  heard(): Record<string, string> {
    return Object.fromEntries(
      [...this.#peers].flatMap(([name, { incarnation }]) => (incarnation ? [[name, incarnation]] : [])),
    )
  }

  /** Heard so lately that it can be counted on to answer. */
  isNear(name: string, nowMs: number): boolean {
    return nowMs - (this.#peers.get(name)?.heardMs ?? Number.NEGATIVE_INFINITY) <= limits.silenceMs
  }

  highestPromise(): number {
    return Math.max(0, ...[...this.#peers.values()].map(({ report }) => report?.promised ?? 0))
  }

  /** Claims that are young enough to be believed, the highest epoch first. */
  claims(nowMs: number): Claimant[] {
    return [...this.#peers]
      .flatMap(([node, { report, claimMs }]) =>
        report?.claim && nowMs - claimMs <= limits.silenceMs ? [{ node, claim: report.claim }] : [],
      )
      .sort((a, b) => b.claim.epoch - a.claim.epoch)
  }

  /** G14, but for this node's own claim: nobody other than `candidate` is known to be primary. */
  areQuiet(candidate: string | null, nowMs: number): boolean {
    const settled = nowMs - this.startedMs >= limits.silenceMs
    return [...this.#peers].every(
      ([name, peer]) =>
        name === candidate ||
        (nowMs - peer.claimMs > limits.silenceMs &&
          nowMs - peer.handedMs > limits.voteMaxMs &&
          (settled || peer.report !== null)),
    )
  }
}
