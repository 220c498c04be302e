import { comparePositions, type Position } from '../db/position.ts'

/** G38: what a node has shown of one database. */
export interface Shown {
  /** The newest commit of the database that was shown. */
  readonly newest: Position
  /** Everything up to here was known to be confirmed. */
  readonly confirmed: Position
}

/**
 * G38: whether what was shown still stands, now that another primary's log is here: it was confirmed, or its row is there.
 * Rows that are pruned were confirmed; a node that never heard so clears its caches once too often.
 */
export function stillStands(shown: Shown, rows: readonly Position[]): boolean {
  if (comparePositions(shown.newest, shown.confirmed) <= 0) return true
  return rows.some((row) => comparePositions(row, shown.newest) === 0)
}
