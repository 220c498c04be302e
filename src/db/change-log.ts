import { and, asc, desc, eq, gt, inArray, lte, sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import { change, toChange } from './change-tail.ts'
import type { ChangeLog, LogPlace, Recent, RecentQuery } from './database.ts'
import type { OrganizationId } from './ids.ts'
import { statement, type Tx } from './operation.ts'

export interface ChangeLogSource {
  read<T>(database: string, work: (tx: Tx) => T): T
  shardOf(organizationId: OrganizationId): string
  /** The last row of a database that can no longer be lost. */
  confirmedRow(database: string): number
}

const headsMax = 1_000
const at = sql.placeholder
const place = { incarnation: change.incarnation, sequence: change.sequence }
const ofOrganization = eq(change.organizationId, at('organizationId'))
/** Asked for whenever somebody joins. What is not confirmed yet stands at the end, so few rows are passed over. */
const lastConfirmed = statement((tx) =>
  tx
    .select(place)
    .from(change)
    .where(and(ofOrganization, lte(change.row, at('confirmedRow'))))
    .orderBy(desc(change.incarnation), desc(change.sequence))
    .limit(1)
    .prepare(),
)
const firstOf = statement((tx) =>
  tx
    .select(place)
    .from(change)
    .where(ofOrganization)
    .orderBy(asc(change.incarnation), asc(change.sequence))
    .limit(1)
    .prepare(),
)
const firstOfIncarnation = statement((tx) =>
  tx
    .select(place)
    .from(change)
    .where(and(ofOrganization, eq(change.incarnation, at('incarnation'))))
    .orderBy(asc(change.sequence))
    .limit(1)
    .prepare(),
)

/** Reads organizations' logs as far as they are confirmed. Every statement seeks in the index `change_cursor`. */
export class StoredChangeLog implements ChangeLog {
  /** A head stays what it is until something more is confirmed: ten thousand who come at once read it once. */
  readonly #heads = new LRUCache<OrganizationId, { readonly confirmedRow: number; readonly head: LogPlace }>({
    max: headsMax,
  })

  constructor(private readonly source: ChangeLogSource) {}

  /** The logs are others than they were. */
  forget(): void {
    this.#heads.clear()
  }

  head(organizationId: OrganizationId): LogPlace {
    const database = this.source.shardOf(organizationId)
    const confirmedRow = this.source.confirmedRow(database)
    const known = this.#heads.get(organizationId)
    if (known?.confirmedRow === confirmedRow) return known.head
    const head = this.source.read(database, (tx) => headOf(tx, organizationId, confirmedRow))
    this.#heads.set(organizationId, { confirmedRow, head })
    return head
  }

  recent(organizationId: OrganizationId, query: RecentQuery): Recent {
    const database = this.source.shardOf(organizationId)
    const confirmedRow = this.source.confirmedRow(database)
    return this.source.read(database, (tx) => {
      const head = headOf(tx, organizationId, confirmedRow)
      const { incarnation } = head
      const first = firstOfIncarnation(tx).get({ organizationId, incarnation })
      // Pruning takes the oldest rows first, so what is left of a log has no holes.
      const oldest = Math.min((first?.sequence ?? head.sequence + 1) - 1, head.sequence)
      const after = { incarnation, sequence: Math.max(oldest, head.sequence - query.rowsMax) }
      return {
        head,
        after,
        changes: between(tx, organizationId, after, head, query).map((row) => toChange(database, row)),
      }
    })
  }
}

function between(tx: Tx, organizationId: string, after: LogPlace, head: LogPlace, { subject, kinds }: RecentQuery) {
  return tx
    .select()
    .from(change)
    .where(
      and(
        eq(change.organizationId, organizationId),
        eq(change.incarnation, head.incarnation),
        gt(change.sequence, after.sequence),
        lte(change.sequence, head.sequence),
        eq(change.subject, subject),
        inArray(change.kind, [...kinds]),
      ),
    )
    .orderBy(asc(change.sequence))
    .all()
}

function headOf(tx: Tx, organizationId: OrganizationId, confirmedRow: number): LogPlace {
  const last = lastConfirmed(tx).get({ organizationId, confirmedRow })
  if (last !== undefined) return last
  // All that was confirmed is pruned: the place is the one before what is left, or where the counter stands.
  const next = firstOf(tx).get({ organizationId })
  if (next !== undefined) return { incarnation: next.incarnation, sequence: next.sequence - 1 }
  const [counter] = tx.all<LogPlace>(
    sql`SELECT incarnation, sequence FROM change_counter WHERE organization_id = ${organizationId}`,
  )
  return counter ?? { incarnation: 0, sequence: 0 }
}
