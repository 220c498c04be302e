import { type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Tx } from '../../../src/db/operation.ts'

/** Whether a table has so many of these rows: it looks for the last that may be, and counts none. */
export function isFull(tx: Tx, table: SQLiteTable, rows: SQL, max: number): boolean {
  const last = tx
    .select({ here: sql<number>`1` })
    .from(table)
    .where(rows)
    .limit(1)
    .offset(max - 1)
  return last.get() !== undefined
}
