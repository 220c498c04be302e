import { sql } from 'drizzle-orm'
import type { Change } from '../db/database.ts'
import { isOrganizationId } from '../db/ids.ts'
import type { LocalDatabases } from '../db/local.ts'
import type { TagsOf } from './invalidation.ts'

/** How far a change log was read: its last row, and what that row said, so that another history is told from this one. */
export interface Mark {
  readonly row: number
  readonly print: string
}
/** Database → mark. */
export type Marks = Readonly<Record<string, Mark>>

interface LogRow {
  readonly row: number
  readonly organization_id: string
  readonly incarnation: number
  readonly sequence: number
  readonly kind: string
  readonly subject: string
  readonly payload: string
  readonly at_ms: number
}

/** More than this is not read again: the pages are rendered anew instead. */
const rowsMax = 200_000
const rowsPerRead = 1_000

/**
 * Tells what pages may be taken over from a process that ended: each carries how far the change logs were read when it stood,
 * and stands still when no row after that evicts one of its tags. What cannot be proven (a log that was pruned, a history that
 * is another one after a restore) does not stand.
 */
export class Provenance {
  readonly #marks = new Map<string, Mark>()

  constructor(
    private readonly databases: LocalDatabases,
    private readonly invalidation: { readonly kinds: readonly string[]; readonly tagsOf: TagsOf },
  ) {}

  /** How far this process has applied the logs: what its caches hold is as new as this. */
  now(): Marks {
    const marks: Record<string, Mark> = {}
    for (const database of this.databases.names) {
      const row = this.databases.changes.appliedRows.get(database) ?? 0
      const known = this.#marks.get(database)
      const mark = known?.row === row ? known : { row, print: this.#printOf(database, row) ?? '' }
      this.#marks.set(database, mark)
      marks[database] = mark
    }
    return marks
  }

  /**
   * What happened since: a test of whether something with these tags, made at these marks, still stands.
   * @param oldest the oldest marks that will be asked for, @param newest the newest. Undefined: nothing can be proven.
   */
  async since(oldest: Marks, newest: Marks): Promise<((tags: readonly string[], at: Marks) => boolean) | undefined> {
    const evictedAt = new Map<string, Map<string, number>>()
    for (const database of this.databases.names) {
      const [from, to] = [oldest[database], newest[database]]
      if (from === undefined || to === undefined || !this.#isUnbroken(database, from, to)) return undefined
      const evicted = await this.#evictions(database, from.row)
      if (evicted === undefined) return undefined
      evictedAt.set(database, evicted)
    }
    return (tags, at) =>
      this.databases.names.every((database) => {
        const row = at[database]?.row
        return row !== undefined && tags.every((tag) => (evictedAt.get(database)?.get(tag) ?? 0) <= row)
      })
  }

  /** Whether the newest row seen is still there as it was, and none after the oldest was pruned. */
  #isUnbroken(database: string, oldest: Mark, newest: Mark): boolean {
    if (newest.row > 0 && this.#printOf(database, newest.row) !== newest.print) return false
    const [first] = this.databases.readFrom(database, (tx) =>
      tx.all<{ row: number | null }>(sql`SELECT min(row) AS row FROM change`),
    )
    return first?.row === null || first === undefined ? newest.row === 0 : first.row <= oldest.row + 1
  }

  /** Tag → the last row that evicts it, in slices between which others work. */
  async #evictions(database: string, after: number): Promise<Map<string, number> | undefined> {
    const evicted = new Map<string, number>()
    for (let from = after, read = 0; ; ) {
      const rows = this.databases.readFrom(database, (tx) =>
        tx.all<LogRow>(sql`SELECT * FROM change WHERE row > ${from} ORDER BY row LIMIT ${rowsPerRead}`),
      )
      for (const row of rows) for (const tag of this.invalidation.tagsOf(changeOf(row))) evicted.set(tag, row.row)
      if (rows.length < rowsPerRead) return evicted
      from = rows.at(-1)?.row ?? from
      read += rows.length
      if (read > rowsMax) return undefined
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #printOf(database: string, row: number): string | undefined {
    if (row === 0) return ''
    const [found] = this.databases.readFrom(database, (tx) =>
      tx.all<LogRow>(sql`SELECT * FROM change WHERE row = ${row}`),
    )
    return found === undefined
      ? undefined
      : `${found.incarnation}.${found.sequence}.${found.at_ms}.${found.kind}.${found.subject}`
  }
}

function changeOf(row: LogRow): Pick<Change, 'kind' | 'subject' | 'organizationId' | 'payload'> {
  return {
    kind: row.kind,
    subject: row.subject,
    organizationId: isOrganizationId(row.organization_id) ? row.organization_id : null,
    payload: JSON.parse(row.payload) as unknown,
  }
}
