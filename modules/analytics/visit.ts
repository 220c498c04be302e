import type { Grain, Trait, visit } from './schema.ts'
import { engagedMs, scoreOf } from './score.ts'

type VisitRow = typeof visit.$inferSelect

/** A visit while it is worked on: its row, with the pages it has seen as they are. */
export interface Visit extends Omit<VisitRow, 'pages'> {
  /** Page → how often it was shown, and for how many milliseconds. */
  pages: Record<string, [views: number, ms: number]>
}

export const grainMs: Readonly<Record<Grain, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Traits that a visit has one value of. */
export const ownTraits = ['link', 'source', 'campaign', 'country', 'device'] as const

/** The sums of a rollup, in this order wherever they stand in a row of numbers. */
export const sumNames = [
  'visits',
  'visitors',
  'views',
  'ms',
  'engaged',
  'acted',
  'answered',
  'answers',
  'chats',
  'clicks',
  'exits',
  'score',
  'hot',
] as const
export type SumName = (typeof sumNames)[number]

/** Where of the rollups something is counted. */
export interface Cell {
  readonly capsuleId: string
  readonly grain: Grain
  readonly trait: Trait
  readonly bucket: number
  readonly value: string
}

/** In which rollups a visit may be its visitor's first: the bits of `firsts`. */
export const firstBits = { minute: 1, hour: 2, day: 4, link: 8, source: 16, campaign: 32, country: 64, device: 128 }

export function visitOf(row: VisitRow): Visit {
  return { ...row, pages: JSON.parse(row.pages) as Visit['pages'] }
}

export function rowOf(visit: Visit): VisitRow {
  return { ...visit, pages: JSON.stringify(visit.pages) }
}

/** The bits of what this visit is the first in, among the visits of the same visitor and person. */
export function firstsOf(visit: Visit, earlier: readonly Visit[]): number {
  const others = earlier.filter((one) => one.person === visit.person)
  const isAlone = (grain: Grain, also: (one: Visit) => boolean = () => true) =>
    !others.some((one) => bucketOf(one, grain) === bucketOf(visit, grain) && also(one))
  let bits = 0
  for (const grain of ['minute', 'hour', 'day'] as const) if (isAlone(grain)) bits |= firstBits[grain]
  for (const trait of ownTraits) if (isAlone('day', (one) => one[trait] === visit[trait])) bits |= firstBits[trait]
  return bits
}

export function bucketOf(visit: Pick<Visit, 'begunMs'>, grain: Grain): number {
  return Math.floor(visit.begunMs / grainMs[grain])
}

/** A visit's interest, as it stands. */
export function visitScore(visit: Visit): number {
  return scoreOf({ ...visit, pages: Object.keys(visit.pages).length })
}

/**
 * What a visit adds to the rollups: so much to each of these cells. A rollup is the sum of this over the visits that began in its
 * bucket and nothing else, so that a visit can be taken out again as exactly as it was counted.
 */
export function contributions(visit: Visit, add: (cell: Cell, sums: readonly number[]) => void): void {
  if (visit.excluded !== 0) return
  const { capsuleId } = visit
  const isFirst = (bit: keyof typeof firstBits) => Number((visit.firsts & firstBits[bit]) !== 0)
  const acts = visit.answers + visit.chats + visit.clicks
  const pages = Object.entries(visit.pages)
  const isEngaged = visit.ms >= engagedMs || pages.length > 1 || acts > 0
  const sums = (visitors: number) => [
    ...[1, visitors, visit.views, visit.ms, Number(isEngaged), Number(acts > 0), Number(visit.answers > 0)],
    ...[visit.answers, visit.chats, visit.clicks, 0, visit.score, visit.hot],
  ]
  for (const grain of ['minute', 'hour', 'day'] as const) {
    add({ capsuleId, grain, trait: 'all', bucket: bucketOf(visit, grain), value: '' }, sums(isFirst(grain)))
  }
  const day = { capsuleId, grain: 'day', bucket: bucketOf(visit, 'day') } as const
  for (const trait of ownTraits) {
    // Without a link or a campaign there is nothing to tell apart by.
    if (visit[trait] === '' && (trait === 'link' || trait === 'campaign')) continue
    add({ ...day, trait, value: visit[trait] }, sums(isFirst(trait)))
  }
  for (const [value, [views, ms]] of pages) {
    const exits = Number(value === visit.page)
    add({ ...day, trait: 'page', value }, [1, 0, views, ms, 0, 0, 0, 0, 0, 0, exits, 0, 0])
  }
}
