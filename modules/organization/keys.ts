import { and, asc, eq, gt } from 'drizzle-orm'
import { organizationTag } from '../../src/cache/tags.ts'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId } from '../../src/db/ids.ts'
import { paged } from '../../src/http/paging.ts'
import { keyChanged } from './events.ts'
import { hashOf } from './hashes.ts'
import { addKey, revokeKey } from './operations.ts'
import type { Permission } from './permissions.ts'
import { apiKey } from './schema.ts'

const cachedMaxDefault = 10_000

export interface KeySummary {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly scopes: readonly Permission[]
  readonly createdAt: number
}

export interface KnownKey {
  readonly id: string
  readonly organizationId: OrganizationId
  readonly scopes: readonly Permission[]
}

/** API keys: shown once, kept as a hash, revoked at once on every node by the change log. */
export class Keys {
  /** By the key itself, so that a request costs no hash: memory only, and gone with its revocation. */
  readonly #known: ValueCache<KnownKey>

  constructor(
    private readonly db: Databases,
    cachedMax = cachedMaxDefault,
  ) {
    this.#known = new ValueCache<KnownKey>(db.changes, { entriesMax: cachedMax }).on(keyChanged, ({ payload }) => [
      payload.hash,
    ])
  }

  /** The key itself is in this answer and never again. */
  async create(
    organizationId: OrganizationId,
    input: { name: string; scopes: readonly Permission[]; createdBy: string },
  ) {
    const key = `enc_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')}`
    const id = newId('key', organizationId)
    const { name, scopes, createdBy } = input
    const hint = key.slice(0, 10)
    const { createdMs } = await this.db.write(addKey, organizationId, {
      id,
      name,
      hash: hashOf(key),
      hint,
      scopes: JSON.stringify(scopes),
      createdBy,
    })
    const summary: KeySummary = { id, name, hint, scopes, createdAt: createdMs }
    return { ...summary, key }
  }

  async revoke(organizationId: OrganizationId, id: string): Promise<void> {
    await this.db.write(revokeKey, organizationId, { id })
  }

  list(organizationId: OrganizationId, limit: number, cursor = ''): { items: KeySummary[]; nextCursor: string | null } {
    const rows = this.db.readDirectory((tx) =>
      tx
        .select()
        .from(apiKey)
        .where(and(eq(apiKey.organizationId, organizationId), gt(apiKey.id, cursor)))
        .orderBy(asc(apiKey.id))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => last.id)
    const items = page.items.map((row) => ({
      id: row.id,
      name: row.name,
      hint: row.hint,
      scopes: JSON.parse(row.scopes) as Permission[],
      createdAt: row.createdMs,
    }))
    return { ...page, items }
  }

  /** Whose key this is; undefined for one that is none. */
  find(key: string): KnownKey | undefined {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (!/^enc_[\w-]{43}$/.test(key)) return undefined
    const hash = hashOf(key)
    const row = this.db.readDirectory((tx) => tx.select().from(apiKey).where(eq(apiKey.hash, hash)).get())
    if (row === undefined) return undefined
    const found: KnownKey = {
      id: row.id,
      organizationId: row.organizationId as OrganizationId,
      scopes: JSON.parse(row.scopes) as Permission[],
    }
    return this.#known.keep(key, found, [hash, organizationTag(found.organizationId)])
  }
}
