import type { CommitRow } from '../db/commits.ts'
import { comparePositions, later, origin, type Position } from '../db/position.ts'
import { type Rules, rules as standard } from './rules.ts'

/**
 * G7: the highest position up to which a node has no hole in any database, from the rows of `commits` that it holds.
 * A database that is missing here has no rows.
 */
export function prefixOf(
  databases: ReadonlyMap<string, readonly CommitRow[]>,
  rules: Pick<Rules, 'holds'> = standard,
): Position {
  const newest = new Map<string, Position>()
  for (const [name, rows] of databases) newest.set(name, rows.reduce(later, origin))
  let prefix = origin
  for (const rows of databases.values()) {
    for (const row of rows) {
      if (comparePositions(row, prefix) > 0 && hasNoHole(row, newest, rules)) prefix = row
    }
  }
  return { epoch: prefix.epoch, number: prefix.number }
}

/** G6 */
function hasNoHole(row: CommitRow, newest: ReadonlyMap<string, Position>, rules: Pick<Rules, 'holds'>): boolean {
  return Object.entries(row.others).every(([name, named]) => rules.holds(newest.get(name) ?? origin, named))
}
