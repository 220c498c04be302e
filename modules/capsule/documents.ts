import { and, eq, sql } from 'drizzle-orm'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import type { CapsuleDocument } from './document/schema.ts'
import { version } from './schema.ts'

/** Versions kept parsed, and the characters of their texts: parsed, they take a few times as much memory. */
const versionsMax = 5_000
const charactersMax = 16 * 1_048_576

interface Parsed {
  readonly document: CapsuleDocument
  readonly characters: number
}

const one = statement((tx) =>
  tx
    .select({ document: version.document })
    .from(version)
    .where(and(eq(version.capsuleId, sql.placeholder('id')), eq(version.number, sql.placeholder('number'))))
    .prepare(),
)

/** Published versions, parsed once: they never change, so no change evicts them; room does, and another history of the data. */
export class Documents {
  readonly #parsed: ValueCache<Parsed>

  constructor(private readonly db: Databases) {
    this.#parsed = new ValueCache<Parsed>(db.changes, {
      entriesMax: versionsMax,
      sizeMax: charactersMax,
      sizeOf: ({ characters }) => characters,
    })
  }

  /** Undefined when there is no such version. @throws AppError not-found for an id of no organization. */
  version(capsuleId: string, number: number): CapsuleDocument | undefined {
    const key = `${capsuleId}/${number}`
    const known = this.#parsed.get(key)
    if (known !== undefined) return known.document
    const text = this.versionText(capsuleId, number)
    if (text === undefined) return undefined
    const document = JSON.parse(text) as CapsuleDocument
    return this.#parsed.keep(key, { document, characters: text.length }, [capsuleId]).document
  }

  /** The same for a single look: what is kept stays, and nothing else comes to be kept. */
  once(capsuleId: string, number: number): CapsuleDocument | undefined {
    const known = this.#parsed.peek(`${capsuleId}/${number}`)
    if (known !== undefined) return known.document
    const text = this.versionText(capsuleId, number)
    return text === undefined ? undefined : (JSON.parse(text) as CapsuleDocument)
  }

  versionText(capsuleId: string, number: number): string | undefined {
    return this.db.read(organizationOf(capsuleId), (tx) => one(tx).get({ id: capsuleId, number }))?.document
  }
}
