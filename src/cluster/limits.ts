/** The times of the guard's rules (`SPEC.md`), in milliseconds of its monotonic clock. */
export const limits = {
  /** Between two reports, when nothing moves (G10). */
  beatMs: 100,
  /** A claim that is older no longer stands in anybody's way (G14). */
  silenceMs: 1_000,
  /** A report counts as long as the beat that it answers is younger (G23). Less than `silenceMs`: that is what S3 rests on. */
  echoMaxMs: 800,
  /** A primary that has not heard a quorum for so long steps down (G28). */
  majorityMs: 800,
  canvassMaxMs: 300,
  voteMaxMs: 500,
  backOffMaxMs: 400,
  /** Added to the back-off of one who knows somebody better (G18). */
  deferMs: 300,
  /** How long one that stepped down leaves the lease to others (G28). */
  restMs: 1_000,
  grantMaxMs: 3_000,
  openMaxMs: 5_000,
  handoffMaxMs: 2_000,
  /** How long a member may report a higher promise before the primary stands again in place (G24). */
  promiseAheadMs: 500,
  /** How long a stream to nobody in particular is left alone before it is cut (G11). */
  strayMs: 300,
  /** A learner's nonce that was asked for is asked for again after this (G34). */
  admissionMs: 2_000,
  /** A write that is not confirmed by then fails (G25). */
  confirmMaxMs: 5_000,
  /** How long LiteFS may believe in its lease without a renewal (G27). */
  leaseTtlMs: 2_000,
} as const

/** Commits that a primary remembers while no quorum holds them; past it the writer is asked to wait. */
export const unconfirmedMax = 20_000
/** Own positions that a guard may be reading at once. Older ones are forgotten, which refuses them. */
export const readingsMax = 64
export const databasesMax = 512
