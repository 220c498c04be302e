import { and, asc, eq, gt } from 'drizzle-orm'
import { organizationTag } from '../../src/cache/tags.ts'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { paged } from '../../src/http/paging.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import type { Person } from '../identity/index.ts'
import { memberChanged } from './events.ts'
import { hashOf } from './hashes.ts'
import { acceptInvitation, invite, removeMember, setRole, withdrawInvitation } from './operations.ts'
import { invitation, member, type Role } from './schema.ts'

const cachedMax = 50_000
const invitationMs = 7 * 24 * 3_600_000

/** Who belongs to an organization, and who is asked to. */
export class Members {
  readonly #roles: ValueCache<{ readonly role: Role | undefined }>

  constructor(
    private readonly db: Databases,
    private readonly mailer: Mailer,
    private readonly origin: string,
  ) {
    this.#roles = new ValueCache<{ readonly role: Role | undefined }>(db.changes, { entriesMax: cachedMax }).on(
      memberChanged,
      ({ organizationId, payload }) => [`${organizationId}/${payload.userId}`],
    )
  }

  roleOf(organizationId: OrganizationId, userId: string): Role | undefined {
    const key = `${organizationId}/${userId}`
    const known = this.#roles.get(key)
    if (known !== undefined) return known.role
    const role = this.db.readDirectory((tx) =>
      tx
        .select({ role: member.role })
        .from(member)
        .where(and(eq(member.organizationId, organizationId), eq(member.userId, userId)))
        .get(),
    )?.role
    return this.#roles.keep(key, { role }, [key, organizationTag(organizationId)]).role
  }

  list(organizationId: OrganizationId, limit: number, cursor = '') {
    const rows = this.db.readDirectory((tx) =>
      tx
        .select({ id: member.id, userId: member.userId, email: member.email, name: member.name, role: member.role })
        .from(member)
        .where(and(eq(member.organizationId, organizationId), gt(member.id, cursor)))
        .orderBy(asc(member.id))
        .limit(limit + 1)
        .all(),
    )
    return paged(rows, limit, (last) => last.id)
  }

  async setRole(organizationId: OrganizationId, id: string, role: Role): Promise<void> {
    await this.db.write(setRole, organizationId, { id, role })
  }

  async remove(organizationId: OrganizationId, id: string): Promise<void> {
    await this.db.write(removeMember, organizationId, { id })
  }

  /** @throws AppError conflict when an organization would be left without an owner. */
  checkMayLeaveAll(userId: string): void {
    for (const { organizationId } of this.#ownedBy(userId)) {
      const owners = this.db.readDirectory((tx) =>
        tx
          .select({ userId: member.userId })
          .from(member)
          .where(and(eq(member.organizationId, organizationId), eq(member.role, 'owner')))
          .limit(2)
          .all(),
      )
      if (owners.length < 2) {
        throw new AppError(
          'conflict',
          'You are the only owner of an organization. Make somebody else an owner first, or delete the organization.',
        )
      }
    }
  }

  /**
   * Takes somebody who is gone out of every organization. Where that person was made the last owner in the same moment, the
   * membership stays: an organization without any owner could never be given one.
   */
  async leaveAll(userId: string): Promise<void> {
    for (const { id, organizationId } of this.#of(userId)) {
      try {
        await this.db.write(removeMember, organizationId as OrganizationId, { id })
      } catch (error) {
        if (!(error instanceof AppError) || !['conflict', 'not-found'].includes(error.code)) throw error
      }
    }
  }

  invitations(organizationId: OrganizationId, limit: number, cursor = '') {
    const rows = this.db.readDirectory((tx) =>
      tx
        .select({
          id: invitation.id,
          email: invitation.email,
          role: invitation.role,
          expiresAt: invitation.expiresMs,
          accepted: invitation.acceptedBy,
        })
        .from(invitation)
        .where(and(eq(invitation.organizationId, organizationId), gt(invitation.id, cursor)))
        .orderBy(asc(invitation.id))
        .limit(limit + 1)
        .all(),
    )
    return paged(
      rows.map(({ accepted, ...row }) => ({ ...row, accepted: accepted !== null })),
      limit,
      (last) => last.id,
    )
  }

  /** Sends the token by mail, and keeps its hash alone. */
  async invite(organization: { id: OrganizationId; name: string }, email: string, role: Role) {
    const token = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')
    const id = newId('inv', organization.id)
    const expiresMs = Date.now() + invitationMs
    const to = email.trim().toLowerCase()
    await this.db.write(invite, organization.id, { id, email: to, role, tokenHash: hashOf(token), expiresMs })
    await this.mailer.send({
      to,
      subject: `You are invited to ${organization.name}`,
      text: `You are invited to work on the capsules of ${organization.name}.\n\nSign in with this address and open:\n${this.origin}/studio/invitations/${token}\n\nThe invitation is good for seven days.`,
    })
    return { id, email: to, role, expiresAt: expiresMs, accepted: false }
  }

  async withdraw(organizationId: OrganizationId, id: string): Promise<void> {
    await this.db.write(withdrawInvitation, organizationId, { id })
  }

  async accept(token: string, person: Person): Promise<OrganizationId> {
    const tokenHash = hashOf(token)
    const row = this.db.readDirectory((tx) =>
      tx
        .select({ organizationId: invitation.organizationId })
        .from(invitation)
        .where(eq(invitation.tokenHash, tokenHash))
        .get(),
    )
    if (row === undefined) throw new AppError('not-found', 'There is no such invitation for this address.')
    const organizationId = row.organizationId as OrganizationId
    await this.db.write(acceptInvitation, organizationId, {
      tokenHash,
      member: { random: newId('mem', organizationId), ...person, email: person.email.toLowerCase() },
    })
    return organizationId
  }

  #of(userId: string) {
    return this.db.readDirectory((tx) =>
      tx
        .select({ id: member.id, organizationId: member.organizationId, role: member.role })
        .from(member)
        .where(eq(member.userId, userId))
        .all(),
    )
  }

  #ownedBy(userId: string) {
    return this.#of(userId).filter((one) => one.role === 'owner')
  }
}
