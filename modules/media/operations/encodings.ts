import { Type } from '@sinclair/typebox'
import { and, asc, eq, sql } from 'drizzle-orm'
import { defineJob, defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { assetChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { asset } from '../schema.ts'

type AssetRow = typeof asset.$inferSelect

/** A picture that no job has looked at, and one that none has to. */
const unmeasured = '{}'
const leftAlone = '{"avif":[]}'
/** Drawn or moving: there is nothing to measure, or AVIF would not carry it. */
const typesLeftAlone = ['image/svg+xml', 'image/gif']

/**
 * Encodes the organization's oldest picture that waits for it; each one arranges the next. One job waits for an organization,
 * and one picture is worked on at a time in a process: thousands of uploads leave room for other jobs. A bucket may be away for
 * days.
 */
export const encodePictures = defineJob({
  kind: 'media.encode',
  input: Type.Object({}),
  attemptsMax: 100,
  leaseMs: 120_000,
})

/** What a row begins with. */
export function firstEncodings(content: { type: string; kind: string; frames: number | null }): string {
  const isLeft = content.kind !== 'image' || (content.frames ?? 1) > 1 || typesLeftAlone.includes(content.type)
  return isLeft ? leftAlone : unmeasured
}

/** The picture that has waited longest. */
export function nextUnmeasured(tx: Tx, organizationId: string | null): AssetRow | undefined {
  return tx
    .select()
    .from(asset)
    .where(
      and(
        eq(asset.organizationId, organizationId ?? ''),
        eq(asset.kind, sql.raw("'image'")),
        eq(asset.encodings, sql.raw(`'${unmeasured}'`)),
      ),
    )
    .orderBy(asc(asset.id))
    .limit(1)
    .get()
}

/** Arranges the job, if any picture waits for it. */
export function encodeSoon(tx: Tx, context: OperationContext): void {
  if (nextUnmeasured(tx, context.organizationId) === undefined) return
  context.enqueue(encodePictures, {}, { key: context.organizationId ?? '' })
}

/** Another organization's picture is under way: this one's waits a moment. */
export const encodeLater = defineOperation(
  { name: 'media.encode-later', database: 'shard', repeats: 'natural', input: Type.Object({}) },
  (_tx, _input, context) => {
    const runAtMs = context.nowMs + limits.encodeAgainMs
    context.enqueue(encodePictures, {}, { key: context.organizationId ?? '', runAtMs })
  },
)

/**
 * What a job found out about the bytes that the asset had when the job began; null: it cannot be worked on, and defaults stand.
 * Other bytes by now: nothing to note.
 */
export const noteEncodings = defineOperation(
  {
    name: 'media.note-encodings',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      id: Type.String({ maxLength: 64 }),
      hash: Type.String(),
      encodings: Type.Union([Type.String({ maxLength: 2_000 }), Type.Null()]),
    }),
  },
  (tx, input, context) => {
    const noted = tx
      .update(asset)
      .set({ encodings: input.encodings ?? leftAlone })
      .where(and(eq(asset.id, input.id), eq(asset.hash, input.hash)))
      .returning({ id: asset.id })
      .all()
    if (noted.length > 0) context.announce(assetChanged, input.id, { what: 'encoded' })
    encodeSoon(tx, context)
  },
)
