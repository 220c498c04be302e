import { eq, inArray, lt } from 'drizzle-orm'
import type { OperationContext, Tx } from '../../../src/db/operation.ts'
import { tokenSpent } from '../refusals.ts'
import { user, verification } from '../schema.ts'
import type { Fields } from './steps.ts'

/** Expired rows that a new token takes with it. */
const sweptMax = 20

export function addVerification(tx: Tx, fields: Fields<'addVerification'>, { nowMs }: OperationContext): void {
  const { id, identifier, value, expiresMs } = fields
  const old = tx
    .select({ id: verification.id })
    .from(verification)
    .where(lt(verification.expiresMs, nowMs))
    .limit(sweptMax)
  tx.delete(verification).where(inArray(verification.id, old)).run()
  tx.insert(verification).values({ id, identifier, value, expiresMs, createdMs: nowMs, updatedMs: nowMs }).run()
}

/**
 * Of two who come with one token at once the second finds it spent. Whoever has the token has read the letter, and so
 * proved that the address is theirs. @throws AppError invalid.
 */
export function spendVerification(tx: Tx, { id }: Fields<'spendVerification'>, { nowMs }: OperationContext): void {
  const [spent] = tx
    .delete(verification)
    .where(eq(verification.id, id))
    .returning({ userId: verification.value, expiresMs: verification.expiresMs })
    .all()
  if (spent === undefined || spent.expiresMs < nowMs) throw tokenSpent()
  tx.update(user).set({ emailVerified: true }).where(eq(user.id, spent.userId)).run()
}
