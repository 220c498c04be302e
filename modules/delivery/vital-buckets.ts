/**
 * The upper bounds of each metric's buckets; above the last is one more. Among them are the bounds of "good" and "poor"
 * (web.dev/articles/vitals), so that a share of good visits is exact and not estimated. Milliseconds, but for CLS.
 */
export const bounds = {
  lcp: [200, 400, 600, 800, 1_000, 1_200, 1_600, 2_000, 2_500, 3_000, 4_000, 6_000, 10_000],
  inp: [40, 80, 120, 160, 200, 300, 400, 500, 800, 1_200],
  cls: [0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5],
  ttfb: [50, 100, 150, 200, 300, 400, 600, 800, 1_200, 1_800, 3_000],
} as const
export type Metric = keyof typeof bounds
export const metrics = Object.keys(bounds) as Metric[]
/** Up to here a visit was a good one. */
export const good: Readonly<Record<Metric, number>> = { lcp: 2_500, inp: 200, cls: 0.1, ttfb: 800 }

export function bucketOf(metric: Metric, value: number): number {
  const at = bounds[metric].findIndex((bound) => value <= bound)
  return at === -1 ? bounds[metric].length : at
}

export interface Histogram {
  readonly count: number
  /** The value that three of four visits were below: within its bucket by proportion. null: no visit. */
  readonly p75: number | null
  /** The share of good visits, 0 to 1. */
  readonly good: number | null
  readonly buckets: readonly { readonly upTo: number | null; readonly count: number }[]
}

export function histogramOf(metric: Metric, counts: ReadonlyMap<number, number>): Histogram {
  const all = [...bounds[metric], null].map((upTo, bucket) => ({ upTo, count: counts.get(bucket) ?? 0 }))
  const count = all.reduce((sum, one) => sum + one.count, 0)
  if (count === 0) return { count, p75: null, good: null, buckets: all }
  const isGood = all.filter(({ upTo }) => upTo !== null && upTo <= good[metric])
  return {
    count,
    p75: percentile(all, count, 0.75),
    good: isGood.reduce((sum, one) => sum + one.count, 0) / count,
    buckets: all,
  }
}

function percentile(all: Histogram['buckets'], count: number, share: number): number {
  let [below, from] = [0, 0]
  for (const { upTo, count: inside } of all) {
    // Nothing is known of how far above the last bound: the bound itself is said.
    if (upTo === null) return from
    if (below + inside >= share * count) {
      const part = inside === 0 ? 0 : (share * count - below) / inside
      return Math.round((from + (upTo - from) * part) * 1_000) / 1_000
    }
    below += inside
    from = upTo
  }
  return from
}
