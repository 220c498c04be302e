import { and, count, desc, eq, sql } from 'drizzle-orm'
import { statement } from '../../../src/db/operation.ts'
import { visit, visitEvent, visitRollup } from '../schema.ts'

const at = sql.placeholder

/** The statements of recording, each prepared once: a flood of visits runs through them. */
export const eventAt = statement((tx) =>
  tx
    .select({ visit: visitEvent.visit, page: visitEvent.page, atMs: visitEvent.atMs, ms: visitEvent.ms })
    .from(visitEvent)
    .where(and(eq(visitEvent.view, at('view')), eq(visitEvent.n, 0)))
    .prepare(),
)
export const insertEvent = statement((tx) =>
  tx
    .insert(visitEvent)
    .values({
      view: at('view'),
      n: at('n'),
      visit: at('visit'),
      kind: at('kind'),
      page: at('page'),
      detail: at('detail'),
      atMs: at('atMs'),
      ms: at('ms'),
    })
    .onConflictDoNothing()
    .returning({ n: visitEvent.n })
    .prepare(),
)
export const setEventMs = statement((tx) =>
  tx
    .update(visitEvent)
    .set({ ms: sql`${at('ms')}` })
    .where(and(eq(visitEvent.view, at('view')), eq(visitEvent.n, 0)))
    .prepare(),
)
export const visitByRow = statement((tx) =>
  tx
    .select()
    .from(visit)
    .where(eq(visit.row, at('row')))
    .prepare(),
)
export const visitsAlike = statement((tx) =>
  tx
    .select()
    .from(visit)
    .where(and(eq(visit.visitor, at('visitor')), eq(visit.capsuleId, at('capsuleId'))))
    .orderBy(desc(visit.row))
    .limit(at('limit'))
    .prepare(),
)
export const insertVisit = statement((tx) =>
  tx
    .insert(visit)
    .values({
      row: at('row'),
      capsuleId: at('capsuleId'),
      visitor: at('visitor'),
      person: at('person'),
      email: at('email'),
      link: at('link'),
      source: at('source'),
      campaign: at('campaign'),
      country: at('country'),
      device: at('device'),
      begunMs: at('begunMs'),
      lastMs: at('lastMs'),
      gone: at('gone'),
      page: at('page'),
      pages: at('pages'),
      views: at('views'),
      ms: at('ms'),
      answers: at('answers'),
      chats: at('chats'),
      clicks: at('clicks'),
      firsts: at('firsts'),
      score: at('score'),
      hot: at('hot'),
      excluded: at('excluded'),
    })
    .prepare(),
)
/** What of a visit changes once it has begun. */
export const updateVisit = statement((tx) =>
  tx
    .update(visit)
    .set({
      lastMs: sql`${at('lastMs')}`,
      gone: sql`${at('gone')}`,
      page: sql`${at('page')}`,
      pages: sql`${at('pages')}`,
      views: sql`${at('views')}`,
      ms: sql`${at('ms')}`,
      answers: sql`${at('answers')}`,
      chats: sql`${at('chats')}`,
      clicks: sql`${at('clicks')}`,
      score: sql`${at('score')}`,
      hot: sql`${at('hot')}`,
      excluded: sql`${at('excluded')}`,
    })
    .where(eq(visit.row, at('row')))
    .prepare(),
)
const rollupsOfDay = and(
  eq(visitRollup.capsuleId, at('capsuleId')),
  eq(visitRollup.grain, 'day'),
  eq(visitRollup.trait, at('trait')),
  eq(visitRollup.bucket, at('bucket')),
)
export const isValueKnown = statement((tx) =>
  tx
    .select({ value: visitRollup.value })
    .from(visitRollup)
    .where(and(rollupsOfDay, eq(visitRollup.value, at('value'))))
    .prepare(),
)
export const valuesOfDay = statement((tx) =>
  tx.select({ count: count() }).from(visitRollup).where(rollupsOfDay).prepare(),
)
