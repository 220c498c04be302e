import type { Position } from '../db/position.ts'
import type { GuardContext, Reading } from './context.ts'
import type { Canvass, Refusal, Vote } from './messages.ts'

/** Answers those who want to become primary (G13, G16). */
export class Voter {
  constructor(
    private readonly context: GuardContext,
    /** Whether this node itself holds the lease. */
    private readonly isPrimary: () => boolean,
  ) {}

  onCanvass(from: string, { round, position }: Canvass): void {
    const refused = this.#refusal(from, false)
    if (refused !== null) return this.#answerCanvass(from, round, refused)
    this.context.read({ for: 'canvass', from, round, position })
  }

  /**
   * `handed`: this node itself offered its lease to the candidate (G30). `yieldTo` is called before the promise is written: what
   * this node holds or strives for under a lower epoch ends there.
   */
  onVote(from: string, vote: Vote, handed: boolean, yieldTo: (epoch: number) => void): void {
    const { context } = this
    const refused = this.#refusal(from, handed)
    if (refused !== null) return this.#answerVote(from, vote.epoch, refused)
    if (!context.rules.mayPromise(vote.epoch, context.record.promised)) {
      return this.#answerVote(from, vote.epoch, 'promised')
    }
    yieldTo(vote.epoch)
    context.promise(vote.epoch)
    context.read({ for: 'vote', from, epoch: vote.epoch, position: vote.position, handed })
  }

  /** Returns whether a handed lease may go. */
  onPosition(reading: Reading, position: Position | null): boolean {
    const { rules, record } = this.context
    if (reading.for === 'canvass') {
      const refused = this.#refusal(reading.from, false)
      this.#answerCanvass(reading.from, reading.round, refused ?? this.#compare(reading.position, position))
    } else if (reading.for === 'vote') {
      if (record.promised !== reading.epoch || !rules.hasVoice(record.member)) return false
      const refused = this.#compare(reading.position, position)
      this.#answerVote(reading.from, reading.epoch, refused)
      return reading.handed && refused === null
    }
    return false
  }

  #refusal(candidate: string, handed: boolean): Refusal | null {
    const { rules, record, peers, nowMs } = this.context
    if (!rules.hasVoice(record.member)) return 'not a member'
    if (handed) return null
    return !this.isPrimary() && peers.areQuiet(candidate, nowMs) ? null : 'primary known'
  }

  #compare(candidate: Position, own: Position | null): Refusal | null {
    if (own === null) return 'position unknown'
    return this.context.rules.atLeast(candidate, own) ? null : 'ahead'
  }

  #answerCanvass(to: string, round: number, refused: Refusal | null): void {
    this.context.send(to, { type: 'canvassed', round, promised: this.context.record.promised, refused })
  }

  #answerVote(to: string, epoch: number, refused: Refusal | null): void {
    this.context.send(to, { type: 'voted', epoch, promised: this.context.record.promised, refused })
  }
}
