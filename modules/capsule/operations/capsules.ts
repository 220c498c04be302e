import { Type } from '@sinclair/typebox'
import { and, eq } from 'drizzle-orm'
import { defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { capsuleChanged } from '../events.ts'
import { type CapsuleState, capsule, draft, slugRedirect } from '../schema.ts'
import { type CapsuleRow, capsuleBySlug, capsuleRow, draftRow } from './rows.ts'

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
      slug: free,
      state: 'draft',
      publishedVersion: null,
      lastVersion: 0,
      createdMs: context.nowMs,
      updatedMs: context.nowMs,
    }
    tx.insert(capsule).values(row).run()
    tx.insert(draft).values({ capsuleId: input.id, revision: 1, document: input.document }).run()
    context.announce(capsuleChanged, input.id, { what: 'created', version: null })
    return row
  },
)

/** Title and slug; the old slug leads to the new one from then on. */
export const renameCapsule = defineOperation(
  {
    name: 'capsule.rename',
    database: 'shard',
    input: Type.Object({ id, title: Type.Optional(title), slug: Type.Optional(slug) }),
  },
  (tx, input, context): CapsuleRow => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    const next: CapsuleRow = {
      ...row,
      title: input.title ?? row.title,
      slug: input.slug ?? row.slug,
      updatedMs: context.nowMs,
    }
    if (next.slug !== row.slug) {
      claimSlug(tx, row.organizationId, next.slug, row.id)
      tx.insert(slugRedirect)
        .values({ organizationId: row.organizationId, slug: row.slug, capsuleId: row.id })
        .onConflictDoUpdate({ target: [slugRedirect.organizationId, slugRedirect.slug], set: { capsuleId: row.id } })
        .run()
    }
    save(tx, next)
    context.announce(capsuleChanged, row.id, { what: 'renamed', version: visible(next) })
    return next
  },
)

/** A new draft, if nobody saved one since the revision that it is based on. Returns the new revision. */
export const saveDraft = defineOperation(
  {
    name: 'capsule.save-draft',
    database: 'shard',
    input: Type.Object({ id, revision: Type.Union([Type.Integer(), Type.Null()]), document: Type.String() }),
  },
  (tx, input, context): number => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    const { revision } = draftRow(tx, input.id)
    if (input.revision !== null && input.revision !== revision) {
      throw new AppError(
        'precondition-failed',
        `The draft has been changed meanwhile: it is at revision ${revision}, not ${input.revision}. Load it and apply your change again.`,
      )
    }
    tx.update(draft)
      .set({ revision: revision + 1, document: input.document })
      .where(eq(draft.capsuleId, input.id))
      .run()
    save(tx, { ...row, updatedMs: context.nowMs })
    return revision + 1
  },
)

const moves = {
  archive: { from: ['draft', 'published'], what: 'archived' },
  unarchive: { from: ['archived'], what: 'restored' },
  delete: { from: ['draft', 'published', 'archived'], what: 'deleted' },
  undelete: { from: ['deleted'], what: 'restored' },
} as const

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
    const next: CapsuleRow = { ...row, state: stateAfter(input.move, row), updatedMs: context.nowMs }
    if (input.move === 'undelete') next.slug = freeSlug(tx, row.organizationId, row.slug)
    save(tx, next)
    announceMove(context, next, move.what)
    return next
  },
)

function stateAfter(move: keyof typeof moves, row: CapsuleRow): CapsuleState {
  if (move === 'archive') return 'archived'
  if (move === 'delete') return 'deleted'
  return row.publishedVersion === null ? 'draft' : 'published'
}

function announceMove(context: OperationContext, row: CapsuleRow, what: 'archived' | 'restored' | 'deleted'): void {
  context.announce(capsuleChanged, row.id, { what, version: visible(row) })
}

/** The version that visitors see. */
export function visible(row: CapsuleRow): number | null {
  return row.state === 'published' ? row.publishedVersion : null
}

export function save(tx: Tx, row: CapsuleRow): void {
  const { id, organizationId: _, createdMs: __, ...values } = row
  tx.update(capsule).set(values).where(eq(capsule.id, id)).run()
}

/** @throws AppError conflict when another capsule has it. */
function claimSlug(tx: Tx, organizationId: string, wanted: string, id: string): string {
  const holder = capsuleBySlug(tx, organizationId, wanted)
  if (holder !== undefined && holder.id !== id) {
    throw new AppError('conflict', `Another capsule is at "${wanted}" already.`, {
      faults: [{ pointer: '/slug', message: 'is taken' }],
    })
  }
  tx.delete(slugRedirect)
    .where(and(eq(slugRedirect.organizationId, organizationId), eq(slugRedirect.slug, wanted)))
    .run()
  return wanted
}

/** `wanted`, or with a number behind it: the first few in order, then by chance, so that a thousand namesakes cost no search. */
function freeSlug(tx: Tx, organizationId: string, wanted: string): string {
  const isFree = (slug: string) => capsuleBySlug(tx, organizationId, slug) === undefined
  for (let n = 1; n <= 5; n++) {
    const slug = n === 1 ? wanted : `${wanted.slice(0, 60)}-${n}`
    if (isFree(slug)) return claimSlug(tx, organizationId, slug, '')
  }
  for (;;) {
    const slug = `${wanted.slice(0, 54)}-${Math.random().toString(36).slice(2, 10)}`
    if (isFree(slug)) return claimSlug(tx, organizationId, slug, '')
  }
}
