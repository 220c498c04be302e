import type { Static, TSchema } from '@sinclair/typebox'
import { and, asc, gt, lte, sql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Change, Changes } from './database.ts'
import { isOrganizationId } from './ids.ts'
import { type ChangeKind, statement } from './operation.ts'
import type { Reader } from './reader.ts'

/** The change log, as every database has it. */
export const change = sqliteTable('change', {
  row: integer('row').primaryKey(),
  organizationId: text('organization_id').notNull(),
  incarnation: integer('incarnation').notNull(),
  sequence: integer('sequence').notNull(),
  kind: text('kind').notNull(),
  subject: text('subject').notNull(),
  payload: text('payload').notNull(),
  atMs: integer('at_ms').notNull(),
  commitNumber: integer('commit_number').notNull(),
})

export type ChangeRow = typeof change.$inferSelect

/** Runs after every commit: prepared once. */
const rowsAfter = statement((tx) =>
  tx
    .select()
    .from(change)
    .where(and(gt(change.row, sql.placeholder('row')), lte(change.commitNumber, sql.placeholder('number'))))
    .orderBy(asc(change.row))
    .prepare(),
)

type Handler = (change: Change) => void

/** What one commit announced. */
export interface Announced {
  readonly number: number
  readonly changes: readonly Change[]
}

/** Reads the change log of each database once, in order, and hands the rows on: at once, and again when confirmed. */
export class ChangeTail implements Changes {
  readonly #applied = new Map<string, Handler[]>()
  readonly #confirmed = new Map<string, Handler[]>()
  readonly #resetListeners: (() => void)[] = []
  readonly #lastRows = new Map<string, number>()
  readonly #confirmedRows = new Map<string, number>()
  #appliedNumber = 0

  constructor(
    private readonly reader: Reader,
    private readonly reportBug: (error: unknown) => void,
  ) {}

  get appliedNumber(): number {
    return this.#appliedNumber
  }

  get appliedRows(): ReadonlyMap<string, number> {
    return this.#lastRows
  }

  onApplied<S extends TSchema>(change: ChangeKind<S>, handler: (change: Change<Static<S>>) => void): void {
    listen(this.#applied, change.kind, handler as Handler)
  }

  onConfirmed<S extends TSchema>(change: ChangeKind<S>, handler: (change: Change<Static<S>>) => void): void {
    listen(this.#confirmed, change.kind, handler as Handler)
  }

  onReset(listener: () => void): void {
    this.#resetListeners.push(listener)
  }

  /** What was read no longer stands: in the order in which they were registered, so caches before who reads through them. */
  reset(): void {
    for (const listener of this.#resetListeners) {
      try {
        listener()
      } catch (error) {
        this.reportBug(error)
      }
    }
  }

  /**
   * Where the log stands now: what is older was never cached by this process. `below` names the first commit that may not be
   * confirmed: its changes, and those after them, are read as if they came now.
   */
  begin(database: string, below: number = Number.MAX_SAFE_INTEGER): void {
    const [last] = this.reader.read(database, (tx) =>
      tx.all<{ row: number | null }>(sql`SELECT max(row) AS row FROM change WHERE commit_number < ${below}`),
    )
    this.#lastRows.set(database, last?.row ?? 0)
    this.#confirmedRows.set(database, last?.row ?? 0)
  }

  /** The last row of a database that can no longer be lost: what live listeners were told up to. */
  confirmedRow(database: string): number {
    return this.#confirmedRows.get(database) ?? 0
  }

  /**
   * Reads what is new up to a commit and tells those who evict. A later one may be here already: each is confirmed by itself.
   * Returns what each commit announced, for `confirm` once it can no longer be lost.
   */
  apply(database: string, number: number): readonly Announced[] {
    const rows = this.reader.read(database, (tx) =>
      rowsAfter(tx).all({ row: this.#lastRows.get(database) ?? 0, number }),
    )
    const last = rows.at(-1)
    if (last !== undefined) this.#lastRows.set(database, last.row)
    this.#appliedNumber = Math.max(this.#appliedNumber, number)
    const announced = Map.groupBy(rows, ({ commitNumber }) => commitNumber)
    return [...announced].map(([commit, told]) => {
      const changes = told.map((row) => toChange(database, row))
      this.#tell(this.#applied, changes)
      return { number: commit, changes }
    })
  }

  confirm(changes: readonly Change[]): void {
    const last = changes.at(-1)
    if (last !== undefined) {
      this.#confirmedRows.set(last.database, Math.max(this.confirmedRow(last.database), last.row))
    }
    this.#tell(this.#confirmed, changes)
  }

  #tell(handlers: ReadonlyMap<string, Handler[]>, changes: readonly Change[]): void {
    for (const change of changes) {
      for (const handler of handlers.get(change.kind) ?? []) {
        try {
          handler(change)
        } catch (error) {
          this.reportBug(error)
        }
      }
    }
  }
}

function listen(handlers: Map<string, Handler[]>, kind: string, handler: Handler): void {
  const known = handlers.get(kind)
  if (known === undefined) handlers.set(kind, [handler])
  else known.push(handler)
}

export function toChange(database: string, row: ChangeRow): Change {
  return {
    row: row.row,
    database,
    organizationId: isOrganizationId(row.organizationId) ? row.organizationId : null,
    incarnation: row.incarnation,
    sequence: row.sequence,
    kind: row.kind,
    subject: row.subject,
    payload: JSON.parse(row.payload) as unknown,
    atMs: row.atMs,
  }
}
