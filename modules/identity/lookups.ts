import { and, desc, eq, exists, gt } from 'drizzle-orm'
import type { Tx } from '../../src/db/operation.ts'
import { account, session, user, verification } from './schema.ts'

/** A row as better-auth knows it: its own names, dates instead of milliseconds. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string }

/** What a condition compares with, by field. */
export type Values = Readonly<Record<string, unknown>>

type Lookup = (tx: Tx, values: Values, limit: number) => Row[]

/**
 * Everything that better-auth looks up, by table and conditions (`field`, or `field operator`). The list is closed: each has
 * an index, and a new version that asks for something else fails loudly instead of scanning a table.
 */
const lookups: Readonly<Record<string, Lookup>> = {
  'user: id': (tx, { id }) =>
    tx
      .select()
      .from(user)
      .where(eq(user.id, text(id)))
      .all()
      .map(toUser),
  // Whoever has nothing to sign in with is half a sign-up: to the outside there is no such user.
  'user: email': (tx, { email }) =>
    tx
      .select()
      .from(user)
      .where(and(eq(user.email, text(email)), exists(tx.select().from(account).where(eq(account.userId, user.id)))))
      .all()
      .map(toUser),
  'account: userId': (tx, { userId }, limit) =>
    tx
      .select()
      .from(account)
      .where(eq(account.userId, text(userId)))
      .limit(limit)
      .all()
      .map(toAccount),
  'account: userId, providerId, accountId': (tx, { userId, providerId, accountId }) =>
    tx
      .select()
      .from(account)
      .where(
        and(
          eq(account.providerId, text(providerId)),
          eq(account.accountId, text(accountId)),
          eq(account.userId, text(userId)),
        ),
      )
      .all()
      .map(toAccount),
  'account: id': (tx, { id }) =>
    tx
      .select()
      .from(account)
      .where(eq(account.id, text(id)))
      .all()
      .map(toAccount),
  'session: token': (tx, { token }) =>
    tx
      .select()
      .from(session)
      .where(eq(session.token, text(token)))
      .all()
      .map(toSession),
  'session: userId': (tx, { userId }, limit) =>
    tx
      .select()
      .from(session)
      .where(eq(session.userId, text(userId)))
      .orderBy(desc(session.expiresMs))
      .limit(limit)
      .all()
      .map(toSession),
  'session: userId, expiresAt gt': (tx, { userId, expiresAt }, limit) =>
    tx
      .select()
      .from(session)
      .where(and(eq(session.userId, text(userId)), gt(session.expiresMs, ms(expiresAt))))
      .orderBy(desc(session.expiresMs))
      .limit(limit)
      .all()
      .map(toSession),
  'verification: id': (tx, { id }) =>
    tx
      .select()
      .from(verification)
      .where(eq(verification.id, text(id)))
      .all()
      .map(toVerification),
  // Newest first, as better-auth asks for it.
  'verification: identifier': (tx, { identifier }, limit) =>
    tx
      .select()
      .from(verification)
      .where(eq(verification.identifier, text(identifier)))
      .orderBy(desc(verification.createdMs))
      .limit(limit)
      .all()
      .map(toVerification),
}

export interface Condition {
  readonly field: string
  readonly operator: string | undefined
  readonly value: unknown
}

/** @throws Error when better-auth asks for something that is not listed. */
export function look(tx: Tx, table: string, where: readonly Condition[], limit: number): Row[] {
  const conditions = where.map(({ field, operator }) => (operator === 'eq' ? field : `${field} ${operator}`))
  const name = `${table}: ${conditions.join(', ')}`
  const lookup = lookups[name]
  if (lookup === undefined) throw new Error(`There is no lookup "${name}".`)
  return lookup(tx, Object.fromEntries(where.map(({ field, value }) => [field, value])), limit)
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error('This must be a text.')
}

export function ms(value: unknown): number {
  if (value instanceof Date) return value.getTime()
  throw new Error('This must be a date.')
}

interface Times {
  readonly createdMs: number
  readonly updatedMs: number
}

function times({ createdMs, updatedMs }: Times) {
  return { createdAt: new Date(createdMs), updatedAt: new Date(updatedMs) }
}

function toUser({ id, email, name, emailVerified, ...row }: typeof user.$inferSelect): Row {
  return { id, email, name, emailVerified, image: null, ...times(row) }
}

function toAccount({ id, userId, providerId, accountId, password, ...row }: typeof account.$inferSelect): Row {
  return { id, userId, providerId, accountId, password, ...times(row) }
}

function toSession({ id, userId, token, expiresMs, ipAddress, userAgent, ...row }: typeof session.$inferSelect): Row {
  return { id, userId, token, expiresAt: new Date(expiresMs), ipAddress, userAgent, ...times(row) }
}

function toVerification({ id, identifier, value, expiresMs, ...row }: typeof verification.$inferSelect): Row {
  return { id, identifier, value, expiresAt: new Date(expiresMs), ...times(row) }
}
