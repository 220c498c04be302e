import { Type } from '@sinclair/typebox'
import { and, asc, eq } from 'drizzle-orm'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { assetChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { caption, captionSources } from '../schema.ts'
import { filmRow } from './films.ts'

export type CaptionRow = typeof caption.$inferSelect

const id = Type.String({ maxLength: 64 })
const language = Type.String({ maxLength: 40 })

/** Of one film, in the order of their languages. */
export function captionRows(tx: Tx, assetId: string): CaptionRow[] {
  return tx.select().from(caption).where(eq(caption.assetId, assetId)).orderBy(asc(caption.language)).all()
}

/** One for each language. What was inside of a film takes the place of nothing. @throws AppError not-found; too-large. */
export const keepCaption = defineOperation(
  {
    name: 'media.keep-caption',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      id,
      language,
      label: Type.String({ minLength: 1, maxLength: 60 }),
      hash: Type.String(),
      name: Type.String({ maxLength: 80 }),
      source: Type.Union(captionSources.map((one) => Type.Literal(one))),
    }),
  },
  (tx, { id, ...values }, context) => {
    const row = filmRow(tx, id)
    if (row === undefined || row.organizationId !== context.organizationId || row.hash !== values.hash) throw absent()
    const known = captionRows(tx, id)
    const before = known.find((one) => one.language === values.language)
    if (before?.source === 'uploaded' && values.source === 'embedded') return
    if (before === undefined && known.length >= limits.captionsMax) {
      throw new AppError('too-large', `A film has at most ${limits.captionsMax} captions.`)
    }
    tx.insert(caption)
      .values({ assetId: id, ...values })
      .onConflictDoUpdate({ target: [caption.assetId, caption.language], set: values })
      .run()
    context.announce(assetChanged, id, { what: 'encoded' })
  },
)

/** @throws AppError not-found. */
export const removeCaption = defineOperation(
  { name: 'media.remove-caption', database: 'shard', input: Type.Object({ id, language }) },
  (tx, input, context) => {
    const row = filmRow(tx, input.id)
    if (row === undefined || row.organizationId !== context.organizationId) throw absent()
    const removed = tx
      .delete(caption)
      .where(and(eq(caption.assetId, input.id), eq(caption.language, input.language)))
      .returning({ language: caption.language })
      .all()
    if (removed.length === 0) throw absent()
    context.announce(assetChanged, input.id, { what: 'encoded' })
  },
)

function absent(): AppError {
  return new AppError('not-found', 'There are no such captions.')
}
