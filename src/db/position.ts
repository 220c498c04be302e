/** Where a commit stands among all commits of all databases: the epoch of the primary that made it, then its number. */
export interface Position {
  readonly epoch: number
  readonly number: number
}

/** Before the first commit. */
export const origin: Position = { epoch: 0, number: 0 }

/** Negative when `a` is before `b`. The epoch decides first: an old primary may have counted further. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.number - b.number
}
