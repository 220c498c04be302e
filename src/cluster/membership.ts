import { comparePositions, type Position } from '../db/position.ts'
import type { GuardContext, Reading } from './context.ts'
import type { Claim } from './messages.ts'

/** How a candidate without a marker becomes a member (G33, G34). */
export class Membership {
  constructor(private readonly context: GuardContext) {}

  /** G33: all have just said that they never promised anything, so nothing was ever elected, and nothing lost. */
  found(): void {
    const { record, options, peers } = this.context
    if (options.role === 'edge' || record.member || record.promised > 0 || !options.empty) return
    const allNew = peers.names.every((name) => {
      const report = peers.reportOf(name)
      return report !== null && report.promised === 0 && report.heard[options.name] === options.incarnation
    })
    if (allNew) this.context.becomeMember(0, 'founded')
  }

  /** G34: the primary this learner follows says that its nonce is confirmed; now it looks whether it holds it. */
  onClaim(claim: Claim): void {
    const { context } = this
    if (context.record.member || context.isReading('joining')) return
    const mine = claim.admitted.find(
      ({ node, nonce }) => node === context.name && nonce === context.options.incarnation,
    )
    if (mine === undefined) return
    context.readAdmission({ for: 'joining', epoch: claim.epoch, position: mine.position }, mine.nonce)
  }

  onAdmission(reading: Reading, position: Position | null, held: boolean): void {
    const { record } = this.context
    if (reading.for !== 'joining' || record.member || record.promised > reading.epoch || !held) return
    if (position === null || comparePositions(position, reading.position) < 0) return
    this.context.becomeMember(reading.epoch, 'joined')
  }
}
