import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import type { Tx } from '../../../src/db/operation.ts'
import { addPassages, finishIndex, passagesMax, prunePassages, searchToken } from '../operations/passages.ts'
import { addVectors, vectorsMax } from '../operations/vectors.ts'
import { index, passage, vector } from '../schema.ts'
import { type CapsuleText, type Passage, passagesOf } from './passages.ts'
import { type Found, type Hits, type SearchSource, search } from './search.ts'
import { likeness, type Meaning, packed } from './vectors.ts'
import { termsOf } from './words.ts'

/** The vectors of one version, by one provider's model. */
export interface VectorsOf {
  readonly capsuleId: string
  readonly version: number
  readonly model: string
}

/** The passages of published capsules in their organizations' shards, searched by FTS5. */
export class PassageIndex {
  readonly #indexing = new Map<string, Promise<void>>()

  /** @param enrich whether every version is to be enriched; otherwise those with files are. */
  constructor(
    private readonly db: Databases,
    private readonly enrich: (organizationId: OrganizationId) => boolean = () => false,
  ) {}

  /** Whether this version can be searched already. */
  has(organizationId: OrganizationId, capsuleId: string, version: number): boolean {
    return this.db.read(organizationId, (tx) => indexRow(tx, capsuleId)?.version === version)
  }

  /** Makes this version the one that is searched, slice by slice; once, however many ask. */
  index(organizationId: OrganizationId, capsuleId: string, text: CapsuleText): Promise<void> {
    const key = `${capsuleId}/${text.version}`
    let indexing = this.#indexing.get(key)
    if (indexing === undefined) {
      indexing = this.#index(organizationId, capsuleId, text).finally(() => this.#indexing.delete(key))
      this.#indexing.set(key, indexing)
    }
    return indexing
  }

  /** Adds the passages from the place `from` on to a version that is searched; those before it stand there. */
  async add(
    organizationId: OrganizationId,
    capsuleId: string,
    version: number,
    passages: readonly Passage[],
    from: number,
  ): Promise<void> {
    await this.#write(organizationId, capsuleId, version, passages.slice(from))
    await this.#finish(organizationId, capsuleId, version, passages, false)
  }

  /** Takes a capsule out of the search. */
  async forget(organizationId: OrganizationId, capsuleId: string): Promise<void> {
    await this.#prune(organizationId, capsuleId, Number.MAX_SAFE_INTEGER, true)
  }

  /** The passages that answer best. Undefined when this version is not indexed. */
  search(
    organizationId: OrganizationId,
    capsuleId: string,
    version: number,
    question: string,
    most: number,
  ): Found[] | undefined {
    return this.db.read(organizationId, (tx) => {
      const row = indexRow(tx, capsuleId)
      return row?.version === version ? search(new IndexedCapsule(tx, capsuleId, row), question, most) : undefined
    })
  }

  /** The passages nearest in meaning, nearest first; none when this version has no vectors of this model. */
  near(organizationId: OrganizationId, at: VectorsOf, meaning: Meaning, most: number): Passage[] {
    return this.db.read(organizationId, (tx) => {
      const numbers = vectorsOf(tx, at)
        .map((row) => ({ number: row.number, likeness: likeness(meaning, row.vector) }))
        .sort((a, z) => z.likeness - a.likeness)
        .slice(0, most)
        .map(({ number }) => number)
      const { capsuleId, version } = at
      const of = and(eq(passage.capsuleId, capsuleId), eq(passage.version, version), inArray(passage.number, numbers))
      const found = numbers.length === 0 ? [] : tx.select().from(passage).where(of).all()
      return found.toSorted((a, z) => numbers.indexOf(a.number) - numbers.indexOf(z.number))
    })
  }

  hasVectors(organizationId: OrganizationId, capsuleId: string, version: number): boolean {
    const of = and(eq(vector.capsuleId, capsuleId), eq(vector.version, version))
    return this.db.read(
      organizationId,
      (tx) => tx.select({ number: vector.number }).from(vector).where(of).limit(1).get() !== undefined,
    )
  }

  /** Which passages have a vector of this model. */
  embedded(organizationId: OrganizationId, at: VectorsOf): ReadonlySet<number> {
    const rows = this.db.read(organizationId, (tx) => vectorsOf(tx, at))
    return new Set(rows.map(({ number }) => number))
  }

  async addVectors(
    organizationId: OrganizationId,
    at: VectorsOf,
    vectors: readonly { readonly number: number; readonly meaning: Meaning }[],
  ): Promise<void> {
    for (let from = 0; from < vectors.length; from += vectorsMax) {
      const slice = vectors.slice(from, from + vectorsMax).map(({ number, meaning }) => ({
        number,
        base64: Buffer.from(packed(meaning)).toString('base64'),
      }))
      await this.db.write(addVectors, organizationId, { ...at, vectors: slice })
    }
  }

  async #index(organizationId: OrganizationId, capsuleId: string, text: CapsuleText): Promise<void> {
    const passages = passagesOf(text)
    const { version } = text
    await this.#write(organizationId, capsuleId, version, passages)
    await this.#finish(
      organizationId,
      capsuleId,
      version,
      passages,
      this.enrich(organizationId) || (text.files ?? []).length > 0,
    )
    await this.#prune(organizationId, capsuleId, version, false)
  }

  async #write(
    organizationId: OrganizationId,
    capsuleId: string,
    version: number,
    passages: readonly Passage[],
  ): Promise<void> {
    for (let at = 0; at < passages.length; at += passagesMax) {
      const slice = passages.slice(at, at + passagesMax).map(toInput)
      await this.db.write(addPassages, organizationId, { capsuleId, version, passages: slice })
    }
  }

  async #finish(
    organizationId: OrganizationId,
    capsuleId: string,
    version: number,
    passages: readonly Passage[],
    more: boolean,
  ): Promise<void> {
    const words = passages.reduce((sum, one) => sum + one.words, 0)
    await this.db.write(finishIndex, organizationId, { capsuleId, version, passages: passages.length, words, more })
  }

  async #prune(organizationId: OrganizationId, capsuleId: string, before: number, forget: boolean): Promise<void> {
    let gone: number
    do {
      gone = await this.db.write(prunePassages, organizationId, { capsuleId, before, forget })
    } while (gone === passagesMax)
  }
}

function toInput(one: Passage) {
  return {
    ...one,
    heading: one.heading.slice(0, 500),
    headingTerms: termsOf(one.heading).join(' ').slice(0, 2_000),
    textTerms: termsOf(one.text).join(' ').slice(0, 20_000),
  }
}

function vectorsOf(tx: Tx, { capsuleId, version, model }: VectorsOf) {
  return tx
    .select({ number: vector.number, vector: vector.vector })
    .from(vector)
    .where(and(eq(vector.capsuleId, capsuleId), eq(vector.version, version), eq(vector.model, model)))
    .all()
}

type IndexRow = typeof index.$inferSelect

function indexRow(tx: Tx, capsuleId: string): IndexRow | undefined {
  return tx.select().from(index).where(eq(index.capsuleId, capsuleId)).get()
}

class IndexedCapsule implements SearchSource {
  readonly passages: number
  readonly words: number
  readonly #token: string
  readonly #version: number

  constructor(
    private readonly tx: Tx,
    private readonly capsuleId: string,
    row: IndexRow,
  ) {
    this.passages = row.passages
    this.words = row.words
    this.#version = row.version
    this.#token = searchToken(capsuleId, row.version)
  }

  hits(phrase: string, prefix: boolean): Hits {
    const quoted = `"${phrase.replaceAll('"', '')}"${prefix ? '*' : ''}`
    return { text: this.#match('text', quoted), heading: this.#match('heading', quoted) }
  }

  anyOf(words: readonly string[]): readonly number[] {
    if (words.length === 0) return []
    return this.#match('text', `(${words.map((word) => `"${word.replaceAll('"', '')}"`).join(' OR ')})`)
  }

  load(rows: readonly number[]): Map<number, Passage> {
    if (rows.length === 0) return new Map()
    const found = this.tx
      .select()
      .from(passage)
      .where(inArray(passage.row, [...rows]))
      .all()
    // The token is a hash, and rows are looked at around others: what is not of this version is left out here.
    return new Map(
      found
        .filter((one) => one.capsuleId === this.capsuleId && one.version === this.#version)
        .map((one) => [one.row, one]),
    )
  }

  #match(column: 'text' | 'heading', quoted: string): readonly number[] {
    const match = `capsule : "${this.#token}" AND ${column} : ${quoted}`
    return this.tx
      .values<[number]>(sql`SELECT rowid FROM ai_passage_search WHERE ai_passage_search MATCH ${match}`)
      .map(([row]) => row)
  }
}
