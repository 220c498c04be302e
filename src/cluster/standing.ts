import type { Position } from '../db/position.ts'

/**
 * G37: whether a commit that this node has applied can no longer be lost. The word about one epoch says nothing of a commit of
 * another: an old primary's tail may lie below it and be gone. What is of an older epoch waits for G38's look.
 */
export function isConfirmed(commit: Position, confirmed: Position): boolean {
  return commit.epoch === confirmed.epoch && commit.number <= confirmed.number
}

/** G38: what a node has shown of one database. */
export interface Shown {
  /** The newest commit of the database that was shown. */
  readonly newest: Position
  /** The confirmed position that this node had heard last before it followed another epoch. */
  readonly confirmed: Position
}

/**
 * G38: whether what was shown still stands, now that another primary's log is here: it was confirmed, or its row is there.
 * Rows that are pruned were confirmed; a node that never heard so clears its caches once too often.
 */
export function stillStands(shown: Shown, rows: readonly Position[]): boolean {
  if (isConfirmed(shown.newest, shown.confirmed)) return true
  return rows.some((row) => row.epoch === shown.newest.epoch && row.number === shown.newest.number)
}
