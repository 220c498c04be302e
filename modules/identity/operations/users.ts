import { Type } from '@sinclair/typebox'
import { and, eq } from 'drizzle-orm'
import { defineJob, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { userChanged } from '../events.ts'
import { addressTaken } from '../refusals.ts'
import { account, user, verification } from '../schema.ts'
import { requireUser } from './presence.ts'
import { endSessions } from './sessions.ts'
import type { Fields } from './steps.ts'

/** Somebody is gone; what other modules keep of them goes too. */
export const userRemoved = defineJob({ kind: 'identity.user-removed', input: Type.Object({ userId: Type.String() }) })

/**
 * An address belongs to one user. One who has nothing to sign in with holds it no longer: the new user takes their place,
 * under an id of their own, so that nothing of the other is inherited. @throws AppError conflict.
 */
export function addUser(tx: Tx, { id, email, name }: Fields<'addUser'>, context: OperationContext): void {
  const holder = tx.select({ id: user.id }).from(user).where(eq(user.email, email)).get()
  if (holder !== undefined) {
    if (hasAccount(tx, holder.id)) throw addressTaken()
    removeUser(tx, holder, context)
  }
  tx.insert(user)
    .values({ id, email, name, emailVerified: false, createdMs: context.nowMs, updatedMs: context.nowMs })
    .run()
}

export function changeUser(tx: Tx, { id, name }: Fields<'changeUser'>, context: OperationContext): void {
  const changed = tx
    .update(user)
    .set({ name, updatedMs: context.nowMs })
    .where(eq(user.id, id))
    .returning({ id: user.id })
    .all()
  if (changed.length > 0) context.announce(userChanged, id, { removed: false })
}

export function removeUser(tx: Tx, { id }: Fields<'removeUser'>, context: OperationContext): void {
  endSessions(tx, { userId: id }, context)
  removeAccounts(tx, { userId: id })
  dropTokens(tx, id)
  const removed = tx.delete(user).where(eq(user.id, id)).returning({ id: user.id }).all()
  if (removed.length === 0) return
  context.announce(userChanged, id, { removed: true })
  context.enqueue(userRemoved, { userId: id }, { key: id })
}

/** @throws AppError conflict when somebody took the user's place meanwhile. */
export function addAccount(tx: Tx, fields: Fields<'addAccount'>, { nowMs }: OperationContext): void {
  requireUser(tx, fields.userId)
  const { id, userId, providerId, accountId, password } = fields
  const taken = tx
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.providerId, providerId), eq(account.accountId, accountId)))
    .get()
  if (taken !== undefined) throw addressTaken()
  tx.insert(account).values({ id, userId, providerId, accountId, password, createdMs: nowMs, updatedMs: nowMs }).run()
}

/** Whatever token could still set another one is void. */
export function setPassword(tx: Tx, { id, password }: Fields<'setPassword'>, { nowMs }: OperationContext): void {
  const [changed] = tx
    .update(account)
    .set({ password, updatedMs: nowMs })
    .where(eq(account.id, id))
    .returning({ userId: account.userId })
    .all()
  if (changed === undefined) throw new AppError('gone', 'This account was removed meanwhile.')
  dropTokens(tx, changed.userId)
}

export function removeAccounts(tx: Tx, { userId }: Fields<'removeAccounts'>): void {
  tx.delete(account).where(eq(account.userId, userId)).run()
}

function hasAccount(tx: Tx, userId: string): boolean {
  return tx.select({ id: account.id }).from(account).where(eq(account.userId, userId)).limit(1).get() !== undefined
}

function dropTokens(tx: Tx, userId: string): void {
  tx.delete(verification).where(eq(verification.value, userId)).run()
}
