import { eq } from 'drizzle-orm'
import type { Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { user } from '../schema.ts'

/** @throws AppError conflict: between what a caller saw and this step somebody else came. */
export function requireUser(tx: Tx, id: string): void {
  if (tx.select({ id: user.id }).from(user).where(eq(user.id, id)).get() === undefined) {
    throw new AppError('conflict', 'This user was removed meanwhile.')
  }
}
