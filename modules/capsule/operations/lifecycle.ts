import { Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { defineJob, defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { capsuleChanged } from '../events.ts'
import { capsule, draft } from '../schema.ts'
import { type CapsuleRow, capsuleRow, deletedRow, save, visible } from './rows.ts'
import { freeSlug } from './slugs.ts'
import { showAssets } from './uses.ts'

/** How long a deletion can be undone. */
export const deletedKeptMs = 30 * 24 * 3_600_000

const id = Type.String({ maxLength: 64 })
const moves = {
  archive: { from: ['draft', 'published'], what: 'archived' },
  unarchive: { from: ['archived'], what: 'restored' },
  delete: { from: ['draft', 'published', 'archived'], what: 'deleted' },
  undelete: { from: ['deleted'], what: 'restored' },
} as const

/** Written with a deletion, due when it can no longer be undone. */
export const purgeDeleted = defineJob({ kind: 'capsule.purge', input: Type.Object({ id }) })

/** Archiving, deleting, and taking either back. A repeated move changes nothing. */
export const moveCapsule = defineOperation(
  {
    name: 'capsule.move',
    database: 'shard',
    input: Type.Object({
      id,
      move: Type.Union([
        Type.Literal('archive'),
        Type.Literal('unarchive'),
        Type.Literal('delete'),
        Type.Literal('undelete'),
      ]),
    }),
  },
  (tx, input, context): CapsuleRow => {
    const row = capsuleRow(tx, context.organizationId, input.id, input.move === 'undelete')
    const move = moves[input.move]
    if (!(move.from as readonly string[]).includes(row.state)) return row
    const next: CapsuleRow = { ...row, ...statesAfter(input.move, row), updatedMs: context.nowMs }
    if (input.move === 'undelete') {
      if (context.nowMs - row.updatedMs > deletedKeptMs) {
        throw new AppError('gone', 'This capsule was deleted more than 30 days ago; that can no longer be undone.')
      }
      next.slug = freeSlug(tx, row.organizationId, row.slug)
    }
    if (input.move === 'delete') {
      context.enqueue(purgeDeleted, { id: row.id }, { key: row.id, runAtMs: context.nowMs + deletedKeptMs + 1 })
    }
    save(tx, next)
    context.announce(capsuleChanged, row.id, { what: move.what, version: visible(next) })
    return next
  },
)

function statesAfter(move: keyof typeof moves, row: CapsuleRow): Pick<CapsuleRow, 'state' | 'stateBefore'> {
  if (move === 'archive') return { state: 'archived', stateBefore: null }
  if (move === 'delete') return { state: 'deleted', stateBefore: row.state === 'deleted' ? null : row.state }
  const unarchived = row.publishedVersion === null ? 'draft' : 'published'
  return { state: move === 'undelete' ? (row.stateBefore ?? unarchived) : unarchived, stateBefore: null }
}

/**
 * One slice of removing what was deleted too long ago to come back: rows by the hundred, so that no commit waits for it.
 * Restored meanwhile: nothing happens. Deleted again meanwhile: the job comes back when that is due.
 */
export const purgeCapsule = defineOperation(
  {
    name: 'capsule.purge',
    database: 'shard',
    input: Type.Object({ id, rowsMax: Type.Integer({ minimum: 1, maximum: 1_000 }) }),
  },
  (tx, input, context): 'more' | 'done' => {
    const row = deletedRow(tx, context.organizationId, input.id)
    if (row === undefined) return 'done'
    const dueMs = row.updatedMs + deletedKeptMs + 1
    if (context.nowMs < dueMs) {
      context.enqueue(purgeDeleted, { id: row.id }, { key: row.id, runAtMs: dueMs })
      return 'done'
    }
    if (removeSome(tx, row.id, input.rowsMax) > 0) return 'more'
    for (const place of ['draft', 'published'] as const) showAssets(tx, row, place, null)
    tx.delete(draft).where(eq(draft.capsuleId, row.id)).run()
    tx.delete(capsule).where(eq(capsule.id, row.id)).run()
    context.announce(capsuleChanged, row.id, { what: 'purged', version: null })
    return 'done'
  },
)

/** A version is up to 512 KiB, so a slice of them is small. */
const versionsPerSlice = 5

/** Returns how many rows went; 0 when nothing is left but the capsule and its draft. */
function removeSome(tx: Tx, id: string, rowsMax: number): number {
  const slices = [
    sql`DELETE FROM response WHERE row IN (SELECT row FROM response WHERE capsule_id = ${id} LIMIT ${rowsMax})
      RETURNING 1`,
    sql`DELETE FROM response_once WHERE (capsule_id, block, visitor) IN
      (SELECT capsule_id, block, visitor FROM response_once WHERE capsule_id = ${id} LIMIT ${rowsMax}) RETURNING 1`,
    sql`DELETE FROM response_total WHERE (capsule_id, block, choice) IN
      (SELECT capsule_id, block, choice FROM response_total WHERE capsule_id = ${id} LIMIT ${rowsMax}) RETURNING 1`,
    sql`DELETE FROM response_link WHERE (capsule_id, link) IN
      (SELECT capsule_id, link FROM response_link WHERE capsule_id = ${id} LIMIT ${rowsMax}) RETURNING 1`,
    sql`DELETE FROM slug_redirect WHERE (organization_id, slug) IN
      (SELECT organization_id, slug FROM slug_redirect WHERE capsule_id = ${id} LIMIT ${rowsMax}) RETURNING 1`,
    sql`DELETE FROM version WHERE (capsule_id, number) IN
      (SELECT capsule_id, number FROM version WHERE capsule_id = ${id} LIMIT ${versionsPerSlice}) RETURNING 1`,
  ]
  for (const slice of slices) {
    const gone = tx.all(slice).length
    if (gone > 0) return gone
  }
  return 0
}
