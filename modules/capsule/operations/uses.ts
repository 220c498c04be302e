import type { Tx } from '../../../src/db/operation.ts'
import { recordUses } from '../../media/operations.ts'
import { blocksOf } from '../document/blocks.ts'
import type { CapsuleDocument } from '../document/schema.ts'
import type { CapsuleRow } from './rows.ts'

/** Tells the library which files the capsule shows there now; `null`: none any more. In the transaction of the change itself. */
export function showAssets(
  tx: Tx,
  row: Pick<CapsuleRow, 'id' | 'organizationId'>,
  place: 'draft' | 'published',
  document: string | null,
): void {
  recordUses(tx, {
    organizationId: row.organizationId,
    capsuleId: row.id,
    place,
    assets: document === null ? [] : assetsIn(document),
  })
}

/** The uploaded files that a stored document names. One that names none is not even parsed. */
export function assetsIn(document: string): string[] {
  if (!document.includes('"asset":')) return []
  const named = new Set<string>()
  for (const block of blocksOf(JSON.parse(document) as CapsuleDocument)) {
    if ('asset' in block && block.asset !== undefined) named.add(block.asset)
  }
  return [...named]
}
