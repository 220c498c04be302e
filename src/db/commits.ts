import type { Database } from 'bun:sqlite'
import type { Position } from './position.ts'

/** A row of `commits`: a commit of one database, with the last one of each other database at that moment. */
export interface CommitRow extends Position {
  readonly others: Readonly<Record<string, Position>>
}

interface StoredRow {
  readonly epoch: number
  readonly number: number
  readonly others: string
}

/**
 * Writes the row of the commit at hand, inside its transaction, and lets go of rows that nothing asks for any more: those
 * below the confirmed position. The row at it stays (SPEC G8), and the newest of the database always does.
 */
export function writeCommitRow(sqlite: Database, row: CommitRow, confirmed: Position, atMs: number): void {
  const others = Object.entries(row.others).map(([name, { epoch, number }]) => [name, [epoch, number]])
  sqlite
    .query('INSERT INTO commits (epoch, number, at_ms, others) VALUES (?, ?, ?, ?)')
    .run(row.epoch, row.number, atMs, JSON.stringify(Object.fromEntries(others)))
  sqlite
    .query('DELETE FROM commits WHERE (epoch, number) < (?, ?) AND (epoch, number) < (?, ?)')
    .run(confirmed.epoch, confirmed.number, row.epoch, row.number)
}

/** The rows that a database holds; none when it was never migrated. */
export function readCommitRows(sqlite: Database): CommitRow[] {
  if (!hasCommits(sqlite)) return []
  return sqlite
    .query<StoredRow, []>('SELECT epoch, number, others FROM commits ORDER BY epoch, number')
    .all()
    .map(parseCommitRow)
}

/** A row as it is stored, understood. */
export function parseCommitRow({ epoch, number, others }: StoredRow): CommitRow {
  return { epoch, number, others: parseOthers(others) }
}

/** The newest commit of a database, and when it was made. */
export function readLastCommit(sqlite: Database): (Position & { readonly atMs: number }) | null {
  if (!hasCommits(sqlite)) return null
  const row = sqlite
    .query<{ epoch: number; number: number; at_ms: number }, []>(
      'SELECT epoch, number, at_ms FROM commits ORDER BY epoch DESC, number DESC LIMIT 1',
    )
    .get()
  return row === null ? null : { epoch: row.epoch, number: row.number, atMs: row.at_ms }
}

function hasCommits(sqlite: Database): boolean {
  return sqlite.query("SELECT 1 FROM sqlite_schema WHERE name = 'commits'").get() !== null
}

function parseOthers(text: string): Record<string, Position> {
  const stored = JSON.parse(text) as Record<string, readonly [number, number]>
  return Object.fromEntries(Object.entries(stored).map(([name, [epoch, number]]) => [name, { epoch, number }]))
}
