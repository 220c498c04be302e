import { eq } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import type { Secrets } from '../../src/secret.ts'
import { eraseVisitor } from './operations/erasure.ts'
import { visit } from './schema.ts'
import { namedVisitor } from './visitors.ts'

/** Visits a slice: a few milliseconds of the writer's time. */
const visitsPerSlice = 50

/** Who asks to be forgotten: by the visitor of one of their visits, or by their address. */
export interface Forgotten {
  readonly visitor?: string | undefined
  readonly email?: string | undefined
}

export interface Erased {
  readonly visits: number
  readonly conversations: number
}

/** Takes one person's visits away from an organization: the visits, what happened in them, and their part of the figures. */
export class Erasures {
  constructor(
    private readonly db: Pick<Databases, 'read' | 'write'>,
    private readonly secrets: Secrets,
    /** What else is kept of whoever has this address; returns how much of it went. */
    private readonly eraseElsewhere: (organizationId: OrganizationId, email: string) => Promise<number>,
  ) {}

  /**
   * Returns how many visits and conversations there were. Visits that look the same on one day are one visitor, and go together; chats
   * are known by an address alone: one that was given, or that the visitor came with.
   */
  async erase(organizationId: OrganizationId, { visitor, email }: Forgotten): Promise<Erased> {
    const hash = visitor?.split('.')[0]
    const addresses = new Set([email, hash && this.#addressOf(organizationId, hash)].filter((one) => one !== undefined))
    // Who came before the secret was changed has a name made from the former one.
    const named = email === undefined ? [] : this.secrets.map((secret) => namedVisitor(secret, organizationId, email))
    const visits = await this.#eraseVisits(organizationId, hash === undefined ? named : [hash, ...named])
    let conversations = 0
    for (const address of addresses) conversations += await this.eraseElsewhere(organizationId, address)
    return { visits, conversations }
  }

  /** The proven address that a visitor came with. */
  #addressOf(organizationId: OrganizationId, visitor: string): string | undefined {
    const row = this.db.read(organizationId, (tx) =>
      tx
        .select({ email: visit.email, capsuleId: visit.capsuleId })
        .from(visit)
        .where(eq(visit.visitor, visitor))
        .limit(1)
        .get(),
    )
    return row !== undefined && organizationOf(row.capsuleId) === organizationId ? (row.email ?? undefined) : undefined
  }

  async #eraseVisits(organizationId: OrganizationId, visitors: readonly string[]): Promise<number> {
    let erased = 0
    for (const one of visitors) {
      let some: number
      do {
        some = await this.db.write(eraseVisitor, organizationId, { visitor: one, visitsMax: visitsPerSlice })
        erased += some
      } while (some > 0)
    }
    return erased
  }
}
