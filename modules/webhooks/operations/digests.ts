import { Type } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { type DigestRhythm, digest, digestRhythms } from '../schema.ts'
import { sendDigests } from './jobs.ts'

const id = Type.String({ maxLength: 64 })
const every = Type.Union(digestRhythms.map((one) => Type.Literal(one)))
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Digests are there when people begin to work in Europe: 07:00 UTC; the weekly one on Mondays. */
const morningMs = 7 * hourMs
/** 1970-01-05 was the first Monday. */
const mondayMs = 4 * dayMs

/** When the next digest of this rhythm is due, UTC milliseconds. */
export function dueAfter(every: DigestRhythm, nowMs: number): number {
  const next = (stepMs: number, offsetMs: number) => (Math.floor((nowMs - offsetMs) / stepMs) + 1) * stepMs + offsetMs
  if (every === 'hour') return next(hourMs, 0)
  return every === 'day' ? next(dayMs, morningMs) : next(7 * dayMs, mondayMs + morningMs)
}

/** One member's wish. What came before it is not told. */
export const setDigest = defineOperation(
  {
    name: 'webhooks.set-digest',
    database: 'shard',
    input: Type.Object({ userId: id, every, leads: Type.Boolean(), afterRow: Type.Integer({ minimum: 0 }) }),
  },
  (tx, { userId, every, leads, afterRow }, context) => {
    const { nowMs, organizationId } = context
    const dueMs = dueAfter(every, nowMs)
    const mine = and(eq(digest.organizationId, organizationId ?? ''), eq(digest.userId, userId))
    const before = tx.select().from(digest).where(mine).get()
    tx.insert(digest)
      .values({ organizationId: organizationId ?? '', userId, every, leads, afterRow, dueMs })
      .onConflictDoUpdate({
        target: [digest.organizationId, digest.userId],
        set: { every, leads, dueMs, ...(before?.every === 'never' && { afterRow }) },
      })
      .run()
    wake(tx, context)
  },
)

/** A digest was written, or there was nothing to say: the next one is due by its rhythm. */
export const settleDigest = defineOperation(
  {
    name: 'webhooks.settle-digest',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ userId: id, afterRow: Type.Integer({ minimum: 0 }) }),
  },
  (tx, { userId, afterRow }, { organizationId, nowMs }) => {
    const mine = and(eq(digest.organizationId, organizationId ?? ''), eq(digest.userId, userId))
    const row = tx.select().from(digest).where(mine).get()
    if (row === undefined) return
    tx.update(digest)
      .set({ afterRow, dueMs: dueAfter(row.every, nowMs) })
      .where(mine)
      .run()
  },
)

/** The next look at the organization's digests. */
export const awaitDigests = defineOperation(
  { name: 'webhooks.await-digests', database: 'shard', repeats: 'natural', input: Type.Object({}) },
  (tx, _, context) => wake(tx, context),
)

/** Somebody left: nothing is written to them any more. */
export const forgetDigest = defineOperation(
  { name: 'webhooks.forget-digest', database: 'shard', repeats: 'natural', input: Type.Object({ userId: id }) },
  (tx, { userId }, { organizationId }) => {
    tx.delete(digest)
      .where(and(eq(digest.organizationId, organizationId ?? ''), eq(digest.userId, userId)))
      .run()
  },
)

function wake(tx: Tx, context: OperationContext): void {
  const [next] = tx.all<{ due: number | null }>(
    sql`SELECT min(due_ms) AS due FROM digest WHERE organization_id = ${context.organizationId} AND every <> 'never'`,
  )
  if (next?.due != null)
    context.enqueue(sendDigests, {}, { key: `${context.organizationId}:${next.due}`, runAtMs: next.due })
}
