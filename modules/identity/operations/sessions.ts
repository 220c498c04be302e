import { desc, eq, inArray, lt } from 'drizzle-orm'
import type { OperationContext, Tx } from '../../../src/db/operation.ts'
import { sessionChanged } from '../events.ts'
import { session } from '../schema.ts'
import { requireUser } from './presence.ts'
import type { Fields } from './steps.ts'

/** Where somebody is signed in at once; with one more the one that ends first is ended. */
export const sessionsPerUserMax = 50
/** Expired rows that a new session takes with it. */
const sweptMax = 20

export function addSession(tx: Tx, fields: Fields<'addSession'>, context: OperationContext): void {
  const { id, userId, token, expiresMs, ipAddress, userAgent } = fields
  requireUser(tx, userId)
  sweep(tx, context.nowMs)
  const surplus = tx
    .select({ id: session.id })
    .from(session)
    .where(eq(session.userId, userId))
    .orderBy(desc(session.expiresMs))
    .limit(sessionsPerUserMax)
    .offset(sessionsPerUserMax - 1)
    .all()
  for (const other of surplus) endSession(tx, other, context)
  const times = { createdMs: context.nowMs, updatedMs: context.nowMs }
  tx.insert(session)
    .values({ id, userId, token, expiresMs, ipAddress, userAgent, ...times })
    .run()
}

export function extendSession(tx: Tx, { id, expiresMs }: Fields<'extendSession'>, context: OperationContext): void {
  tx.update(session).set({ expiresMs, updatedMs: context.nowMs }).where(eq(session.id, id)).run()
  context.announce(sessionChanged, id, {})
}

export function endSession(tx: Tx, { id }: Fields<'endSession'>, context: OperationContext): void {
  const ended = tx.delete(session).where(eq(session.id, id)).returning({ id: session.id }).all()
  if (ended.length > 0) context.announce(sessionChanged, id, {})
}

/** All of one user, also those that began since the caller looked. */
export function endSessions(tx: Tx, { userId }: Fields<'endSessions'>, context: OperationContext): void {
  const ended = tx.delete(session).where(eq(session.userId, userId)).returning({ id: session.id }).all()
  for (const { id } of ended) context.announce(sessionChanged, id, {})
}

/** Expired sessions open nothing, so nobody needs to hear of their end. */
function sweep(tx: Tx, nowMs: number): void {
  const old = tx.select({ id: session.id }).from(session).where(lt(session.expiresMs, nowMs)).limit(sweptMax)
  tx.delete(session).where(inArray(session.id, old)).run()
}
