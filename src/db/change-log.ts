import { sql } from 'drizzle-orm'
import { type ChangeRow, toChange } from './change-tail.ts'
import type { ChangeLog, LogPlace, Recent, RecentQuery } from './database.ts'
import type { OrganizationId } from './ids.ts'
import type { Tx } from './operation.ts'

export interface ChangeLogSource {
  read<T>(database: string, work: (tx: Tx) => T): T
  shardOf(organizationId: OrganizationId): string
  /** The last row of a database that can no longer be lost. */
  confirmedRow(database: string): number
}

/** Reads organizations' logs as far as they are confirmed. Every statement seeks in the index `change_cursor`. */
export class StoredChangeLog implements ChangeLog {
  constructor(private readonly source: ChangeLogSource) {}

  head(organizationId: OrganizationId): LogPlace {
    const database = this.source.shardOf(organizationId)
    return this.source.read(database, (tx) => headOf(tx, organizationId, this.source.confirmedRow(database)))
  }

  recent(organizationId: OrganizationId, { subject, kinds, rowsMax }: RecentQuery): Recent {
    const database = this.source.shardOf(organizationId)
    const confirmed = this.source.confirmedRow(database)
    return this.source.read(database, (tx) => {
      const head = headOf(tx, organizationId, confirmed)
      const { incarnation } = head
      const [first] = tx.all<{ sequence: number }>(
        sql`SELECT sequence FROM change WHERE organization_id = ${organizationId} AND incarnation = ${incarnation}
          ORDER BY sequence LIMIT 1`,
      )
      // Pruning takes the oldest rows first, so what is left of a log has no holes.
      const oldest = Math.min((first?.sequence ?? head.sequence + 1) - 1, head.sequence)
      const after = Math.max(oldest, head.sequence - rowsMax)
      const rows = tx.all<ChangeRow>(
        sql`SELECT * FROM change WHERE organization_id = ${organizationId} AND incarnation = ${incarnation}
          AND sequence > ${after} AND sequence <= ${head.sequence}
          AND subject = ${subject} AND kind IN (${sql.join(
            kinds.map((kind) => sql`${kind}`),
            sql`, `,
          )})
          ORDER BY sequence`,
      )
      const changes = rows.map((row) => toChange(database, row))
      return { head, after: { incarnation, sequence: after }, changes }
    })
  }
}

/** The last confirmed place. What is not confirmed yet stands at the end, so few rows are passed over. */
function headOf(tx: Tx, organizationId: OrganizationId, confirmedRow: number): LogPlace {
  const [last] = tx.all<LogPlace>(
    sql`SELECT incarnation, sequence FROM change WHERE organization_id = ${organizationId} AND row <= ${confirmedRow}
      ORDER BY incarnation DESC, sequence DESC LIMIT 1`,
  )
  if (last !== undefined) return last
  // All that was confirmed is pruned: the place is the one before what is left, or where the counter stands.
  const [next] = tx.all<LogPlace>(
    sql`SELECT incarnation, sequence - 1 AS sequence FROM change WHERE organization_id = ${organizationId}
      ORDER BY incarnation, sequence LIMIT 1`,
  )
  if (next !== undefined) return next
  const [counter] = tx.all<LogPlace>(
    sql`SELECT incarnation, sequence FROM change_counter WHERE organization_id = ${organizationId}`,
  )
  return counter ?? { incarnation: 0, sequence: 0 }
}
