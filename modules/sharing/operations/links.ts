import { Type } from '@sinclair/typebox'
import { and, asc, eq, sql } from 'drizzle-orm'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { accessChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { capsuleAccess, type ShareLinkRow, shareCode, shareGuest, shareLink, shareVisit } from '../schema.ts'
import { isFull } from './fullness.ts'

const id = Type.String({ maxLength: 64 })
const text = Type.String({ minLength: 1, maxLength: 300 })
const orNull = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(schema: T) =>
  Type.Union([schema, Type.Null()])
const settings = {
  name: text,
  passwordHash: orNull(text),
  expiresMs: orNull(Type.Integer()),
  gate: orNull(Type.String({ maxLength: 300_000 })),
  downloads: Type.Boolean(),
}

export const absentLink = (): AppError => new AppError('not-found', 'There is no such share link.')

/** Opens a capsule to everybody at its own address, or closes that. */
export const setAccess = defineOperation(
  {
    name: 'sharing.set-access',
    database: 'shard',
    input: Type.Object({ capsuleId: id, private: Type.Boolean() }),
  },
  (tx, { capsuleId, private: isPrivate }, context) => {
    const before = tx.select().from(capsuleAccess).where(eq(capsuleAccess.capsuleId, capsuleId)).get()
    if ((before?.private ?? false) === isPrivate) return
    tx.insert(capsuleAccess)
      .values({ capsuleId, private: isPrivate })
      .onConflictDoUpdate({ target: capsuleAccess.capsuleId, set: { private: isPrivate } })
      .run()
    context.announce(accessChanged, capsuleId, { link: null })
  },
)

export const createLink = defineOperation(
  {
    name: 'sharing.create-link',
    database: 'shard',
    input: Type.Object({ id, capsuleId: id, createdBy: id, ...settings }),
  },
  (tx, input, context): ShareLinkRow => {
    if (isFull(tx, shareLink, eq(shareLink.capsuleId, input.capsuleId), limits.linksPerCapsuleMax)) {
      throw new AppError(
        'conflict',
        `A capsule has at most ${limits.linksPerCapsuleMax} share links. Delete one first.`,
      )
    }
    const row: ShareLinkRow = {
      ...input,
      organizationId: context.organizationId ?? '',
      round: 1,
      revokedMs: null,
      createdMs: context.nowMs,
    }
    tx.insert(shareLink).values(row).run()
    return row
  },
)

/** What is not given stays. With another password whoever came by the old one is asked for the new one. */
export const changeLink = defineOperation(
  {
    name: 'sharing.change-link',
    database: 'shard',
    input: Type.Object({ id, capsuleId: id, ...Type.Partial(Type.Object(settings)).properties }),
  },
  (tx, { id, capsuleId, ...change }, context): ShareLinkRow => {
    const row = linkRow(tx, context.organizationId, capsuleId, id)
    const isNewlyLocked = typeof change.passwordHash === 'string'
    const next: ShareLinkRow = { ...row, ...change, round: row.round + (isNewlyLocked ? 1 : 0) }
    tx.update(shareLink).set(next).where(eq(shareLink.id, id)).run()
    context.announce(accessChanged, capsuleId, { link: id })
    return next
  },
)

/** Ends a link at once, or lets it live again; who had come by it before has to come by it again. */
export const revokeLink = defineOperation(
  {
    name: 'sharing.revoke-link',
    database: 'shard',
    input: Type.Object({ id, capsuleId: id, revoked: Type.Boolean() }),
  },
  (tx, { id, capsuleId, revoked }, context): ShareLinkRow => {
    const row = linkRow(tx, context.organizationId, capsuleId, id)
    if ((row.revokedMs !== null) === revoked) return row
    const next: ShareLinkRow = { ...row, revokedMs: revoked ? context.nowMs : null, round: row.round + 1 }
    tx.update(shareLink).set(next).where(eq(shareLink.id, id)).run()
    context.announce(accessChanged, capsuleId, { link: id })
    return next
  },
)

/** For ever, with what it counted. A link with many guests is taken away in slices, and is revoked with the first. */
export const deleteLink = defineOperation(
  { name: 'sharing.delete-link', database: 'shard', input: Type.Object({ id, capsuleId: id }) },
  (tx, { id, capsuleId }, context): 'more' | 'done' => {
    const row = linkRow(tx, context.organizationId, capsuleId, id)
    if (row.revokedMs === null) context.announce(accessChanged, capsuleId, { link: id })
    if (removeLink(tx, id) === 'done') return 'done'
    tx.update(shareLink)
      .set({ revokedMs: row.revokedMs ?? context.nowMs })
      .where(eq(shareLink.id, id))
      .run()
    return 'more'
  },
)

/** Takes away what a purged capsule has left here, a link at a time. */
export const forgetCapsule = defineOperation(
  { name: 'sharing.forget', database: 'shard', input: Type.Object({ capsuleId: id }) },
  (tx, { capsuleId }, context): 'more' | 'done' => {
    const next = tx
      .select({ id: shareLink.id })
      .from(shareLink)
      .where(eq(shareLink.capsuleId, capsuleId))
      .orderBy(asc(shareLink.id))
      .limit(1)
      .get()
    if (next !== undefined) {
      if (removeLink(tx, next.id) === 'done') context.announce(accessChanged, capsuleId, { link: next.id })
      return 'more'
    }
    tx.delete(capsuleAccess).where(eq(capsuleAccess.capsuleId, capsuleId)).run()
    context.announce(accessChanged, capsuleId, { link: null })
    return 'done'
  },
)

function linkRow(tx: Tx, organizationId: string | null, capsuleId: string, id: string): ShareLinkRow {
  const row = tx
    .select()
    .from(shareLink)
    .where(and(eq(shareLink.id, id), eq(shareLink.capsuleId, capsuleId)))
    .get()
  if (row === undefined || row.organizationId !== organizationId) throw absentLink()
  return row
}

/** 'more': there are guests left, and the link with them. */
function removeLink(tx: Tx, id: string): 'more' | 'done' {
  if (removeGuests(tx, id) === limits.forgottenRowsMax) return 'more'
  tx.delete(shareCode).where(eq(shareCode.linkId, id)).run()
  tx.delete(shareVisit).where(eq(shareVisit.linkId, id)).run()
  tx.delete(shareLink).where(eq(shareLink.id, id)).run()
  return 'done'
}

/** Returns how many went. */
function removeGuests(tx: Tx, linkId: string): number {
  const some = sql`SELECT link_id, email FROM ${shareGuest} WHERE link_id = ${linkId} LIMIT ${limits.forgottenRowsMax}`
  return tx.all(sql`DELETE FROM ${shareGuest} WHERE (link_id, email) IN (${some}) RETURNING 1`).length
}
