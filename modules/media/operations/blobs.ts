import { Type } from '@sinclair/typebox'
import { and, asc, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { defineJob, defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { blob, made, mediaQuota } from '../schema.ts'

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** Removes what nothing has held for the grace time; one waits for an organization at a time. A bucket may be away for days. */
export const collectBlobs = defineJob({
  kind: 'media.collect',
  input: Type.Object({}),
  attemptsMax: 100,
  leaseMs: 120_000,
})

/**
 * Before bytes are kept: writes down that they will be, so that whatever happens next, somebody finds them again.
 * @throws AppError too-large when they do not fit the organization's quota; unavailable while the same bytes are being removed.
 */
export const expectBlob = defineOperation(
  {
    name: 'media.expect-blob',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ hash, bytes: Type.Integer({ minimum: 0 }) }),
  },
  (tx, input, context) => {
    const organizationId = context.organizationId ?? ''
    const known = blobRow(tx, organizationId, input.hash)
    if (known?.state === 'going') throw beingRemoved()
    if (known === undefined || known.holders === 0) checkQuota(tx, organizationId, input.bytes)
    if (known === undefined) {
      tx.insert(blob)
        .values({ ...input, organizationId, holders: 0, state: 'kept', unusedMs: context.nowMs })
        .run()
    } else if (known.holders === 0) {
      setBlob(tx, known, { unusedMs: context.nowMs })
    }
    collectLater(context, context.nowMs)
  },
)

/** Takes what has been unused for the grace time: from here on nothing may hold it, and its bytes can go. */
export const takeUnused = defineOperation(
  { name: 'media.take-unused', database: 'shard', repeats: 'natural', input: Type.Object({}) },
  (tx, _input, context): string[] => {
    const organizationId = context.organizationId ?? ''
    const rows = tx
      .select({ hash: blob.hash })
      .from(blob)
      .where(and(eq(blob.organizationId, organizationId), lte(blob.unusedMs, context.nowMs - limits.unusedGraceMs)))
      .orderBy(asc(blob.unusedMs))
      .limit(limits.collectedAtOnce)
      .all()
    const hashes = rows.map((row) => row.hash)
    if (hashes.length > 0) {
      tx.update(blob)
        .set({ state: 'going' })
        .where(and(eq(blob.organizationId, organizationId), inArray(blob.hash, hashes)))
        .run()
    }
    return hashes
  },
)

/** The bytes are gone: so are their rows. Arranges the next collection, when anything else is unused. */
export const forgetBlobs = defineOperation(
  {
    name: 'media.forget-blobs',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ hashes: Type.Array(hash, { maxItems: limits.collectedAtOnce }) }),
  },
  (tx, { hashes }, context) => {
    const organizationId = context.organizationId ?? ''
    if (hashes.length > 0) {
      tx.delete(blob)
        .where(and(eq(blob.organizationId, organizationId), inArray(blob.hash, hashes), eq(blob.state, 'going')))
        .run()
      tx.delete(made)
        .where(and(eq(made.organizationId, organizationId), inArray(made.hash, hashes)))
        .run()
    }
    const next = tx
      .select({ unusedMs: blob.unusedMs })
      .from(blob)
      .where(and(eq(blob.organizationId, organizationId), isNotNull(blob.unusedMs)))
      .orderBy(asc(blob.unusedMs))
      .limit(1)
      .get()
    if (next?.unusedMs != null) collectLater(context, next.unusedMs)
  },
)

/**
 * Before something made is kept beside its original: it takes of the organization's room as an upload does. Counted once under
 * its name, however often it is made. @throws AppError too-large; not-found when nothing shows the original any more.
 */
export const countMade = defineOperation(
  {
    name: 'media.count-made',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ hash, name: Type.String({ maxLength: 80 }), bytes: Type.Integer({ minimum: 0 }) }),
  },
  (tx, input, context) => {
    const organizationId = context.organizationId ?? ''
    const original = blobRow(tx, organizationId, input.hash)
    if (original === undefined || original.holders === 0) {
      throw new AppError('not-found', 'The file that this was made of is not here any more.')
    }
    const before = tx
      .select({ bytes: made.bytes })
      .from(made)
      .where(and(eq(made.organizationId, organizationId), eq(made.hash, input.hash), eq(made.name, input.name)))
      .get()
    const more = input.bytes - (before?.bytes ?? 0)
    if (more > 0) checkQuota(tx, organizationId, more)
    if (more !== 0) countQuota(tx, organizationId, { bytes: more })
    tx.insert(made)
      .values({ ...input, organizationId })
      .onConflictDoUpdate({ target: [made.organizationId, made.hash, made.name], set: { bytes: input.bytes } })
      .run()
  },
)

/** Which of these blobs there are, or were until their bytes are gone. */
export function knownBlobs(tx: Tx, organizationId: string, hashes: readonly string[]): ReadonlySet<string> {
  const rows = tx
    .select({ hash: blob.hash })
    .from(blob)
    .where(and(eq(blob.organizationId, organizationId), inArray(blob.hash, [...hashes])))
    .all()
  return new Set(rows.map(({ hash }) => hash))
}

/** One more asset shows these bytes. @throws AppError too-large; unavailable. */
export function holdBlob(tx: Tx, context: OperationContext, hash: string): void {
  const organizationId = context.organizationId ?? ''
  const row = blobRow(tx, organizationId, hash)
  if (row === undefined || row.state === 'going') throw beingRemoved()
  if (row.holders === 0) {
    const bytes = row.bytes + madeBytes(tx, row)
    checkQuota(tx, organizationId, bytes)
    countQuota(tx, organizationId, { bytes })
  }
  setBlob(tx, row, { holders: row.holders + 1, unusedMs: null })
}

/** One asset less shows these bytes; after the last the grace time begins. */
export function releaseBlob(tx: Tx, context: OperationContext, hash: string): void {
  const organizationId = context.organizationId ?? ''
  const row = blobRow(tx, organizationId, hash)
  if (row === undefined || row.holders === 0) return
  const last = row.holders === 1
  setBlob(tx, row, { holders: row.holders - 1, unusedMs: last ? context.nowMs : null })
  if (!last) return
  countQuota(tx, organizationId, { bytes: -(row.bytes + madeBytes(tx, row)) })
  collectLater(context, context.nowMs)
}

export function countQuota(tx: Tx, organizationId: string, by: { bytes?: number; assets?: number }): void {
  const { bytes = 0, assets = 0 } = by
  tx.insert(mediaQuota)
    .values({ organizationId, bytes, assets })
    .onConflictDoUpdate({
      target: mediaQuota.organizationId,
      set: { bytes: sql`${mediaQuota.bytes} + ${bytes}`, assets: sql`${mediaQuota.assets} + ${assets}` },
    })
    .run()
}

export function quotaRow(tx: Tx, organizationId: string): { bytes: number; assets: number } {
  return (
    tx
      .select({ bytes: mediaQuota.bytes, assets: mediaQuota.assets })
      .from(mediaQuota)
      .where(eq(mediaQuota.organizationId, organizationId))
      .get() ?? { bytes: 0, assets: 0 }
  )
}

function checkQuota(tx: Tx, organizationId: string, bytes: number): void {
  const used = quotaRow(tx, organizationId)
  if (used.bytes + bytes > limits.organizationBytesMax) {
    const gib = (count: number) => `${(count / 2 ** 30).toFixed(1)} GiB`
    throw new AppError(
      'too-large',
      `There is no room for this file: ${gib(used.bytes)} of ${gib(limits.organizationBytesMax)} are used. Delete what is not needed.`,
    )
  }
}

/** All that was made of a blob. */
function madeBytes(
  tx: Tx,
  { organizationId, hash }: Pick<typeof blob.$inferSelect, 'organizationId' | 'hash'>,
): number {
  const sum = tx
    .select({ bytes: sql<number>`coalesce(sum(${made.bytes}), 0)` })
    .from(made)
    .where(and(eq(made.organizationId, organizationId), eq(made.hash, hash)))
    .get()
  return sum?.bytes ?? 0
}

function blobRow(tx: Tx, organizationId: string, hash: string): typeof blob.$inferSelect | undefined {
  return tx
    .select()
    .from(blob)
    .where(and(eq(blob.organizationId, organizationId), eq(blob.hash, hash)))
    .get()
}

function setBlob(
  tx: Tx,
  row: typeof blob.$inferSelect,
  values: Partial<Pick<typeof blob.$inferSelect, 'holders' | 'unusedMs'>>,
): void {
  tx.update(blob)
    .set(values)
    .where(and(eq(blob.organizationId, row.organizationId), eq(blob.hash, row.hash)))
    .run()
}

function collectLater(context: OperationContext, unusedMs: number): void {
  context.enqueue(
    collectBlobs,
    {},
    { key: context.organizationId ?? '', runAtMs: unusedMs + limits.unusedGraceMs + 1_000 },
  )
}

function beingRemoved(): AppError {
  return new AppError('unavailable', 'The same file is being removed at this moment. Send it again.', {
    retryAfterS: 5,
  })
}
