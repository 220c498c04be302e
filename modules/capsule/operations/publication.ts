import { Type } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { defineOperation, statement } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { capsuleChanged } from '../events.ts'
import { version } from '../schema.ts'
import { expected, replaceDraft } from './drafts.ts'
import { capsuleRow, draftRow, save } from './rows.ts'
import { showAssets } from './uses.ts'

const id = Type.String({ maxLength: 64 })

const one = and(eq(version.capsuleId, sql.placeholder('id')), eq(version.number, sql.placeholder('number')))
const hashOf = statement((tx) => tx.select({ hash: version.hash }).from(version).where(one).prepare())
const documentOf = statement((tx) => tx.select({ document: version.document }).from(version).where(one).prepare())

export interface Published {
  readonly version: number
  /** False: the draft is what visitors see already. */
  readonly changed: boolean
}

/** Makes the draft what visitors see, as a new immutable version, or as the last one when nothing differs from it. */
export const publishCapsule = defineOperation(
  { name: 'capsule.publish', database: 'shard', input: Type.Object({ id, by: Type.String({ maxLength: 64 }) }) },
  (tx, input, context): Published => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    if (row.state === 'archived')
      throw new AppError('conflict', 'An archived capsule is not published. Unarchive it first.')
    const { document } = draftRow(tx, input.id)
    const hash = new Bun.CryptoHasher('sha256').update(document).digest('hex')
    const last = hashOf(tx).get({ id: input.id, number: row.lastVersion })
    const number = last?.hash === hash ? row.lastVersion : row.lastVersion + 1
    if (row.state === 'published' && row.publishedVersion === number) return { version: number, changed: false }
    if (number > row.lastVersion) {
      tx.insert(version)
        .values({ capsuleId: input.id, number, document, hash, publishedMs: context.nowMs, publishedBy: input.by })
        .run()
    }
    save(tx, { ...row, state: 'published', publishedVersion: number, lastVersion: number, updatedMs: context.nowMs })
    showAssets(tx, row, 'published', document)
    context.announce(capsuleChanged, input.id, { what: 'published', version: number })
    return { version: number, changed: true }
  },
)

/** Takes the capsule from its visitors; its versions stay. */
export const unpublishCapsule = defineOperation(
  { name: 'capsule.unpublish', database: 'shard', input: Type.Object({ id }) },
  (tx, input, context) => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    if (row.publishedVersion === null) return
    save(tx, {
      ...row,
      state: row.state === 'published' ? 'draft' : row.state,
      publishedVersion: null,
      updatedMs: context.nowMs,
    })
    showAssets(tx, row, 'published', null)
    context.announce(capsuleChanged, input.id, { what: 'unpublished', version: null })
  },
)

/** Copies a version into the draft, as any save does. Returns the draft's new revision. */
export const restoreVersion = defineOperation(
  {
    name: 'capsule.restore-version',
    database: 'shard',
    input: Type.Object({ id, number: Type.Integer({ minimum: 1 }), expected }),
  },
  (tx, input, context): number => {
    const row = capsuleRow(tx, context.organizationId, input.id)
    const from = documentOf(tx).get({ id: input.id, number: input.number })
    if (from === undefined) throw new AppError('not-found', `There is no version ${input.number} of this capsule.`)
    const revision = replaceDraft(tx, row, input.expected, from.document)
    save(tx, { ...row, updatedMs: context.nowMs })
    return revision
  },
)
