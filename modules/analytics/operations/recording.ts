import { sql } from 'drizzle-orm'
import type { Tx } from '../../../src/db/operation.ts'
import { analyticsLimits as limits, otherValue } from '../limits.ts'
import type { visit } from '../schema.ts'
import { bucketOf, firstsOf, rowOf, type Visit, visitOf, visitScore } from '../visit.ts'
import { RollupChanges } from './rollups.ts'
import * as statements from './statements.ts'
import type { Told } from './told.ts'

/** A page whose first beacon was lost was seen before we heard of it, but not for long. */
const firstMsMax = 60_000
/** Clocks of browsers and ours run apart by no more than that while a page is seen. */
const slackMs = 2_000

interface Known {
  readonly visit: Visit
  /** As it is stored; undefined: it is a new one. */
  readonly stored: typeof visit.$inferSelect | undefined
  changed: boolean
}

export type Outcome = 'recorded' | 'repeated' | 'ignored'

/**
 * Writes what beacons tell: events, the visits they are part of, and the rollups. Everything is the last value or has a number of
 * its own, so that a beacon that comes twice, late or out of order changes nothing that it has not changed before.
 */
export class Recording {
  readonly #known = new Map<number, Known>()
  readonly #alike = new Map<string, Known[]>()
  readonly #values = new Set<string>()
  #lastRow: number | undefined

  constructor(private readonly tx: Tx) {}

  record(told: Told, atMs: number): Outcome {
    const event = statements.eventAt(this.tx).get({ view: told.view })
    const known = event === undefined ? this.#visitFor(told, atMs) : this.#byRow(event.visit)
    // Somebody else's id of a showing, or a machine's visit.
    if (known === undefined || known.visit.capsuleId !== told.capsuleId || known.visit.excluded !== 0) return 'ignored'
    const { visit } = known
    const { gone } = visit
    let isNew = false
    if (event === undefined) {
      if (!(told.page in visit.pages) && Object.keys(visit.pages).length >= limits.pagesPerVisitMax) return 'ignored'
      this.#show(visit, told, atMs)
      isNew = true
    } else {
      const ms = Math.min(told.ms, atMs - event.atMs + slackMs)
      if (told.ms >= event.ms) visit.gone = Number(told.gone)
      if (ms > event.ms) {
        statements.setEventMs(this.tx).run({ view: told.view, ms })
        addTo(visit, event.page, 0, ms - event.ms)
        isNew = true
      }
    }
    if (visit.gone !== gone) known.changed = true
    const page = event?.page ?? told.page
    for (const { n, kind, detail } of told.acts) {
      const row = { view: told.view, n, visit: visit.row, kind, page, detail, atMs, ms: 0 }
      if (statements.insertEvent(this.tx).get(row) === undefined) continue
      if (kind === 'answer') visit.answers++
      else if (kind === 'chat') visit.chats++
      else visit.clicks++
      isNew = true
    }
    if (!isNew) return 'repeated'
    known.changed = true
    visit.lastMs = Math.max(visit.lastMs, atMs)
    if (isMachine(visit)) visit.excluded = 1
    return 'recorded'
  }

  /** Writes the visits and what they changed of the rollups. @returns those whose interest has just passed the threshold. */
  finish(hotScore: number): Visit[] {
    const rollups = new RollupChanges()
    const hot: Visit[] = []
    for (const { visit, stored, changed } of this.#known.values()) {
      if (!changed) continue
      visit.score = visitScore(visit)
      if (visit.hot === 0 && visit.excluded === 0 && visit.score >= hotScore) {
        visit.hot = 1
        hot.push(visit)
      }
      if (stored === undefined) statements.insertVisit(this.tx).run(rowOf(visit))
      else {
        rollups.discount(visitOf(stored))
        statements.updateVisit(this.tx).run(rowOf(visit))
      }
      rollups.count(visit)
    }
    rollups.write(this.tx)
    return hot
  }

  /** A page is shown: that is an event, and where the visit is now. */
  #show(visit: Visit, told: Told, atMs: number): void {
    const ms = Math.min(told.ms, firstMsMax)
    const { view, page } = told
    const row = { view, n: 0, visit: visit.row, kind: 'view', page, detail: '', atMs: atMs - ms, ms }
    statements.insertEvent(this.tx).get(row)
    addTo(visit, page, 1, ms)
    visit.page = page
    visit.gone = Number(told.gone)
  }

  /** The visit that a page is shown in: one that goes on, or a new one. */
  #visitFor(told: Told, atMs: number): Known {
    const alike = this.#alikeOf(told)
    const going = goingOn(
      alike.map(({ visit }) => visit),
      told,
      atMs,
    )
    const known = going === undefined ? undefined : alike.find(({ visit }) => visit === going)
    return known ?? this.#begin(told, atMs, alike)
  }

  #begin(told: Told, atMs: number, alike: Known[]): Known {
    const begunMs = atMs - Math.min(told.ms, firstMsMax)
    const { capsuleId, visitor, email, link, country, device, page } = told
    const earlier = alike.map(({ visit }) => visit)
    const visit: Visit = {
      ...{ row: this.#nextRow(), capsuleId, visitor, person: freePerson(earlier, atMs), email, link, country, device },
      source: this.#value(told, 'source', begunMs),
      campaign: this.#value(told, 'campaign', begunMs),
      ...{ begunMs, lastMs: atMs, gone: 0, page, pages: {}, views: 0, ms: 0, answers: 0, chats: 0, clicks: 0 },
      ...{ firsts: 0, score: 0, hot: 0, excluded: 0 },
    }
    visit.firsts = firstsOf(visit, earlier)
    const known: Known = { visit, stored: undefined, changed: true }
    this.#known.set(visit.row, known)
    alike.unshift(known)
    return known
  }

  /** A source or campaign as it is told apart: one more than a day tells apart is one of the others. */
  #value(told: Told, trait: 'source' | 'campaign', begunMs: number): string {
    const value = told[trait]
    const bucket = bucketOf({ begunMs }, 'day')
    const cell = { capsuleId: told.capsuleId, trait, bucket }
    const key = JSON.stringify([...Object.values(cell), value])
    if (value === '' || this.#values.has(key)) return value
    if (statements.isValueKnown(this.tx).get({ ...cell, value }) === undefined) {
      const count = statements.valuesOfDay(this.tx).get(cell)?.count ?? 0
      if (count >= limits.valuesPerDayMax) return otherValue
    }
    this.#values.add(key)
    return value
  }

  #alikeOf({ visitor, capsuleId }: Told): Known[] {
    const key = `${visitor} ${capsuleId}`
    const loaded = this.#alike.get(key)
    if (loaded !== undefined) return loaded
    const rows = statements.visitsAlike(this.tx).all({ visitor, capsuleId, limit: limits.alikeMax })
    const fresh = rows.map((row) => this.#know(row))
    this.#alike.set(key, fresh)
    return fresh
  }

  #byRow(row: number): Known | undefined {
    const known = this.#known.get(row)
    if (known !== undefined) return known
    const stored = statements.visitByRow(this.tx).get({ row })
    return stored === undefined ? undefined : this.#know(stored)
  }

  #know(stored: typeof visit.$inferSelect): Known {
    const known = this.#known.get(stored.row) ?? { visit: visitOf(stored), stored, changed: false }
    this.#known.set(stored.row, known)
    return known
  }

  /** There is one writer, so the next number is known before it is taken. */
  #nextRow(): number {
    this.#lastRow ??=
      this.tx.all<{ seq: number }>(sql`SELECT seq FROM sqlite_sequence WHERE name = 'visit'`)[0]?.seq ?? 0
    return ++this.#lastRow
  }
}

/**
 * The visit that goes on with this page, among those of who look the same, newest first. From one page to the next it is the one
 * that just left that page. Whoever arrives goes on where they left off, unless they come by another link or from elsewhere than
 * before; and somebody who looks the same and is there right now is somebody else.
 */
function goingOn(alike: readonly Visit[], told: Told, atMs: number): Visit | undefined {
  const near = alike.filter((one) => atMs - one.lastMs <= limits.visitGapMs)
  if (told.from !== null) {
    const left = near.filter((one) => one.page === told.from)
    return left.find((one) => one.gone !== 0) ?? left[0] ?? near[0]
  }
  return near.find(
    (one) =>
      !isHere(one, atMs) &&
      one.link === told.link &&
      (told.source === '' || (told.source === one.source && told.campaign === one.campaign)),
  )
}

function isHere(visit: Visit, atMs: number): boolean {
  return visit.gone === 0 && atMs - visit.lastMs < limits.hereMs
}

/** The lowest number that nobody has who looks the same and is there right now. */
function freePerson(alike: readonly Visit[], atMs: number): number {
  const taken = new Set(alike.filter((one) => isHere(one, atMs)).map((one) => one.person))
  let person = taken.size < limits.alikeMax ? 0 : Math.max(...taken) + 1
  while (taken.has(person)) person++
  return person
}

/** No person turns pages like that. */
function isMachine(visit: Visit): boolean {
  const isFast = visit.views > limits.viewsPerMinuteMax && visit.lastMs - visit.begunMs < 60_000
  return isFast || visit.views > limits.viewsPerVisitMax
}

function addTo(visit: Visit, page: string, views: number, ms: number): void {
  const seen = visit.pages[page] ?? [0, 0]
  visit.pages[page] = [seen[0] + views, seen[1] + ms]
  visit.views += views
  visit.ms += ms
}
