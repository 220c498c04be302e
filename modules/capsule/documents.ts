import { and, eq, sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import type { CapsuleDocument } from './document/schema.ts'
import { version } from './schema.ts'

/** Versions kept parsed, and the characters of their texts: parsed, they take a few times as much memory. */
const versionsMax = 5_000
const charactersMax = 16 * 1_048_576

const one = statement((tx) =>
  tx
    .select({ document: version.document })
    .from(version)
    .where(and(eq(version.capsuleId, sql.placeholder('id')), eq(version.number, sql.placeholder('number'))))
    .prepare(),
)

/** Published versions, parsed once: they never change, so nothing ever evicts them but room. */
export class Documents {
  readonly #parsed = new LRUCache<string, CapsuleDocument>({ max: versionsMax, maxSize: charactersMax })

  constructor(private readonly db: Databases) {}

  /** Undefined when there is no such version. @throws AppError not-found for an id of no organization. */
  version(capsuleId: string, number: number): CapsuleDocument | undefined {
    const key = `${capsuleId}/${number}`
    const known = this.#parsed.get(key)
    if (known !== undefined) return known
    const text = this.versionText(capsuleId, number)
    if (text === undefined) return undefined
    const document = JSON.parse(text) as CapsuleDocument
    this.#parsed.set(key, document, { size: text.length })
    return document
  }

  /** The same for a single look: what is kept stays, and nothing else comes to be kept. */
  once(capsuleId: string, number: number): CapsuleDocument | undefined {
    const known = this.#parsed.peek(`${capsuleId}/${number}`)
    if (known !== undefined) return known
    const text = this.versionText(capsuleId, number)
    return text === undefined ? undefined : (JSON.parse(text) as CapsuleDocument)
  }

  versionText(capsuleId: string, number: number): string | undefined {
    return this.db.read(organizationOf(capsuleId), (tx) => one(tx).get({ id: capsuleId, number }))?.document
  }
}
