import { Type } from '@sinclair/typebox'
import { asc, eq, inArray, sql } from 'drizzle-orm'
import { defineJob, defineOperation, type Tx } from '../../../src/db/operation.ts'
import { rollupDays } from '../limits.ts'
import { grains, visit, visitEvent } from '../schema.ts'
import { grainMs } from '../visit.ts'
import { settingOf } from './settings.ts'

const capsuleId = Type.String({ minLength: 1, maxLength: 64 })
const dayMs = 86_400_000

/** Removes what is older than the organization keeps; once a day as long as there is anything. */
export const removeOldVisits = defineJob({ kind: 'analytics.retention', input: Type.Object({ capsuleId }) })

const rowsMax = Type.Integer({ minimum: 1, maximum: 1_000 })

/** One slice of a day's clearing. `more`: there is more to remove now; `rest`: something stays, for another day; `none`: nothing does. */
export const clearVisits = defineOperation(
  { name: 'analytics.clear', database: 'shard', repeats: 'natural', input: Type.Object({ capsuleId, rowsMax }) },
  (tx, input, { nowMs, organizationId }): 'more' | 'rest' | 'none' => {
    const { retentionDays } = settingOf(tx, organizationId ?? '')
    const before = nowMs - retentionDays * dayMs
    if (removeVisits(tx, input.capsuleId, before, input.rowsMax)) return 'more'
    for (const grain of grains) {
      const bucket = Math.floor((nowMs - rollupDays[grain] * dayMs) / grainMs[grain])
      if (removeRollups(tx, input.capsuleId, grain, bucket, input.rowsMax)) return 'more'
    }
    const isLeft =
      tx.all(sql`SELECT 1 FROM visit WHERE capsule_id = ${input.capsuleId} LIMIT 1`).length > 0 ||
      tx.all(sql`SELECT 1 FROM visit_rollup WHERE capsule_id = ${input.capsuleId} LIMIT 1`).length > 0
    return isLeft ? 'rest' : 'none'
  },
)

/** The next day's clearing, once today's is done. */
export const clearAgain = defineOperation(
  { name: 'analytics.clear-again', database: 'shard', repeats: 'natural', input: Type.Object({ capsuleId }) },
  (_tx, input, context) => {
    const runAtMs = (Math.floor(context.nowMs / dayMs) + 1) * dayMs
    context.enqueue(removeOldVisits, input, { key: input.capsuleId, runAtMs })
  },
)

/** One slice of a capsule's forgetting. True: there is more. */
export const forgetVisits = defineOperation(
  { name: 'analytics.forget', database: 'shard', repeats: 'natural', input: Type.Object({ capsuleId, rowsMax }) },
  (tx, { capsuleId, rowsMax }): boolean =>
    removeVisits(tx, capsuleId, Number.MAX_SAFE_INTEGER, rowsMax) ||
    grains.some((grain) => removeRollups(tx, capsuleId, grain, Number.MAX_SAFE_INTEGER, rowsMax)),
)

/** Oldest first. Their figures stay: a rollup names nobody. True: there may be more. */
function removeVisits(tx: Tx, capsuleId: string, beforeMs: number, rowsMax: number): boolean {
  const rows = tx
    .select({ row: visit.row, begunMs: visit.begunMs })
    .from(visit)
    .where(eq(visit.capsuleId, capsuleId))
    .orderBy(asc(visit.row))
    .limit(rowsMax)
    .all()
  const old = rows.filter((one) => one.begunMs < beforeMs).map(({ row }) => row)
  if (old.length === 0) return false
  tx.delete(visitEvent).where(inArray(visitEvent.visit, old)).run()
  tx.delete(visit).where(inArray(visit.row, old)).run()
  return true
}

function removeRollups(tx: Tx, capsuleId: string, grain: (typeof grains)[number], before: number, most: number) {
  let removed = 0
  for (const { trait } of tx.all<{ trait: string }>(
    sql`SELECT DISTINCT trait FROM visit_rollup WHERE capsule_id = ${capsuleId} AND grain = ${grain}`,
  )) {
    removed += tx.all(
      sql`DELETE FROM visit_rollup WHERE (capsule_id, grain, trait, bucket, value) IN (
        SELECT capsule_id, grain, trait, bucket, value FROM visit_rollup WHERE capsule_id = ${capsuleId}
          AND grain = ${grain} AND trait = ${trait} AND bucket < ${before} LIMIT ${most}) RETURNING 1`,
    ).length
    if (removed > 0) return true
  }
  return false
}
