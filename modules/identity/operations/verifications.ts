import { eq, inArray, lt } from 'drizzle-orm'
import type { OperationContext, Tx } from '../../../src/db/operation.ts'
import { tokenSpent } from '../refusals.ts'
import { verification } from '../schema.ts'
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

/** Of two who come with one token at once the second finds it spent. @throws AppError invalid. */
export function spendVerification(tx: Tx, { id }: Fields<'spendVerification'>, { nowMs }: OperationContext): void {
  const [spent] = tx
    .delete(verification)
    .where(eq(verification.id, id))
    .returning({ expiresMs: verification.expiresMs })
    .all()
  if (spent === undefined || spent.expiresMs < nowMs) throw tokenSpent()
}
