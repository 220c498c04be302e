import { Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../document/limits.ts'
import type { Theme } from '../document/schema.ts'
import { draft } from '../schema.ts'
import { type CapsuleRow, capsuleRow, draftRow, save } from './rows.ts'
import { showAssets } from './uses.ts'

/** The revisions that a change may be based on; null: whatever the draft is at. */
export const expected = Type.Union([Type.Array(Type.Integer(), { maxItems: 1_000 }), Type.Null()])

/**
 * A new draft, if nobody saved one since the revision that it is based on. Every save is a new revision, also one of the same
 * words: who has not seen it may still not write over it. Returns the new revision.
 */
export const saveDraft = defineOperation(
  {
    name: 'capsule.save-draft',
    database: 'shard',
    input: Type.Object({ id: Type.String({ maxLength: 64 }), expected, document: Type.String() }),
  },
  (tx, input, context): number => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    const revision = replaceDraft(tx, row, input.expected, input.document)
    save(tx, { ...row, updatedMs: context.nowMs })
    return revision
  },
)

/** @throws AppError precondition-failed when the draft is at none of the expected revisions. */
export function replaceDraft(
  tx: Tx,
  row: Pick<CapsuleRow, 'id' | 'organizationId'>,
  expected: readonly number[] | null,
  document: string,
): number {
  const { revision } = draftRow(tx, row.id)
  if (expected !== null && !expected.includes(revision)) {
    const given = expected.length === 0 ? '' : `, not ${expected.join(' or ')}`
    throw new AppError(
      'precondition-failed',
      `The draft has been changed meanwhile: it is at revision ${revision}${given}. Load it and apply your change again.`,
    )
  }
  tx.update(draft)
    .set({ revision: revision + 1, document })
    .where(eq(draft.capsuleId, row.id))
    .run()
  showAssets(tx, row, 'draft', document)
  return revision + 1
}

/** Sets the theme inside the document where it lies: nothing else of it is read or written. @throws AppError too-large. */
export function themeDraft(tx: Tx, id: string, theme: Theme): void {
  const written = tx
    .update(draft)
    .set({
      revision: sql`${draft.revision} + 1`,
      document: sql`json_set(${draft.document}, '$.theme', json(${JSON.stringify(theme)}))`,
    })
    .where(eq(draft.capsuleId, id))
    .returning({ bytes: sql<number>`octet_length(${draft.document})` })
    .get()
  if (written !== undefined && written.bytes > limits.documentBytesMax) {
    throw new AppError(
      'too-large',
      `With this theme the draft is larger than ${limits.documentBytesMax / 1_024} KiB.`,
      {
        faults: [{ pointer: '/theme', message: 'finds no room in the draft' }],
      },
    )
  }
}
