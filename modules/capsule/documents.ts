import { and, eq, sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import type { CapsuleDocument } from './document/schema.ts'
import { version } from './schema.ts'

/** Versions kept parsed; each is at most 512 KiB of text. */
const versionsMax = 500

const one = statement((tx) =>
  tx
    .select({ document: version.document })
    .from(version)
    .where(and(eq(version.capsuleId, sql.placeholder('id')), eq(version.number, sql.placeholder('number'))))
    .prepare(),
)

/** Published versions, parsed once: they never change, so nothing ever evicts them but room. */
export class Documents {
  readonly #parsed = new LRUCache<string, CapsuleDocument>({ max: versionsMax })

  constructor(private readonly db: Databases) {}

  /** Undefined when there is no such version. @throws AppError not-found for an id of no organization. */
  version(capsuleId: string, number: number): CapsuleDocument | undefined {
    const key = `${capsuleId}/${number}`
    const known = this.#parsed.get(key)
    if (known !== undefined) return known
    const row = this.db.read(organizationOf(capsuleId), (tx) => one(tx).get({ id: capsuleId, number }))
    if (row === undefined) return undefined
    const document = JSON.parse(row.document) as CapsuleDocument
    this.#parsed.set(key, document)
    return document
  }
}
