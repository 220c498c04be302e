import { and, eq, ne, sql } from 'drizzle-orm'
import { statement, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { capsule, draft } from '../schema.ts'

export type CapsuleRow = typeof capsule.$inferSelect

const byId = statement((tx) =>
  tx
    .select()
    .from(capsule)
    .where(eq(capsule.id, sql.placeholder('id')))
    .prepare(),
)
const draftOf = statement((tx) =>
  tx
    .select()
    .from(draft)
    .where(eq(draft.capsuleId, sql.placeholder('id')))
    .prepare(),
)
const bySlug = statement((tx) =>
  tx
    .select()
    .from(capsule)
    .where(
      and(
        eq(capsule.organizationId, sql.placeholder('organizationId')),
        eq(capsule.slug, sql.placeholder('slug')),
        ne(capsule.state, sql.raw("'deleted'")),
      ),
    )
    .prepare(),
)

export const absent = (): AppError => new AppError('not-found', 'There is no such capsule.')

/** The capsule of this organization, deleted ones only when asked. @throws AppError not-found. */
export function capsuleRow(tx: Tx, organizationId: string | null, id: string, deleted = false): CapsuleRow {
  const row = byId(tx).get({ id })
  if (row === undefined || row.organizationId !== organizationId) throw absent()
  if (row.state === 'deleted' && !deleted) throw absent()
  return row
}

export function capsuleBySlug(tx: Tx, organizationId: string, slug: string): CapsuleRow | undefined {
  return bySlug(tx).get({ organizationId, slug })
}

/** @throws AppError not-found. */
export function draftRow(tx: Tx, id: string): typeof draft.$inferSelect {
  const row = draftOf(tx).get({ id })
  if (row === undefined) throw absent()
  return row
}

/** The capsule when it is deleted and not yet purged. */
export function deletedRow(tx: Tx, organizationId: string | null, id: string): CapsuleRow | undefined {
  const row = byId(tx).get({ id })
  return row?.organizationId === organizationId && row?.state === 'deleted' ? row : undefined
}

/** The version that visitors see. */
export function visible(row: CapsuleRow): number | null {
  return row.state === 'published' ? row.publishedVersion : null
}

export function save(tx: Tx, row: CapsuleRow): void {
  const { id, organizationId: _, createdMs: __, ...values } = row
  tx.update(capsule).set(values).where(eq(capsule.id, id)).run()
}
