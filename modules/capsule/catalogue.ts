import { and, desc, eq, gt, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { statement, type Tx } from '../../src/db/operation.ts'
import { type Page, paged } from '../../src/http/paging.ts'
import type { CapsuleRow } from './operations/rows.ts'
import { type CapsuleState, capsule } from './schema.ts'
import { fold } from './titles.ts'

export const searchLengthMax = 100
/** What one page of a search looks through: at most two milliseconds of this thread. The next page goes on where it ended. */
export const searchedRowsMax = 20_000
const wordsMax = 4

export interface ListQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  /** Absent: all but the deleted ones. */
  readonly state?: CapsuleState | undefined
  /** Words that the title holds, anywhere in it, whatever their case and accents. */
  readonly q?: string | undefined
}

/** Sorts behind every id. */
const end = '~'
const at = sql.placeholder
const live = ne(capsule.state, sql.raw("'deleted'"))
const inState = eq(capsule.state, at('state'))
const here = (state: SQL) => and(eq(capsule.organizationId, at('organizationId')), state, lt(capsule.id, at('cursor')))

const listed = (state: SQL) =>
  statement((tx) => tx.select().from(capsule).where(here(state)).orderBy(desc(capsule.id)).limit(at('limit')).prepare())

/** The next rows of an index, at most so many; of those the ones whose title holds every word. */
const found = (state: SQL) =>
  statement((tx) => {
    const seen = tx
      .select({ id: capsule.id, search: capsule.search })
      .from(capsule)
      .where(here(state))
      .orderBy(desc(capsule.id))
      .limit(at('searched'))
      .as('seen')
    const words = Array.from({ length: wordsMax }, (_, n) => gt(sql`instr(${seen.search}, ${at(`word${n}`)})`, 0))
    return tx
      .select({ id: seen.id })
      .from(seen)
      .where(and(...words))
      .limit(at('limit'))
      .prepare()
  })

/** Where such a search ends: the last row that it looked at, when there are as many. */
const lastSeen = (state: SQL) =>
  statement((tx) =>
    tx
      .select({ id: capsule.id })
      .from(capsule)
      .where(here(state))
      .orderBy(desc(capsule.id))
      .limit(1)
      .offset(at('before'))
      .prepare(),
  )

const byId = statement((tx) =>
  tx
    .select()
    .from(capsule)
    .where(eq(capsule.id, at('id')))
    .prepare(),
)

const statements = {
  live: { listed: listed(live), found: found(live), lastSeen: lastSeen(live) },
  inState: { listed: listed(inState), found: found(inState), lastSeen: lastSeen(inState) },
}

/**
 * An organization's capsules, newest first. The cursor is the last id looked at. A page of a search may hold fewer than asked
 * for, even none, while there is a next one: a search looks through so many titles at a time and no more.
 */
export function listCapsules(
  db: Databases,
  organizationId: OrganizationId,
  query: ListQuery,
  searched = searchedRowsMax,
): Page<CapsuleRow> {
  const { listed, found, lastSeen } = query.state === undefined ? statements.live : statements.inState
  const place = { organizationId, state: query.state ?? '', cursor: query.cursor ?? end }
  const limit = query.limit + 1
  return db.read(organizationId, (tx: Tx): Page<CapsuleRow> => {
    const words = wordsOf(query.q)
    if (words === undefined) return paged(listed(tx).all({ ...place, limit }), query.limit, idOf)
    const ids = found(tx).all({ ...place, ...words, searched, limit })
    const page = paged(
      ids.flatMap(({ id }) => byId(tx).get({ id }) ?? []),
      query.limit,
      idOf,
    )
    if (page.nextCursor !== null) return page
    return { items: page.items, nextCursor: lastSeen(tx).get({ ...place, before: searched - 1 })?.id ?? null }
  })
}

const idOf = ({ id }: CapsuleRow) => id

/** The words as the statement takes them: every text holds the empty one. More words than it takes are one long one. */
function wordsOf(q: string | undefined): Record<string, string> | undefined {
  const all = fold(q ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
  if (all.length === 0) return undefined
  const words = all.length > wordsMax ? [...all.slice(0, wordsMax - 1), all.slice(wordsMax - 1).join(' ')] : all
  return Object.fromEntries(Array.from({ length: wordsMax }, (_, n) => [`word${n}`, words[n] ?? '']))
}
