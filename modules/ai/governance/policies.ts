import { and, eq } from 'drizzle-orm'
import { ValueCache } from '../../../src/cache/values.ts'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { policyChanged } from '../events.ts'
import { noPolicy, type Policy, setPolicy } from '../operations/settings.ts'
import { policy } from '../schema.ts'

const cachedMax = 20_000

/** The scope of a policy for all that an organization asks; others are ids of keys and of capsules. */
export const organizationScope = 'organization'

/** Who may ask how much, in memory; the change log evicts what changed. */
export class Policies {
  readonly #known: ValueCache<Policy>

  constructor(private readonly db: Databases) {
    this.#known = new ValueCache<Policy>(db.changes, { entriesMax: cachedMax }).on(
      policyChanged,
      ({ organizationId, subject }) => [`${organizationId}/${subject}`],
    )
  }

  /** What was never set limits nothing. */
  of(organizationId: OrganizationId, scope: string): Policy {
    const key = `${organizationId}/${scope}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const row = this.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(policy)
        .where(and(eq(policy.organizationId, organizationId), eq(policy.scope, scope)))
        .get(),
    )
    return this.#known.keep(key, row === undefined ? noPolicy : fromRow(row), [key])
  }

  async set(organizationId: OrganizationId, scope: string, next: Policy, actor: string): Promise<Policy> {
    await this.db.write(setPolicy, organizationId, { scope, actor, policy: next })
    return next
  }
}

function fromRow(row: typeof policy.$inferSelect): Policy {
  const { dayNano, monthNano, requestsPerMinute, tokensPerMinute, models, cacheTtlS } = row
  return {
    dayNano,
    monthNano,
    requestsPerMinute,
    tokensPerMinute,
    models: models === null ? null : (JSON.parse(models) as string[]),
    cacheTtlS,
  }
}
