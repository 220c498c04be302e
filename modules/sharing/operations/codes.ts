import { Type } from '@sinclair/typebox'
import { and, eq, lte, sql } from 'drizzle-orm'
import { defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { shareCode, shareGuest, shareVisit } from '../schema.ts'
import { isFull } from './fullness.ts'

const id = Type.String({ maxLength: 64 })
const email = Type.String({ minLength: 3, maxLength: limits.emailLengthMax })
const codeHash = Type.String({ maxLength: 64 })

/** Keeps the hash of a code that is about to be sent. It takes the place of the one before: a code is good once, and alone. */
export const keepCode = defineOperation(
  {
    name: 'sharing.keep-code',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ linkId: id, email, codeHash }),
  },
  (tx, { linkId, email, codeHash }, { nowMs }) => {
    tx.delete(shareCode)
      .where(and(eq(shareCode.linkId, linkId), lte(shareCode.expiresMs, nowMs)))
      .run()
    if (isFull(tx, shareCode, eq(shareCode.linkId, linkId), limits.codesWaitingMax)) {
      throw new AppError('unavailable', 'Too many codes of this link wait to be used. Try again in some minutes.', {
        retryAfterS: 300,
      })
    }
    const code = { codeHash, tries: 0, expiresMs: nowMs + limits.codeMs }
    tx.insert(shareCode)
      .values({ linkId, email, ...code })
      .onConflictDoUpdate({ target: [shareCode.linkId, shareCode.email], set: code })
      .run()
  },
)

export type Redeemed = 'good' | 'wrong' | 'spent'

/**
 * A try at a code. The right one is gone with it, and its address is a guest of the link; mistyped too often it is gone too.
 * A fault is no error here, because an error would take back that it was counted.
 */
export const redeemCode = defineOperation(
  { name: 'sharing.redeem-code', database: 'shard', input: Type.Object({ linkId: id, email, codeHash }) },
  (tx, { linkId, email, codeHash }, context): Redeemed => {
    const at = and(eq(shareCode.linkId, linkId), eq(shareCode.email, email))
    const kept = tx.select().from(shareCode).where(at).get()
    if (kept === undefined || kept.expiresMs <= context.nowMs) return 'spent'
    if (kept.codeHash !== codeHash) {
      const tries = kept.tries + 1
      if (tries >= limits.codeTriesMax) tx.delete(shareCode).where(at).run()
      else tx.update(shareCode).set({ tries }).where(at).run()
      return tries >= limits.codeTriesMax ? 'spent' : 'wrong'
    }
    tx.delete(shareCode).where(at).run()
    welcome(tx, linkId, email, context)
    return 'good'
  },
)

/** Adds visits that were counted in memory. What names a link that is gone counts for nobody, and goes with the next capsule. */
export const addVisits = defineOperation(
  {
    name: 'sharing.add-visits',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      links: Type.Array(Type.Object({ id, visits: Type.Integer({ minimum: 1 }) }), { maxItems: 200 }),
    }),
  },
  (tx, { links }, { nowMs }) => {
    for (const { id: linkId, visits } of links) {
      tx.insert(shareVisit)
        .values({ linkId, visits, lastMs: nowMs })
        .onConflictDoUpdate({
          target: shareVisit.linkId,
          set: { visits: sql`${shareVisit.visits} + ${visits}`, lastMs: nowMs },
        })
        .run()
    }
  },
)

function welcome(tx: Tx, linkId: string, email: string, { nowMs }: OperationContext): void {
  const known = tx
    .update(shareGuest)
    .set({ visits: sql`${shareGuest.visits} + 1`, lastMs: nowMs })
    .where(and(eq(shareGuest.linkId, linkId), eq(shareGuest.email, email)))
    .returning({ email: shareGuest.email })
    .get()
  if (known !== undefined) return
  // Beyond that they are let in, and not listed.
  if (isFull(tx, shareGuest, eq(shareGuest.linkId, linkId), limits.guestsPerLinkMax)) return
  tx.insert(shareGuest).values({ linkId, email, visits: 1, firstMs: nowMs, lastMs: nowMs }).run()
}
