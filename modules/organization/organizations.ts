import { eq, inArray, sql } from 'drizzle-orm'
import { organizationTag, slugTag } from '../../src/cache/tags.ts'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { isOrganizationId, newId, newOrganizationId, type OrganizationId } from '../../src/db/ids.ts'
import { placeOnRing, shardName } from '../../src/db/placement.ts'
import { AppError } from '../../src/errors.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Person } from '../identity/index.ts'
import { organizationChanged } from './events.ts'
import {
  activateOrganization,
  changeOrganization,
  createOrganization,
  makeProfile,
  prepareOrganization,
} from './operations.ts'
import { member, organization, organizationRedirect, type Role } from './schema.ts'
import { checkOrganizationSlug, organizationSlugOf } from './slugs.ts'

const cachedMax = 10_000
/** Owns what the house has of its own; nobody can sign in as it. */
const house: Person = { userId: 'usr_encapsify', email: 'checks@localhost', name: 'Encapsify' }
/** How long a creation waits for its second half before it answers `creating`. */
const readyMsMax = 3_000

export interface Organization {
  readonly id: OrganizationId
  readonly slug: string
  readonly name: string
  readonly state: 'creating' | 'active'
}

/** Organizations, found by id or address in memory; the change log evicts what changed. */
export class Organizations {
  readonly #byId: ValueCache<Organization>
  readonly #idBySlug: ValueCache<string>
  readonly #waiting = new Map<string, () => void>()

  constructor(
    private readonly db: Databases,
    jobs: Jobs,
  ) {
    const bounds = { entriesMax: cachedMax }
    this.#byId = new ValueCache<Organization>(db.changes, bounds).on(organizationChanged, ({ subject }) => [
      organizationTag(subject),
    ])
    this.#idBySlug = new ValueCache<string>(db.changes, bounds).on(organizationChanged, ({ payload }) =>
      payload.slugs.map(slugTag),
    )
    db.changes.onApplied(organizationChanged, (change) => {
      if (this.byId(change.subject)?.state === 'active') this.#waiting.get(change.subject)?.()
    })
    jobs.handle(prepareOrganization, async ({ id }) => {
      if (!isOrganizationId(id)) throw new Error(`${id} is no organization.`)
      await db.write(makeProfile, id, { id })
      await db.write(activateOrganization, id, { id })
    })
  }

  byId(id: string): Organization | undefined {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const row = this.db.readDirectory((tx) => tx.select().from(organization).where(eq(organization.id, id)).get())
    return row === undefined ? undefined : this.#keep(row)
  }

  bySlug(slug: string): Organization | undefined {
    const known = this.#idBySlug.get(slug)
    if (known !== undefined) return this.byId(known)
    const row = this.db.readDirectory((tx) => tx.select().from(organization).where(eq(organization.slug, slug)).get())
    return row === undefined ? undefined : this.#keep(row)
  }

  /** Where an organization is that had this slug before. */
  movedTo(slug: string): Organization | undefined {
    const row = this.db.readDirectory((tx) =>
      tx.select().from(organizationRedirect).where(eq(organizationRedirect.slug, slug)).get(),
    )
    return row === undefined ? undefined : this.byId(row.organizationId)
  }

  /** Resolves when it can be used, or after a bound while it is still being made. @throws AppError invalid, conflict. */
  async create(person: Person, input: { name: string; slug?: string | undefined }): Promise<Organization> {
    const name = checkName(input.name)
    const slug = input.slug === undefined ? organizationSlugOf(name) : checkOrganizationSlug(input.slug)
    return this.#make(newOrganizationId(), { slug, slugGiven: input.slug !== undefined, name }, person)
  }

  /** The organization at this slug, made when there is none. For the demo. */
  async ensure(person: Person, input: { name: string; slug: string }): Promise<Organization> {
    return this.bySlug(input.slug) ?? (await this.create(person, input))
  }

  /** An organization of the house itself, in this shard: its slug begins with what nobody else's may. */
  async ensureInShard(slug: string, name: string, shard: string): Promise<Organization> {
    const known = this.bySlug(slug)
    if (known !== undefined) return known
    const shards = this.db.readDirectory((tx) => tx.all<{ number: number }>(sql`SELECT number FROM shard`))
    const numbers = shards.map(({ number }) => number)
    // The ring decides where an id goes: one is drawn that goes there.
    let id = newOrganizationId()
    while (shardName(placeOnRing(id, numbers)) !== shard) {
      await new Promise(setImmediate)
      id = newOrganizationId()
    }
    return this.#make(id, { slug, slugGiven: true, name }, house)
  }

  async change(
    id: OrganizationId,
    change: { name?: string | undefined; slug?: string | undefined },
  ): Promise<Organization> {
    await this.db.write(changeOrganization, id, {
      id,
      ...(change.name !== undefined && { name: checkName(change.name) }),
      ...(change.slug !== undefined && { slug: checkOrganizationSlug(change.slug) }),
    })
    const changed = this.byId(id)
    if (changed === undefined) throw new AppError('not-found', 'There is no such organization.')
    return changed
  }

  /** Those that a user belongs to, with the role in each. A person is in few: one read of an index, then by id. */
  of(userId: string): (Organization & { role: Role })[] {
    const memberships = this.db.readDirectory((tx) =>
      tx
        .select({ id: member.organizationId, role: member.role })
        .from(member)
        .where(eq(member.userId, userId))
        .limit(1_000)
        .all(),
    )
    if (memberships.length === 0) return []
    const ids = memberships.map((one) => one.id)
    const rows = this.db.readDirectory((tx) =>
      tx.select().from(organization).where(inArray(organization.id, ids)).all(),
    )
    return rows.flatMap((row) => {
      const role = memberships.find((one) => one.id === row.id)?.role
      return role === undefined ? [] : [{ ...this.#keep(row), role }]
    })
  }

  /** Resolves when it can be used, or after a bound while it is still being made. @throws AppError conflict. */
  async #make(
    id: OrganizationId,
    input: { slug: string; slugGiven: boolean; name: string },
    person: Person,
  ): Promise<Organization> {
    const active = Promise.withResolvers<void>()
    this.#waiting.set(id, active.resolve)
    const bound = setTimeout(active.resolve, readyMsMax)
    try {
      const made = await this.db.write(createOrganization, id, {
        id,
        ...input,
        member: { id: newId('mem', id), ...person },
      })
      await active.promise
      return this.byId(id) ?? { id, slug: made.slug, name: input.name, state: 'creating' }
    } finally {
      clearTimeout(bound)
      this.#waiting.delete(id)
    }
  }

  #keep(row: typeof organization.$inferSelect): Organization {
    const { id, slug, name, state } = row
    const kept: Organization = { id: id as OrganizationId, slug, name, state }
    this.#idBySlug.keep(slug, id, [slugTag(slug), organizationTag(id)])
    return this.#byId.keep(id, kept, [organizationTag(id)])
  }
}

function checkName(name: string): string {
  const trimmed = name.trim()
  if (trimmed !== '' && trimmed.isWellFormed() && !/\p{Cc}/u.test(trimmed)) return trimmed
  throw new AppError('invalid', 'The name is empty or holds characters that no name has.', {
    faults: [{ pointer: '/name', message: 'is empty or holds characters that no name has' }],
  })
}
