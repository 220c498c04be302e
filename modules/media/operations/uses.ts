import { Type } from '@sinclair/typebox'
import { and, eq, inArray } from 'drizzle-orm'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { asset, assetUse, type UsePlace, usePlaces } from '../schema.ts'

/** More assets than this no document names: it has at most so many blocks. */
const assetsMax = 2_000

/**
 * Says which assets a capsule shows now in its draft or in what is published; it replaces what was said before. For the
 * operations of other modules, inside their own transaction: the capsule's document and its uses change together. Ids of no
 * asset of the organization are passed over. `organizationId` is the capsule's.
 */
export function recordUses(
  tx: Tx,
  use: { organizationId: string; capsuleId: string; place: UsePlace; assets: readonly string[] },
): void {
  const { organizationId, capsuleId, place } = use
  const wanted = new Set(known(tx, organizationId, use.assets))
  const rows = tx
    .select({ assetId: assetUse.assetId })
    .from(assetUse)
    .where(and(eq(assetUse.capsuleId, capsuleId), eq(assetUse.place, place)))
    .all()
  for (const { assetId } of rows) {
    if (wanted.delete(assetId)) continue
    tx.delete(assetUse)
      .where(and(eq(assetUse.assetId, assetId), eq(assetUse.capsuleId, capsuleId), eq(assetUse.place, place)))
      .run()
  }
  for (const assetId of wanted) tx.insert(assetUse).values({ assetId, capsuleId, place }).run()
}

/** The same as an operation, for what is not inside another. */
export const useAssets = defineOperation(
  {
    name: 'media.use',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: Type.String({ maxLength: 64 }),
      place: Type.Union(usePlaces.map((one) => Type.Literal(one))),
      assets: Type.Array(Type.String({ maxLength: 64 }), { maxItems: assetsMax }),
    }),
  },
  (tx, input, context) => {
    recordUses(tx, { ...input, organizationId: context.organizationId ?? '' })
  },
)

function known(tx: Tx, organizationId: string, ids: readonly string[]): string[] {
  const named = [...new Set(ids)].slice(0, assetsMax)
  if (named.length === 0) return []
  return tx
    .select({ id: asset.id })
    .from(asset)
    .where(and(eq(asset.organizationId, organizationId), inArray(asset.id, named)))
    .all()
    .map((row) => row.id)
}
