import { Type } from '@sinclair/typebox'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { themeSchema } from '../document/schema.ts'
import { capsuleChanged } from '../events.ts'
import { capsule, draft, slugRedirect } from '../schema.ts'
import { fold } from '../titles.ts'
import { themeDraft } from './drafts.ts'
import { type CapsuleRow, capsuleRow, save, visible } from './rows.ts'
import { claimSlug, freeSlug } from './slugs.ts'
import { showAssets } from './uses.ts'

const id = Type.String({ maxLength: 64 })
const title = Type.String({ minLength: 1, maxLength: 200 })
const slug = Type.String({ minLength: 1, maxLength: 64 })

export const createCapsule = defineOperation(
  {
    name: 'capsule.create',
    database: 'shard',
    input: Type.Object({ id, title, slug, slugGiven: Type.Boolean(), document: Type.String() }),
  },
  (tx, input, context): CapsuleRow => {
    const organizationId = context.organizationId ?? ''
    const free = input.slugGiven
      ? claimSlug(tx, organizationId, input.slug, input.id)
      : freeSlug(tx, organizationId, input.slug)
    const row: CapsuleRow = {
      id: input.id,
      organizationId,
      title: input.title,
      search: fold(input.title),
      slug: free,
      state: 'draft',
      stateBefore: null,
      publishedVersion: null,
      lastVersion: 0,
      createdMs: context.nowMs,
      updatedMs: context.nowMs,
    }
    tx.insert(capsule).values(row).run()
    tx.insert(draft).values({ capsuleId: input.id, revision: 1, document: input.document }).run()
    showAssets(tx, row, 'draft', input.document)
    context.announce(capsuleChanged, input.id, { what: 'created', version: null })
    return row
  },
)

/**
 * Title, slug and the draft's theme, all of them or none. The old slug leads to the new one from then on; a theme is a new
 * revision of the draft, and visitors see it with the next publication.
 */
export const changeCapsule = defineOperation(
  {
    name: 'capsule.change',
    database: 'shard',
    input: Type.Object({
      id,
      title: Type.Optional(title),
      slug: Type.Optional(slug),
      theme: Type.Optional(themeSchema),
    }),
  },
  (tx, input, context): CapsuleRow => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    const next: CapsuleRow = { ...row, title: input.title ?? row.title, slug: input.slug ?? row.slug }
    const renamed = next.title !== row.title || next.slug !== row.slug
    if (!renamed && input.theme === undefined) return row
    next.search = fold(next.title)
    next.updatedMs = context.nowMs
    if (next.slug !== row.slug) moveSlug(tx, row, next.slug)
    if (input.theme !== undefined) themeDraft(tx, row.id, input.theme)
    save(tx, next)
    if (renamed) context.announce(capsuleChanged, row.id, { what: 'renamed', version: visible(next) })
    return next
  },
)

function moveSlug(tx: Tx, row: CapsuleRow, to: string): void {
  claimSlug(tx, row.organizationId, to, row.id)
  tx.insert(slugRedirect)
    .values({ organizationId: row.organizationId, slug: row.slug, capsuleId: row.id })
    .onConflictDoUpdate({ target: [slugRedirect.organizationId, slugRedirect.slug], set: { capsuleId: row.id } })
    .run()
}
