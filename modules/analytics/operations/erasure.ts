import { type Static, Type } from '@sinclair/typebox'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { defineOperation, statement } from '../../../src/db/operation.ts'
import { visit, visitEvent } from '../schema.ts'
import { visitOf } from '../visit.ts'
import { RollupChanges } from './rollups.ts'

const some = statement((tx) =>
  tx
    .select()
    .from(visit)
    .where(eq(visit.visitor, sql.placeholder('visitor')))
    .limit(sql.placeholder('limit'))
    .prepare(),
)
const input = Type.Object({
  /** The visitor's hash, which is the organization's own: no other's visits have it. */
  visitor: Type.String({ minLength: 1, maxLength: 64 }),
  visitsMax: Type.Integer({ minimum: 1, maximum: 200 }),
})

/** Takes a slice of one visitor's visits away, out of the figures too. Returns how many; 0: none is left. */
export const eraseVisitor = defineOperation(
  { name: 'analytics.erase', database: 'shard', repeats: 'natural', input },
  (tx, { visitor, visitsMax }: Static<typeof input>): number => {
    const rows = some(tx).all({ visitor, limit: visitsMax })
    if (rows.length === 0) return 0
    const rollups = new RollupChanges()
    for (const row of rows) rollups.discount(visitOf(row))
    rollups.write(tx)
    const all = rows.map(({ row }) => row)
    tx.delete(visitEvent).where(inArray(visitEvent.visit, all)).run()
    tx.delete(visit)
      .where(and(eq(visit.visitor, visitor), inArray(visit.row, all)))
      .run()
    return rows.length
  },
)
