import type { Objective, Selection } from '../../src/observability/slo/objectives.ts'
import { fits } from '../../src/observability/slo/reading.ts'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Prometheus' text format, as far as our own server writes it. */
export function parse(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (name === undefined || value === undefined) return []
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text])
    return [
      { name, labels: Object.fromEntries(pairs), value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) },
    ]
  })
}

export function sumOf(samples: readonly Sample[], name: string, match?: Selection['match']): number {
  return samples.reduce((sum, one) => (one.name === name && fits(one.labels, match) ? sum + one.value : sum), 0)
}

/** What was good and bad between two looks, by an objective. */
export function between({ indicator }: Objective, before: readonly Sample[], after: readonly Sample[]) {
  const grown = (name: string, match?: Selection['match']) => sumOf(after, name, match) - sumOf(before, name, match)
  if (indicator.kind === 'counters') {
    return {
      good: grown(indicator.good.metric, indicator.good.match),
      bad: grown(indicator.bad.metric, indicator.bad.match),
    }
  }
  const total = grown(`${indicator.metric}_count`, indicator.match)
  const part =
    indicator.kind === 'faults'
      ? total - grown(`${indicator.metric}_count`, { ...indicator.match, ...indicator.bad })
      : grown(`${indicator.metric}_bucket`, {
          ...indicator.match,
          le: String(indicator.thresholdS).replace('.', '\\.'),
        })
  return { good: part, bad: total - part }
}
