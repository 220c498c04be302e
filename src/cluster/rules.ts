import { comparePositions, type LtxPosition, type Position } from '../db/position.ts'
import { limits } from './limits.ts'

/**
 * The rules that carry S1–S3, one function each, by their number in `SPEC.md`. The simulation replaces them one at a time
 * and must then find a fault: that is how it is known to look.
 */
export interface Rules {
  /** G6: does a node whose newest commit of a database is `newest` hold what a row names as `named`? */
  holds(newest: Position, named: Position): boolean
  /** G11: may a claim under `claimed` be named to LiteFS? */
  follows(claimed: number, promised: number): boolean
  /** G16: may an epoch be promised now? */
  mayPromise(epoch: number, promised: number): boolean
  /** G16: is the candidate at or above the voter? */
  atLeast(candidate: Position, own: Position): boolean
  /** G20: is a primary open whose last opening row is `lastOpening`? */
  isOpen(confirmed: number, lastOpening: number): boolean
  /** G22: does a report name the commit that was noted? */
  matches(noted: LtxPosition, reported: LtxPosition): boolean
  /** G23: does a report made under `promised` count for `epoch`? */
  counts(promised: number, epoch: number): boolean
  /** G23: does a report still count when the beat that it answers is so old? */
  isFresh(ageMs: number): boolean
  /** G32: does one without a marker have a voice? */
  hasVoice(member: boolean): boolean
  /** G34: may a learner be admitted by the commit with this number? */
  admits(confirmed: number, number: number): boolean
}

export const rules: Rules = {
  holds: (newest, named) => comparePositions(newest, named) >= 0,
  follows: (claimed, promised) => claimed === promised,
  mayPromise: (epoch, promised) => epoch > promised,
  atLeast: (candidate, own) => comparePositions(candidate, own) >= 0,
  isOpen: (confirmed, lastOpening) => confirmed >= lastOpening,
  matches: (noted, reported) => noted.txid === reported.txid && noted.checksum === reported.checksum,
  counts: (promised, epoch) => promised === epoch,
  isFresh: (ageMs) => ageMs <= limits.echoMaxMs,
  hasVoice: (member) => member,
  admits: (confirmed, number) => confirmed >= number,
}
