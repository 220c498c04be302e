import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { WriterModule } from '../db/committer.ts'
import { defineChange, defineJob, defineOperation } from '../db/operation.ts'
import commonSql from './migrations/common-0001.sql' with { type: 'text' }
import directorySql from './migrations/directory-0001.sql' with { type: 'text' }

/** Pages that are told of at once, and that are remembered in all. */
export const visitedPagesMax = 200
const rememberedMax = 1_000
/** What was visited a day ago counts half. */
const halfLifeMs = 24 * 3_600_000
const keyLengthMax = 300
const cursorName = 'cdn'

const tag = Type.String({ minLength: 1, maxLength: 400 })

/** Somebody asked for something to be thrown out of every cache. */
export const cachePurged = defineChange('cache.purged', Type.Object({ tags: Type.Array(tag) }))

/** Tells shared caches what the change log of a database evicted since they were last told. */
export const tellCdn = defineJob({ kind: 'cache.tell-cdn', input: Type.Object({ database: Type.String() }) })

export interface Visited {
  readonly key: string
  readonly visits: number
}

/** Adds visits to what is remembered; the least visited are forgotten. */
export const rememberVisits = defineOperation(
  {
    name: 'cache.remember-visits',
    database: 'directory',
    repeats: 'natural',
    input: Type.Object({
      pages: Type.Array(
        Type.Object({ key: Type.String({ maxLength: keyLengthMax }), visits: Type.Integer({ minimum: 1 }) }),
        { maxItems: visitedPagesMax },
      ),
    }),
  },
  (tx, { pages }, { nowMs }) => {
    for (const { key, visits } of pages) {
      const [before] = tx.all<{ visits: number; at: number }>(
        sql`SELECT visits, at_ms AS at FROM cache_visit WHERE key = ${key}`,
      )
      const sum = visits + (before === undefined ? 0 : faded(before.visits, nowMs - before.at))
      tx.run(sql`INSERT INTO cache_visit (key, visits, at_ms) VALUES (${key}, ${sum}, ${nowMs})
        ON CONFLICT (key) DO UPDATE SET visits = excluded.visits, at_ms = excluded.at_ms`)
    }
    const all = tx.all<{ key: string; visits: number; at: number }>(
      sql`SELECT key, visits, at_ms AS at FROM cache_visit`,
    )
    if (all.length <= rememberedMax + visitedPagesMax) return
    const least = all.toSorted((a, b) => faded(b.visits, nowMs - b.at) - faded(a.visits, nowMs - a.at))
    for (const { key } of least.slice(rememberedMax)) tx.run(sql`DELETE FROM cache_visit WHERE key = ${key}`)
  },
)

export function faded(visits: number, ageMs: number): number {
  return visits * 2 ** (-Math.max(0, ageMs) / halfLifeMs)
}

/** Announces a purge, so that it reaches every node and every shared cache. */
export const purgeCaches = defineOperation(
  {
    name: 'cache.purge',
    database: 'directory',
    input: Type.Object({ tags: Type.Array(tag, { minItems: 1, maxItems: 100 }) }),
  },
  (_tx, { tags }, context) => context.announce(cachePurged, tags[0] ?? '', { tags }),
)

/** Asks for shared caches to be told; however often it is asked for before they are, they are told once. */
export const enqueueTelling = defineOperation(
  {
    name: 'cache.enqueue-telling',
    database: 'directory',
    repeats: 'natural',
    input: Type.Object({ database: Type.String(), afterMs: Type.Integer({ minimum: 0 }) }),
  },
  (_tx, { database, afterMs }, context) =>
    context.enqueue(tellCdn, { database }, { key: cursorName, runAtMs: context.nowMs + afterMs }),
)

export const moveCursor = defineOperation(
  {
    name: 'cache.move-cursor',
    database: 'directory',
    repeats: 'natural',
    input: Type.Object({ row: Type.Integer({ minimum: 0 }) }),
  },
  (tx, { row }) => {
    tx.run(sql`INSERT INTO cdn_cursor (name, row) VALUES (${cursorName}, ${row})
      ON CONFLICT (name) DO UPDATE SET row = excluded.row`)
  },
)

export const cacheModule: WriterModule = {
  migrations: {
    module: 'cache',
    directory: [
      { name: '0001_cursor', sql: commonSql },
      { name: '0002_visits', sql: directorySql },
    ],
    shard: [{ name: '0001_cursor', sql: commonSql }],
  },
  operations: [rememberVisits, purgeCaches, enqueueTelling, moveCursor],
}
