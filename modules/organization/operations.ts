import { Type } from '@sinclair/typebox'
import { and, eq, ne } from 'drizzle-orm'
import { isOrganizationId } from '../../src/db/ids.ts'
import { defineJob, defineOperation, type Tx } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { keyChanged, memberChanged, organizationChanged } from './events.ts'
import { apiKey, invitation, member, organization, organizationProfile, organizationRedirect, roles } from './schema.ts'

const id = Type.String({ maxLength: 64 })
const text = Type.String({ minLength: 1, maxLength: 254 })
const role = Type.Union(roles.map((one) => Type.Literal(one)))
const slug = Type.String({ minLength: 3, maxLength: 40 })

/** The second half of making an organization: its row in its shard. */
export const prepareOrganization = defineJob({ kind: 'organization.prepare', input: Type.Object({ id }) })

export const createOrganization = defineOperation(
  {
    name: 'organization.create',
    database: 'directory',
    input: Type.Object({
      id,
      slug,
      slugGiven: Type.Boolean(),
      name: text,
      member: Type.Object({ id, userId: id, email: text, name: text }),
    }),
  },
  (tx, input, context): { slug: string } => {
    const { id } = input
    if (!isOrganizationId(id)) throw new Error('An organization has an organization id.')
    const free = freeSlug(tx, input.slug, input.slugGiven)
    tx.insert(organization)
      .values({ id, slug: free, name: input.name, state: 'creating', createdMs: context.nowMs })
      .run()
    tx.insert(member)
      .values({ ...input.member, organizationId: id, role: 'owner', createdMs: context.nowMs })
      .run()
    context.place(id)
    context.enqueue(prepareOrganization, { id })
    context.announce(organizationChanged, id, { slugs: [free] })
    context.announce(memberChanged, id, { userId: input.member.userId })
    return { slug: free }
  },
)

export const makeProfile = defineOperation(
  { name: 'organization.make-profile', database: 'shard', input: Type.Object({ id }) },
  (tx, input, context) => {
    tx.insert(organizationProfile)
      .values({ organizationId: input.id, createdMs: context.nowMs })
      .onConflictDoNothing()
      .run()
  },
)

export const activateOrganization = defineOperation(
  { name: 'organization.activate', database: 'directory', input: Type.Object({ id }) },
  (tx, input, context) => {
    const [row] = tx
      .update(organization)
      .set({ state: 'active' })
      .where(and(eq(organization.id, input.id), eq(organization.state, 'creating')))
      .returning({ slug: organization.slug })
      .all()
    if (row !== undefined) context.announce(organizationChanged, input.id, { slugs: [row.slug] })
  },
)

export const changeOrganization = defineOperation(
  {
    name: 'organization.change',
    database: 'directory',
    input: Type.Object({ id, name: Type.Optional(text), slug: Type.Optional(slug) }),
  },
  (tx, input, context) => {
    const row = tx.select().from(organization).where(eq(organization.id, input.id)).get()
    if (row === undefined) throw new AppError('not-found', 'There is no such organization.')
    const next = { name: input.name ?? row.name, slug: input.slug ?? row.slug }
    if (next.slug !== row.slug) {
      freeSlug(tx, next.slug, true)
      tx.delete(organizationRedirect).where(eq(organizationRedirect.slug, next.slug)).run()
      tx.insert(organizationRedirect)
        .values({ slug: row.slug, organizationId: row.id })
        .onConflictDoUpdate({ target: organizationRedirect.slug, set: { organizationId: row.id } })
        .run()
    }
    tx.update(organization).set(next).where(eq(organization.id, row.id)).run()
    context.announce(organizationChanged, row.id, { slugs: [row.slug, next.slug] })
  },
)

/** Adds somebody, or gives them another role. The last owner stays one. */
export const setRole = defineOperation(
  { name: 'organization.set-role', database: 'directory', input: Type.Object({ id, role }) },
  (tx, input, context) => {
    const row = memberRow(tx, context.organizationId, input.id)
    if (row.role === 'owner' && input.role !== 'owner') anotherOwner(tx, row)
    tx.update(member).set({ role: input.role }).where(eq(member.id, row.id)).run()
    context.announce(memberChanged, row.organizationId, { userId: row.userId })
  },
)

export const removeMember = defineOperation(
  { name: 'organization.remove-member', database: 'directory', input: Type.Object({ id }) },
  (tx, input, context) => {
    const row = memberRow(tx, context.organizationId, input.id)
    if (row.role === 'owner') anotherOwner(tx, row)
    tx.delete(member).where(eq(member.id, row.id)).run()
    context.announce(memberChanged, row.organizationId, { userId: row.userId })
  },
)

export const invite = defineOperation(
  {
    name: 'organization.invite',
    database: 'directory',
    input: Type.Object({ id, email: text, role, tokenHash: text, expiresMs: Type.Integer() }),
  },
  (tx, input, context) => {
    const organizationId = context.organizationId ?? ''
    tx.insert(invitation)
      .values({ ...input, organizationId, acceptedBy: null, createdMs: context.nowMs })
      .run()
  },
)

export const withdrawInvitation = defineOperation(
  { name: 'organization.withdraw', database: 'directory', input: Type.Object({ id }) },
  (tx, input, context) => {
    const gone = tx
      .delete(invitation)
      .where(and(eq(invitation.id, input.id), eq(invitation.organizationId, context.organizationId ?? '')))
      .returning({ id: invitation.id })
      .all()
    if (gone.length === 0) throw new AppError('not-found', 'There is no such invitation.')
  },
)

/** Accepting twice is accepting once. The invitation is for one address: a forwarded letter opens nothing. */
export const acceptInvitation = defineOperation(
  {
    name: 'organization.accept',
    database: 'directory',
    input: Type.Object({ tokenHash: text, member: Type.Object({ random: id, userId: id, email: text, name: text }) }),
  },
  (tx, input, context): { organizationId: string } => {
    const row = tx.select().from(invitation).where(eq(invitation.tokenHash, input.tokenHash)).get()
    const { random, ...person } = input.member
    if (row === undefined || row.email !== person.email) {
      throw new AppError('not-found', 'There is no such invitation for this address.')
    }
    if (row.acceptedBy === person.userId) return { organizationId: row.organizationId }
    if (row.acceptedBy !== null || row.expiresMs < context.nowMs) {
      throw new AppError('gone', 'This invitation has been used or has expired. Ask for a new one.')
    }
    tx.update(invitation).set({ acceptedBy: person.userId }).where(eq(invitation.id, row.id)).run()
    tx.insert(member)
      .values({ ...person, id: random, organizationId: row.organizationId, role: row.role, createdMs: context.nowMs })
      .onConflictDoNothing()
      .run()
    context.announce(memberChanged, row.organizationId, { userId: person.userId })
    return { organizationId: row.organizationId }
  },
)

export const addKey = defineOperation(
  {
    name: 'organization.add-key',
    database: 'directory',
    input: Type.Object({ id, name: text, hash: text, hint: text, scopes: Type.String(), createdBy: id }),
  },
  (tx, input, context): { createdMs: number } => {
    const organizationId = context.organizationId ?? ''
    tx.insert(apiKey)
      .values({ ...input, organizationId, createdMs: context.nowMs })
      .run()
    context.announce(keyChanged, input.id, { hash: input.hash })
    return { createdMs: context.nowMs }
  },
)

export const revokeKey = defineOperation(
  { name: 'organization.revoke-key', database: 'directory', input: Type.Object({ id }) },
  (tx, input, context) => {
    const [gone] = tx
      .delete(apiKey)
      .where(and(eq(apiKey.id, input.id), eq(apiKey.organizationId, context.organizationId ?? '')))
      .returning({ hash: apiKey.hash })
      .all()
    if (gone === undefined) throw new AppError('not-found', 'There is no such key.')
    context.announce(keyChanged, input.id, { hash: gone.hash })
  },
)

export const organizationOperations = [
  createOrganization,
  makeProfile,
  activateOrganization,
  changeOrganization,
  setRole,
  removeMember,
  invite,
  withdrawInvitation,
  acceptInvitation,
  addKey,
  revokeKey,
]

type MemberRow = typeof member.$inferSelect

function memberRow(tx: Tx, organizationId: string | null, id: string): MemberRow {
  const row = tx.select().from(member).where(eq(member.id, id)).get()
  if (row === undefined || row.organizationId !== organizationId)
    throw new AppError('not-found', 'There is no such member.')
  return row
}

/** @throws AppError conflict when nobody else would own the organization. */
function anotherOwner(tx: Tx, row: MemberRow): void {
  const other = tx
    .select({ id: member.id })
    .from(member)
    .where(and(eq(member.organizationId, row.organizationId), eq(member.role, 'owner'), ne(member.id, row.id)))
    .get()
  if (other === undefined) {
    throw new AppError('conflict', 'An organization has at least one owner. Make somebody else an owner first.')
  }
}

/** `wanted`, or with something behind it when it was not asked for by name. @throws AppError conflict. */
function freeSlug(tx: Tx, wanted: string, given: boolean): string {
  const taken = (slug: string) =>
    tx.select({ id: organization.id }).from(organization).where(eq(organization.slug, slug)).get() !== undefined
  if (!taken(wanted)) return wanted
  if (given) {
    throw new AppError('conflict', `Another organization is at "${wanted}" already.`, {
      faults: [{ pointer: '/slug', message: 'is taken' }],
    })
  }
  for (;;) {
    const slug = `${wanted.slice(0, 31)}-${Math.random().toString(36).slice(2, 10)}`
    if (!taken(slug)) return slug
  }
}
