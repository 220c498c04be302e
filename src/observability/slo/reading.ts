import type { Metrics } from '../metrics.ts'
import type { Indicator, Selection } from './objectives.ts'

/** Since the process began. */
export interface Reading {
  readonly good: number
  readonly bad: number
}

const patterns = new Map<string, RegExp>()

/** What an indicator stands at. Nothing registered under its name, or nothing seen yet: nothing good, nothing bad. */
export function readIndicator(metrics: Metrics, indicator: Indicator): Reading {
  if (indicator.kind === 'counters') {
    return { good: sumOf(metrics, indicator.good), bad: sumOf(metrics, indicator.bad) }
  }
  const histogram = metrics.histogramOf(indicator.metric)
  let [good, bad] = [0, 0]
  for (const series of histogram?.series ?? []) {
    const labels = Object.fromEntries((histogram?.labels ?? []).map((label, at) => [label, series.labels[at] ?? '']))
    if (!fits(labels, indicator.match)) continue
    if (indicator.kind === 'faults') {
      if (fits(labels, indicator.bad)) bad += series.count
      else good += series.count
      continue
    }
    series.counts.forEach((count, at) => {
      const bound = histogram?.bounds[at]
      if (bound !== undefined && bound <= indicator.thresholdS) good += count
      else bad += count
    })
  }
  return { good, bad }
}

/** The counts of a histogram's buckets, over all series that match. */
export function countsOf(metrics: Metrics, { metric, match }: Selection): Float64Array {
  const histogram = metrics.histogramOf(metric)
  const sum = new Float64Array((histogram?.bounds.length ?? 0) + 1)
  for (const series of histogram?.series ?? []) {
    const labels = Object.fromEntries((histogram?.labels ?? []).map((label, at) => [label, series.labels[at] ?? '']))
    if (fits(labels, match)) series.counts.forEach((count, at) => (sum[at] = (sum[at] ?? 0) + count))
  }
  return sum
}

function sumOf(metrics: Metrics, { metric, match }: Selection): number {
  return metrics.samplesOf(metric).reduce((sum, [labels, value]) => (fits(labels, match) ? sum + value : sum), 0)
}

export function fits(labels: Readonly<Record<string, string>>, match: Selection['match']): boolean {
  return Object.entries(match ?? {}).every(([label, pattern]) => {
    let compiled = patterns.get(pattern)
    if (compiled === undefined) {
      compiled = new RegExp(`^(?:${pattern})$`)
      patterns.set(pattern, compiled)
    }
    return compiled.test(labels[label] ?? '')
  })
}
