import type { RunOptions } from './run.ts'

/** One plot after the other, and nothing else. */
const plotted = { gapMaxMs: 12_000, doubtRatio: 0 }

/** Each rule that carries S1–S3, broken, and the faults under which that shows soonest. The simulation must find each. */
export const mutants: Readonly<Record<string, RunOptions>> = {
  'G2 the record does not reach the disk': { mutations: { forgetsRecord: true } },
  'G5 a commit in doubt gives its number away': {
    mutations: { reusesNumbers: true },
    doubtRatio: 0.05,
    faults: ['killPrimary', 'stallDatabase'],
  },
  'G6 a hole is looked for by number alone': {
    mutations: { rules: { holds: (newest, named) => newest.number >= named.number } },
    faults: ['longTail'],
    ...plotted,
  },
  'G7 the prefix is the newest commit, whatever is missing': { mutations: { rules: { holds: () => true } } },
  'G8 the row at the confirmed number is pruned': {
    mutations: { prunesAtConfirmed: true },
    faults: ['killPrimary', 'stallDatabase'],
  },
  'G11 any claim is followed': {
    mutations: { rules: { follows: () => true } },
    faults: ['staleSplit'],
    ...plotted,
  },
  'G15 G16 the position is read before the promise': { mutations: { readsEarly: true } },
  'G16 an epoch is promised twice': {
    mutations: { rules: { mayPromise: (epoch, promised) => epoch >= promised } },
    faults: ['killPrimary', 'loseMessages'],
  },
  'G16 votes do not look at the position': { mutations: { rules: { atLeast: () => true } } },
  'G16 positions are compared by number alone': {
    mutations: { rules: { atLeast: (candidate, own) => candidate.number >= own.number } },
    faults: ['longTail'],
    ...plotted,
  },
  'G16 positions are compared by epoch alone': {
    mutations: { rules: { atLeast: (candidate, own) => candidate.epoch >= own.epoch } },
  },
  'G20 a primary is open before its opening rows are confirmed': {
    mutations: { rules: { isOpen: () => true }, trustsRows: true },
    faults: ['deadHeir'],
    ...plotted,
  },
  'G22 the checksum is not looked at': {
    mutations: { rules: { matches: (noted, reported) => noted.txid === reported.txid } },
    faults: ['longTail'],
    ...plotted,
  },
  'G23 reports under another epoch count': {
    mutations: { rules: { counts: () => true } },
    faults: ['lateVictory'],
    ...plotted,
  },
  'G23 reports count however old': { mutations: { rules: { isFresh: () => true } }, faults: ['pausePrimary'] },
  'G32 a wiped candidate has a voice': {
    mutations: { rules: { hasVoice: () => true } },
    faults: ['wipedVoter'],
    ...plotted,
  },
  'G34 a learner is admitted before another member confirms': {
    mutations: { rules: { admits: () => true } },
    faults: ['staleSplit'],
    ...plotted,
  },
}
