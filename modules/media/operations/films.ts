import { Type } from '@sinclair/typebox'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { defineJob, defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { assetChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { asset, caption, film } from '../schema.ts'

type AssetRow = typeof asset.$inferSelect
export type FilmRow = typeof film.$inferSelect

const id = Type.String({ maxLength: 64 })
const nothing = '{"done":[],"rungs":[]}'

/**
 * Works on the organization's first film or sound that waits for it; each one arranges the next. One waits for an organization,
 * and one is worked on at a time in a process, for ffmpeg takes every core that it gets.
 */
export const makeFilms = defineJob({ kind: 'media.film', input: Type.Object({}), attemptsMax: 100, leaseMs: 120_000 })

/** Looks, for an organization, whether this server can work on films by now: those that it could not are begun then. */
export const resumeFilms = defineJob({ kind: 'media.resume-films', input: Type.Object({}), attemptsMax: 100 })

/** A film's row, from the moment its asset has these bytes. */
export function beginFilm(tx: Tx, row: AssetRow, context: OperationContext): void {
  if (row.kind !== 'video' && row.kind !== 'audio') return
  const fresh = {
    organizationId: row.organizationId,
    hash: row.hash,
    state: 'waiting',
    progress: 0,
    made: nothing,
    fault: null,
    updatedMs: context.nowMs,
  } as const
  tx.delete(caption).where(eq(caption.assetId, row.id)).run()
  tx.insert(film)
    .values({ assetId: row.id, ...fresh })
    .onConflictDoUpdate({ target: film.assetId, set: fresh })
    .run()
  filmSoon(tx, context)
}

export function removeFilm(tx: Tx, assetId: string): void {
  tx.delete(caption).where(eq(caption.assetId, assetId)).run()
  tx.delete(film).where(eq(film.assetId, assetId)).run()
}

export function filmRow(tx: Tx, assetId: string): FilmRow | undefined {
  return tx.select().from(film).where(eq(film.assetId, assetId)).get()
}

/** The first that waits, or whose work was cut off. */
export function nextFilm(tx: Tx, organizationId: string | null): FilmRow | undefined {
  return tx
    .select()
    .from(film)
    .where(and(eq(film.organizationId, organizationId ?? ''), sql`${film.state} IN ('waiting', 'working')`))
    .orderBy(asc(film.assetId))
    .limit(1)
    .get()
}

function filmSoon(tx: Tx, context: OperationContext): void {
  if (nextFilm(tx, context.organizationId) === undefined) return
  context.enqueue(makeFilms, {}, { key: context.organizationId ?? '' })
}

/** Another film is under way in this process: this organization's waits a moment. */
export const filmLater = defineOperation(
  { name: 'media.film-later', database: 'shard', repeats: 'natural', input: Type.Object({}) },
  (_tx, _input, context) => {
    const runAtMs = context.nowMs + limits.filmAgainMs
    context.enqueue(makeFilms, {}, { key: context.organizationId ?? '', runAtMs })
  },
)

/**
 * How far the work is. False: nobody wants it any more, because the asset is gone, has other bytes, or the work was cancelled.
 * Pages hear of it only when there is more to show.
 */
export const noteFilm = defineOperation(
  {
    name: 'media.note-film',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      id,
      hash: Type.String(),
      state: Type.Union([
        Type.Literal('working'),
        Type.Literal('ready'),
        Type.Literal('failed'),
        Type.Literal('plain'),
      ]),
      progress: Type.Integer({ minimum: 0, maximum: 100 }),
      made: Type.String({ maxLength: 40_000 }),
      fault: Type.Union([Type.String({ maxLength: 500 }), Type.Null()]),
    }),
  },
  (tx, { id, hash, ...values }, context): boolean => {
    const row = filmRow(tx, id)
    if (row === undefined || row.hash !== hash || !isUnderWay(row)) return false
    tx.update(film)
      .set({ ...values, updatedMs: context.nowMs })
      .where(eq(film.assetId, id))
      .run()
    if (row.made !== values.made || values.state !== 'working') context.announce(assetChanged, id, { what: 'encoded' })
    if (values.state !== 'working') filmSoon(tx, context)
    if (values.state === 'plain') resumeLater(context)
    return true
  },
)

/** What plays as it was uploaded waits for the work again; `possible` false: it stays so, and somebody looks again later. */
export const resumePlain = defineOperation(
  {
    name: 'media.resume-plain',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ possible: Type.Boolean() }),
  },
  (tx, { possible }, context) => {
    if (!possible) return resumeLater(context)
    const ids = tx
      .select({ id: film.assetId })
      .from(film)
      .where(and(eq(film.organizationId, context.organizationId ?? ''), eq(film.state, sql.raw("'plain'"))))
      .limit(limits.filmsResumedAtOnce)
      .all()
      .map((row) => row.id)
    if (ids.length === 0) return
    tx.update(film)
      .set({ state: 'waiting', fault: null, updatedMs: context.nowMs })
      .where(inArray(film.assetId, ids))
      .run()
    for (const id of ids) context.announce(assetChanged, id, { what: 'encoded' })
    filmSoon(tx, context)
    if (ids.length === limits.filmsResumedAtOnce)
      context.enqueue(resumeFilms, {}, { key: context.organizationId ?? '' })
  },
)

/** Once more, with what stands already. @throws AppError not-found; conflict while it is under way. */
export const retryFilm = defineOperation(
  { name: 'media.retry-film', database: 'shard', input: Type.Object({ id }) },
  (tx, input, context) => {
    const row = tx.select().from(asset).where(eq(asset.id, input.id)).get()
    if (row === undefined || row.organizationId !== context.organizationId) throw absentFilm()
    const before = filmRow(tx, row.id)
    if (before === undefined || before.hash !== row.hash) return beginFilm(tx, row, context)
    if (isUnderWay(before)) throw new AppError('conflict', 'This file is being worked on already.')
    tx.update(film)
      .set({ state: 'waiting', fault: null, updatedMs: context.nowMs })
      .where(eq(film.assetId, row.id))
      .run()
    filmSoon(tx, context)
  },
)

/** Stops the work; what stands already stays and plays. @throws AppError not-found; conflict when there is nothing to stop. */
export const cancelFilm = defineOperation(
  { name: 'media.cancel-film', database: 'shard', input: Type.Object({ id }) },
  (tx, input, context) => {
    const row = filmRow(tx, input.id)
    if (row === undefined || row.organizationId !== context.organizationId) throw absentFilm()
    if (!isUnderWay(row)) throw new AppError('conflict', 'This file is not being worked on.')
    tx.update(film).set({ state: 'cancelled', updatedMs: context.nowMs }).where(eq(film.assetId, input.id)).run()
    context.announce(assetChanged, input.id, { what: 'encoded' })
  },
)

function resumeLater(context: OperationContext): void {
  const runAtMs = context.nowMs + limits.filmsResumeEveryMs
  context.enqueue(resumeFilms, {}, { key: context.organizationId ?? '', runAtMs })
}

function isUnderWay({ state }: FilmRow): boolean {
  return state === 'waiting' || state === 'working'
}

function absentFilm(): AppError {
  return new AppError('not-found', 'There is no such film or sound.')
}
