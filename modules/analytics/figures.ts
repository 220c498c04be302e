import { and, asc, between, desc, eq, gt, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement, type Tx } from '../../src/db/operation.ts'
import { visitRollup } from './schema.ts'
import { grainMs, type SumName, sumNames } from './visit.ts'

export type Sums = Readonly<Record<SumName, number>>

/** What came of one value of a trait: of a page, a link, a source. */
export interface Valued extends Sums {
  readonly value: string
}

/** A page is known by its title, as it is published now; null: it is there no more, or has none. */
export interface PageValued extends Valued {
  readonly title: string | null
}

export interface Moment {
  /** When it begins. */
  readonly at: number
  readonly visits: number
  readonly visitors: number
  readonly views: number
  readonly ms: number
  readonly answers: number
}

export interface Figures {
  readonly from: number
  readonly to: number
  readonly by: 'hour' | 'day'
  readonly totals: Sums
  readonly series: readonly Moment[]
  readonly pages: readonly PageValued[]
  readonly links: readonly Valued[]
  readonly sources: readonly Valued[]
  readonly campaigns: readonly Valued[]
  readonly countries: readonly Valued[]
  readonly devices: readonly Valued[]
}

export interface PageNamed {
  readonly id: string
  readonly title?: string | undefined
}

export interface Funnel {
  /** Visits that began. */
  readonly visits: number
  /** Those that were more than a look. */
  readonly engaged: number
  /** Those that answered, asked or followed a link. */
  readonly acted: number
  readonly answered: number
}

const valuesMax = 50
const pagesMax = 100
const at = sql.placeholder
const sum = (name: SumName) => sql<number>`coalesce(sum(${visitRollup[name]}), 0)`
const sums = Object.fromEntries(sumNames.map((name) => [name, sum(name)])) as Record<SumName, ReturnType<typeof sum>>
const within = and(
  eq(visitRollup.capsuleId, at('capsuleId')),
  eq(visitRollup.grain, at('grain')),
  eq(visitRollup.trait, at('trait')),
  between(visitRollup.bucket, at('first'), at('last')),
)
const total = statement((tx) => tx.select(sums).from(visitRollup).where(within).prepare())
const byBucket = statement((tx) =>
  tx
    .select({
      bucket: visitRollup.bucket,
      visits: visitRollup.visits,
      visitors: visitRollup.visitors,
      views: visitRollup.views,
      ms: visitRollup.ms,
      answers: visitRollup.answers,
    })
    .from(visitRollup)
    .where(within)
    .orderBy(asc(visitRollup.bucket))
    .prepare(),
)
const byValue = statement((tx) =>
  tx
    .select({ value: visitRollup.value, ...sums })
    .from(visitRollup)
    .where(within)
    .groupBy(visitRollup.value)
    .having(gt(sums.visits, 0))
    .orderBy(desc(sums.visits), asc(visitRollup.value))
    .limit(at('limit'))
    .prepare(),
)

/** What owners are told of visits: from the rollups alone, however many visits there were. */
export class FiguresReader {
  constructor(
    private readonly db: Pick<Databases, 'read'>,
    private readonly nowMs: () => number,
  ) {}

  /** Of the last so many days, today among them. Days are UTC's. */
  of(capsuleId: string, days: number, by: 'hour' | 'day', pages: readonly PageNamed[] = []): Figures {
    const today = Math.floor(this.nowMs() / grainMs.day)
    const first = today - days + 1
    const [from, to] = [first * grainMs.day, (today + 1) * grainMs.day]
    const range = { capsuleId, grain: 'day', first, last: today } as const
    return this.db.read(organizationOf(capsuleId), (tx) => {
      const values = (trait: string, limit = valuesMax) => byValue(tx).all({ ...range, trait, limit }) as Valued[]
      return {
        from,
        to,
        by,
        totals: totalOf(tx, range),
        series: series(tx, capsuleId, from, to, by),
        pages: named(values('page', pagesMax), pages),
        links: values('link'),
        sources: values('source'),
        campaigns: values('campaign'),
        countries: values('country'),
        devices: values('device'),
      }
    })
  }

  /** Of the visits that began in the last so many minutes. */
  lately(tx: Tx, capsuleId: string, minutes: number): Funnel {
    const last = Math.floor(this.nowMs() / grainMs.minute)
    const { visits, engaged, acted, answered } = totalOf(tx, {
      capsuleId,
      grain: 'minute',
      first: last - minutes + 1,
      last,
    })
    return { visits, engaged, acted, answered }
  }
}

/** All pages of the capsule in their order, those that nobody saw too; then those that are there no more. */
function named(values: readonly Valued[], pages: readonly PageNamed[]): PageValued[] {
  const known = new Map(values.map((one) => [one.value, one]))
  const present = pages.map(({ id, title }) => ({
    ...(known.get(id) ?? { value: id, ...noSums }),
    title: title ?? null,
  }))
  const ids = new Set(pages.map(({ id }) => id))
  return [...present, ...values.filter(({ value }) => !ids.has(value)).map((one) => ({ ...one, title: null }))]
}

const noSums = Object.fromEntries(sumNames.map((name) => [name, 0])) as Record<SumName, number>

interface Range {
  readonly capsuleId: string
  readonly grain: 'minute' | 'hour' | 'day'
  readonly first: number
  readonly last: number
}

function totalOf(tx: Tx, range: Range): Sums {
  return total(tx).get({ ...range, trait: 'all' }) ?? noSums
}

/** Every hour or day, those without a visit too. */
function series(tx: Tx, capsuleId: string, from: number, to: number, by: 'hour' | 'day'): Moment[] {
  const ms = grainMs[by]
  const [first, end] = [from / ms, to / ms]
  const rows = byBucket(tx).all({ capsuleId, grain: by, trait: 'all', first, last: end - 1 })
  const known = new Map(rows.map(({ bucket, ...row }) => [bucket, row]))
  const none = { visits: 0, visitors: 0, views: 0, ms: 0, answers: 0 }
  return Array.from({ length: end - first }, (_, n) => ({ at: (first + n) * ms, ...(known.get(first + n) ?? none) }))
}
