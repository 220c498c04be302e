import { type Static, Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { defineOperation, statement, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { assetChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { asset, assetKinds, assetUse, assetWord } from '../schema.ts'
import { wordsOf } from '../words.ts'
import { countQuota, holdBlob, quotaRow, releaseBlob } from './blobs.ts'
import { encodeSoon, firstEncodings } from './encodings.ts'
import { beginFilm, removeFilm } from './films.ts'

export type AssetRow = typeof asset.$inferSelect

const id = Type.String({ maxLength: 64 })
const name = Type.String({ minLength: 1, maxLength: limits.nameLengthMax })
const alt = Type.String({ maxLength: limits.altLengthMax })
const side = Type.Union([Type.Integer({ minimum: 1, maximum: limits.sideMax }), Type.Null()])
const short = Type.Union([Type.String({ maxLength: 64 }), Type.Null()])

/** What is known of a file's contents: found at its upload. */
export const contentSchema = Type.Object({
  kind: Type.Union(assetKinds.map((one) => Type.Literal(one))),
  type: Type.String({ maxLength: 100 }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Type.Integer({ minimum: 0 }),
  width: side,
  height: side,
  frames: Type.Union([Type.Integer({ minimum: 1, maximum: limits.framesMax }), Type.Null()]),
  alpha: Type.Union([Type.Boolean(), Type.Null()]),
  placeholder: short,
  colour: short,
})
export type Content = Static<typeof contentSchema>

const byId = statement((tx) =>
  tx
    .select()
    .from(asset)
    .where(eq(asset.id, sql.placeholder('id')))
    .prepare(),
)

export const absentAsset = (): AppError => new AppError('not-found', 'There is no such asset.')

/** The asset of this organization. @throws AppError not-found. */
export function assetRow(tx: Tx, organizationId: string | null, id: string): AssetRow {
  const row = byId(tx).get({ id })
  if (row === undefined || row.organizationId !== organizationId) throw absentAsset()
  return row
}

/** @throws AppError too-large when the organization holds as many as it may. */
export const createAsset = defineOperation(
  {
    name: 'media.create-asset',
    database: 'shard',
    input: Type.Object({ id, name, alt, by: Type.String({ maxLength: 64 }), content: contentSchema }),
  },
  (tx, input, context): AssetRow => {
    const organizationId = context.organizationId ?? ''
    if (quotaRow(tx, organizationId).assets >= limits.organizationAssetsMax) {
      throw new AppError('too-large', `An organization holds at most ${limits.organizationAssetsMax} files.`)
    }
    const row: AssetRow = {
      id: input.id,
      organizationId,
      name: input.name,
      alt: input.alt,
      ...input.content,
      encodings: firstEncodings(input.content),
      createdBy: input.by,
      createdMs: context.nowMs,
      updatedMs: context.nowMs,
    }
    holdBlob(tx, context, row.hash)
    countQuota(tx, organizationId, { assets: 1 })
    tx.insert(asset).values(row).run()
    writeWords(tx, row)
    encodeSoon(tx, context)
    beginFilm(tx, row, context)
    context.announce(assetChanged, row.id, { what: 'created' })
    return row
  },
)

export const changeAsset = defineOperation(
  {
    name: 'media.change-asset',
    database: 'shard',
    input: Type.Object({ id, name: Type.Optional(name), alt: Type.Optional(alt) }),
  },
  (tx, input, context): AssetRow => {
    const row = assetRow(tx, context.organizationId, input.id)
    const next = { ...row, name: input.name ?? row.name, alt: input.alt ?? row.alt, updatedMs: context.nowMs }
    tx.update(asset)
      .set({ name: next.name, alt: next.alt, updatedMs: next.updatedMs })
      .where(eq(asset.id, row.id))
      .run()
    if (next.name !== row.name) {
      removeWords(tx, row.id)
      writeWords(tx, next)
    }
    context.announce(assetChanged, row.id, { what: 'described' })
    return next
  },
)

/** New bytes under the same id: whatever shows the asset shows them. @throws AppError conflict for another kind of file. */
export const replaceAsset = defineOperation(
  { name: 'media.replace-asset', database: 'shard', input: Type.Object({ id, content: contentSchema }) },
  (tx, input, context): AssetRow => {
    const row = assetRow(tx, context.organizationId, input.id)
    if (row.kind !== input.content.kind) {
      throw new AppError('conflict', `Only another ${row.kind} can take the place of this ${row.kind}.`, {
        faults: [{ pointer: '/file', message: `is of the kind ${input.content.kind}` }],
      })
    }
    if (row.hash === input.content.hash) return row
    const next: AssetRow = {
      ...row,
      ...input.content,
      encodings: firstEncodings(input.content),
      updatedMs: context.nowMs,
    }
    holdBlob(tx, context, next.hash)
    releaseBlob(tx, context, row.hash)
    const { id: _, ...values } = next
    tx.update(asset).set(values).where(eq(asset.id, row.id)).run()
    encodeSoon(tx, context)
    beginFilm(tx, next, context)
    context.announce(assetChanged, row.id, { what: 'replaced' })
    return next
  },
)

/** @throws AppError conflict, naming the capsules, while any shows it and `force` is not given. */
export const deleteAsset = defineOperation(
  { name: 'media.delete-asset', database: 'shard', input: Type.Object({ id, force: Type.Boolean() }) },
  (tx, input, context) => {
    const row = assetRow(tx, context.organizationId, input.id)
    if (!input.force) refuseWhileUsed(tx, row.id)
    tx.delete(assetUse).where(eq(assetUse.assetId, row.id)).run()
    removeWords(tx, row.id)
    removeFilm(tx, row.id)
    tx.delete(asset).where(eq(asset.id, row.id)).run()
    releaseBlob(tx, context, row.hash)
    countQuota(tx, row.organizationId, { assets: -1 })
    context.announce(assetChanged, row.id, { what: 'deleted' })
  },
)

function refuseWhileUsed(tx: Tx, assetId: string): void {
  const uses = tx
    .selectDistinct({ capsuleId: assetUse.capsuleId })
    .from(assetUse)
    .where(eq(assetUse.assetId, assetId))
    .limit(limits.usesShownMax)
    .all()
  if (uses.length === 0) return
  throw new AppError('conflict', 'Capsules show this file. Take it out of them first, or delete it with force=true.', {
    faults: uses.map(({ capsuleId }) => ({ pointer: '', message: `is shown by ${capsuleId}` })),
  })
}

function writeWords(tx: Tx, { organizationId, id, name }: AssetRow): void {
  for (const word of wordsOf(name)) tx.insert(assetWord).values({ organizationId, word, assetId: id }).run()
}

function removeWords(tx: Tx, assetId: string): void {
  tx.delete(assetWord).where(eq(assetWord.assetId, assetId)).run()
}
