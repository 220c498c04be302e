import { Type } from '@sinclair/typebox'
import { and, eq, lt, sql } from 'drizzle-orm'
import { defineJob, defineOperation, type Tx } from '../../../src/db/operation.ts'
import { indexChanged } from '../events.ts'
import { index, passage, vector } from '../schema.ts'

const id = Type.String({ maxLength: 64 })
const version = Type.Integer({ minimum: 0 })

/** Passages of one write: indexing a long capsule is sliced, so that no commit waits for it. */
export const passagesMax = 20

/** The word that stands for a version of a capsule in the search table: digits, which no stemmer touches. */
export function searchToken(capsuleId: string, number: number): string {
  return Bun.hash.xxHash64(`${capsuleId}/${number}`).toString()
}

/** Adds what takes longer than a question may wait: the texts of files. */
export const enrichIndex = defineJob({ kind: 'ai.enrich-index', input: Type.Object({ capsuleId: id, version }) })

/** Adds a slice; again is nothing. */
export const addPassages = defineOperation(
  {
    name: 'ai.add-passages',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: id,
      version,
      passages: Type.Array(
        Type.Object({
          number: Type.Integer({ minimum: 0 }),
          page: Type.String({ maxLength: 64 }),
          block: Type.String({ maxLength: 64 }),
          heading: Type.String({ maxLength: 500 }),
          text: Type.String({ maxLength: 10_000 }),
          /** What is searched: the words as the search knows them. */
          headingTerms: Type.String({ maxLength: 2_000 }),
          textTerms: Type.String({ maxLength: 20_000 }),
          words: Type.Integer({ minimum: 0 }),
        }),
        { maxItems: passagesMax },
      ),
    }),
  },
  (tx, { capsuleId, version: number, passages }) => {
    const token = searchToken(capsuleId, number)
    for (const { headingTerms, textTerms, ...one } of passages) {
      const [added] = tx
        .insert(passage)
        .values({ ...one, capsuleId, version: number })
        .onConflictDoNothing()
        .returning({ row: passage.row })
        .all()
      if (added === undefined) continue
      tx.run(sql`INSERT INTO ai_passage_search (rowid, capsule, heading, text)
        VALUES (${added.row}, ${token}, ${headingTerms}, ${textTerms})`)
    }
  },
)

/** From now on this version is searched. An older one that comes late changes nothing. */
export const finishIndex = defineOperation(
  {
    name: 'ai.finish-index',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: id,
      version,
      passages: Type.Integer(),
      words: Type.Integer(),
      /** More is to come, by a job. */
      more: Type.Boolean(),
    }),
  },
  (tx, input, context) => {
    const { capsuleId, version: number, passages, words, more } = input
    const known = tx.select().from(index).where(eq(index.capsuleId, capsuleId)).get()
    if (known !== undefined && known.version > number) return
    // What every node does again after a publication must not take away what was added since.
    if (known?.version === number && known.passages >= passages) return
    const row = { version: number, passages, words }
    tx.insert(index)
      .values({ capsuleId, organizationId: context.organizationId ?? '', ...row })
      .onConflictDoUpdate({ target: index.capsuleId, set: row })
      .run()
    context.announce(indexChanged, capsuleId, { version: number })
    if (more) context.enqueue(enrichIndex, { capsuleId, version: number }, { key: `${capsuleId}/${number}` })
  },
)

/** Removes a slice of the passages of versions before `before`; all of it gone, the index too. Returns how many went. */
export const prunePassages = defineOperation(
  {
    name: 'ai.prune-passages',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ capsuleId: id, before: version, forget: Type.Boolean() }),
  },
  (tx, { capsuleId, before, forget }, context): number => {
    if (forget) {
      tx.delete(index).where(eq(index.capsuleId, capsuleId)).run()
      context.announce(indexChanged, capsuleId, { version: 0 })
    }
    const rows = oldRows(tx, capsuleId, before)
    for (const { row, version: number, number: place } of rows) {
      tx.run(sql`DELETE FROM ai_passage_search WHERE rowid = ${row}`)
      tx.delete(passage).where(eq(passage.row, row)).run()
      const of = and(eq(vector.capsuleId, capsuleId), eq(vector.version, number), eq(vector.number, place))
      tx.delete(vector).where(of).run()
    }
    return rows.length
  },
)

function oldRows(tx: Tx, capsuleId: string, before: number) {
  return tx
    .select({ row: passage.row, version: passage.version, number: passage.number })
    .from(passage)
    .where(and(eq(passage.capsuleId, capsuleId), lt(passage.version, before)))
    .limit(passagesMax)
    .all()
}
