import { Type } from '@sinclair/typebox'
import { and, eq, lt, sql } from 'drizzle-orm'
import { defineOperation } from '../../src/db/operation.ts'
import { webVital } from './schema.ts'

/** Rows that one operation adds: some milliseconds of the writer's time at most. */
export const vitalsPerOperationMax = 200
const daysKept = 90
const dayMs = 24 * 3_600_000

const text = Type.String({ minLength: 1, maxLength: 64 })

/** Adds counts to a capsule's histograms; what is older than a season goes. */
export const addVitals = defineOperation(
  {
    name: 'delivery.add-vitals',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: text,
      rows: Type.Array(
        Type.Object({
          region: text,
          device: text,
          metric: text,
          bucket: Type.Integer({ minimum: 0, maximum: 100 }),
          count: Type.Integer({ minimum: 1 }),
        }),
        { minItems: 1, maxItems: vitalsPerOperationMax },
      ),
    }),
  },
  (tx, { capsuleId, rows }, { nowMs }) => {
    const day = Math.floor(nowMs / dayMs)
    for (const row of rows) {
      tx.insert(webVital)
        .values({ capsuleId, day, ...row })
        .onConflictDoUpdate({
          target: [
            webVital.capsuleId,
            webVital.day,
            webVital.region,
            webVital.device,
            webVital.metric,
            webVital.bucket,
          ],
          set: { count: sql`${webVital.count} + ${row.count}` },
        })
        .run()
    }
    tx.delete(webVital)
      .where(and(eq(webVital.capsuleId, capsuleId), lt(webVital.day, day - daysKept)))
      .run()
  },
)

export const deliveryOperations = [addVitals] as const
