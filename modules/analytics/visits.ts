import { and, asc, desc, eq, lt, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement, type Tx } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { type Page, paged } from '../../src/http/paging.ts'
import { analyticsLimits as limits } from './limits.ts'
import { visit, visitEvent } from './schema.ts'
import { visitName, visitRow } from './visit-name.ts'

/** A visit as owners see it. */
export interface VisitShown {
  readonly id: string
  /** The same for all visits of a person on one day, or with one e-mail address. */
  readonly visitor: string
  readonly email: string | null
  readonly link: string
  readonly source: string
  readonly campaign: string
  /** ISO 3166-1 alpha-2; empty: unknown. */
  readonly country: string
  readonly device: string
  readonly beganAt: number
  readonly lastAt: number
  /** Whether somebody is there right now. */
  readonly here: boolean
  /** Where the visit is, or ended. */
  readonly page: string
  readonly pages: number
  readonly views: number
  readonly ms: number
  readonly answers: number
  readonly chats: number
  readonly clicks: number
  readonly score: number
  readonly hot: boolean
}

export interface VisitEvent {
  readonly at: number
  readonly kind: 'view' | 'answer' | 'chat' | 'click'
  readonly page: string
  /** The block, or where the link leads. */
  readonly detail: string
  /** For how long a page was seen; null for anything else. */
  readonly ms: number | null
}

/** Events of a visit that are told of it. */
const eventsMax = 1_000
/** The newest visits among which those are looked for who are there. */
const recentMax = 400
const at = sql.placeholder
const counted = and(eq(visit.capsuleId, at('capsuleId')), eq(visit.excluded, 0))
const newest = statement((tx) =>
  tx
    .select()
    .from(visit)
    .where(and(counted, lt(visit.row, at('before'))))
    .orderBy(desc(visit.row))
    .limit(at('limit'))
    .prepare(),
)
const one = statement((tx) =>
  tx
    .select()
    .from(visit)
    .where(and(eq(visit.row, at('row')), counted))
    .prepare(),
)
const events = statement((tx) =>
  tx
    .select({
      at: visitEvent.atMs,
      kind: visitEvent.kind,
      page: visitEvent.page,
      detail: visitEvent.detail,
      ms: visitEvent.ms,
    })
    .from(visitEvent)
    .where(eq(visitEvent.visit, at('visit')))
    .orderBy(asc(visitEvent.atMs), asc(visitEvent.n))
    .limit(eventsMax)
    .prepare(),
)

/** Visits one by one. */
export class Visits {
  constructor(
    private readonly db: Pick<Databases, 'read'>,
    private readonly nowMs: () => number,
  ) {}

  /** Newest first. The cursor is the name of the last visit of the page before. */
  list(capsuleId: string, { limit, cursor }: { limit: number; cursor?: string | undefined }): Page<VisitShown> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : visitRow(cursor)
    if (before === undefined) {
      const faults = [{ pointer: '?cursor', message: 'is no cursor of ours' }]
      throw new AppError('invalid', 'The cursor is not one that a list gave.', { faults })
    }
    const rows = this.db.read(organizationOf(capsuleId), (tx) =>
      newest(tx).all({ capsuleId, before, limit: limit + 1 }),
    )
    const page = paged(rows, limit, (last) => visitName(last.row))
    return { ...page, items: page.items.map((row) => shown(row, this.nowMs())) }
  }

  /** One visit with what happened in it, in order. @throws AppError not-found. */
  get(capsuleId: string, name: string): VisitShown & { readonly events: readonly VisitEvent[] } {
    const row = visitRow(name)
    return this.db.read(organizationOf(capsuleId), (tx) => {
      const found = row === undefined ? undefined : one(tx).get({ capsuleId, row })
      if (found === undefined) throw new AppError('not-found', 'There is no such visit, or it is kept no longer.')
      const all = events(tx).all({ visit: found.row })
      return {
        ...shown(found, this.nowMs()),
        events: all.map(({ ms, ...event }) => ({ ...event, ms: event.kind === 'view' ? ms : null })),
      }
    })
  }

  /** A visit by its row; undefined: erased, kept no longer, or taken out of the figures. */
  find(capsuleId: string, row: number): VisitShown | undefined {
    const found = this.db.read(organizationOf(capsuleId), (tx) => one(tx).get({ capsuleId, row }))
    return found && shown(found, this.nowMs())
  }

  /** Who is there right now: the newest, and whether there are more. */
  here(tx: Tx, capsuleId: string): { readonly visits: readonly VisitShown[]; readonly more: boolean } {
    const nowMs = this.nowMs()
    const rows = newest(tx).all({ capsuleId, before: Number.MAX_SAFE_INTEGER, limit: recentMax })
    const all = rows.map((row) => shown(row, nowMs)).filter((one) => one.here)
    return { visits: all.slice(0, limits.shownLiveMax), more: all.length > limits.shownLiveMax }
  }
}

function shown(row: typeof visit.$inferSelect, nowMs: number): VisitShown {
  return {
    id: visitName(row.row),
    visitor: row.person === 0 ? row.visitor : `${row.visitor}.${row.person}`,
    email: row.email,
    link: row.link,
    source: row.source,
    campaign: row.campaign,
    country: row.country,
    device: row.device,
    beganAt: row.begunMs,
    lastAt: row.lastMs,
    here: row.gone === 0 && nowMs - row.lastMs < limits.hereMs,
    page: row.page,
    pages: Object.keys(JSON.parse(row.pages) as object).length,
    views: row.views,
    ms: row.ms,
    answers: row.answers,
    chats: row.chats,
    clicks: row.clicks,
    score: row.score,
    hot: row.hot !== 0,
  }
}
