import { type Indicator, type Objective, objectives, type Selection, windowsOf } from './objectives.ts'
import { badMin } from './watch.ts'

/** Where the runbooks are, as alerts name them. */
export const runbookOf = (name: string) => `docs/operations/alerts.md#${name}`

/** The objectives as Prometheus' rules: recording rules per window, and the burn-rate alerts. */
export function prometheusRules(): string {
  const recorded = objectives.flatMap((objective) =>
    windowLengths(objective).map((windowMs) => ({
      record: recordOf(objective, windowMs),
      expr: `${bad(objective.indicator, duration(windowMs))} / ${total(objective.indicator, duration(windowMs))}`,
    })),
  )
  const alerts = objectives.flatMap((objective) =>
    windowsOf(objective).map(({ severity, longMs, shortMs, factor }) => ({
      alert: `encapsify:${objective.name}:${severity}:${duration(longMs)}`,
      expr: [
        `${recordOf(objective, longMs)} > ${round(factor * (1 - objective.share))}`,
        `and ${recordOf(objective, shortMs)} > ${round(factor * (1 - objective.share))}`,
        `and ${increase(objective.indicator, duration(longMs))} >= ${badMin}`,
      ].join(' '),
      labels: { severity, objective: objective.name },
      annotations: {
        summary: `${objective.title}: the error budget is spent more than ${factor} times too fast (${objective.target}).`,
        runbook: runbookOf(objective.name),
      },
    })),
  )
  return [
    '# Made from src/observability/slo/objectives.ts by `bun scripts/slo-rules.ts`; a test holds them together.',
    'groups:',
    '  - name: encapsify-indicators',
    '    interval: 30s',
    '    rules:',
    ...recorded.flatMap(({ record, expr }) => [`      - record: ${record}`, `        expr: ${quoted(expr)}`]),
    '  - name: encapsify-burn-rates',
    '    interval: 30s',
    '    rules:',
    ...alerts.flatMap(({ alert, expr, labels, annotations }) => [
      `      - alert: ${quoted(alert)}`,
      `        expr: ${quoted(expr)}`,
      '        labels:',
      ...Object.entries(labels).map(([name, value]) => `          ${name}: ${value}`),
      '        annotations:',
      ...Object.entries(annotations).map(([name, value]) => `          ${name}: ${quoted(value)}`),
    ]),
    '',
  ].join('\n')
}

function windowLengths(objective: Objective): number[] {
  const lengths = windowsOf(objective).flatMap(({ longMs, shortMs }) => [longMs, shortMs])
  return [...new Set(lengths)].toSorted((a, b) => a - b)
}

function recordOf({ name }: Objective, windowMs: number): string {
  return `encapsify:${name.replaceAll('-', '_')}:bad_ratio_${duration(windowMs)}`
}

function total(indicator: Indicator, window: string): string {
  if (indicator.kind === 'counters') return `(${rate(indicator.good, window)} + ${rate(indicator.bad, window)})`
  return rate(counted(indicator, '_count'), window)
}

function bad(indicator: Indicator, window: string): string {
  if (indicator.kind === 'counters') return rate(indicator.bad, window)
  if (indicator.kind === 'faults') return `(${rate(badOf(indicator), window)} or vector(0))`
  return `(${total(indicator, window)} - ${rate(goodOf(indicator), window)})`
}

/** How many were bad in a window. */
function increase(indicator: Indicator, window: string): string {
  const grown = (selection: Selection) => rate(selection, window, 'increase')
  if (indicator.kind === 'counters') return grown(indicator.bad)
  if (indicator.kind === 'faults') return grown(badOf(indicator))
  return `(${grown(counted(indicator, '_count'))} - ${grown(goodOf(indicator))})`
}

function badOf(indicator: Extract<Indicator, { kind: 'faults' }>): Selection {
  return counted({ ...indicator, match: { ...indicator.match, ...indicator.bad } }, '_count')
}

function goodOf(indicator: Extract<Indicator, { kind: 'latency' }>): Selection {
  return counted(
    { ...indicator, match: { ...indicator.match, le: String(indicator.thresholdS).replace('.', '\\.') } },
    '_bucket',
  )
}

function counted({ metric, match }: Selection, suffix: string): Selection {
  return { metric: metric + suffix, ...(match !== undefined && { match }) }
}

function rate({ metric, match }: Selection, window: string, of = 'rate'): string {
  const labels = Object.entries(match ?? {}).map(
    ([label, pattern]) => `${label}=~"${pattern.replaceAll('\\', '\\\\')}"`,
  )
  return `sum(${of}(${metric}${labels.length === 0 ? '' : `{${labels.join(',')}}`}[${window}]))`
}

function duration(ms: number): string {
  const minutes = ms / 60_000
  if (minutes % 1_440 === 0) return `${minutes / 1_440}d`
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** A YAML scalar, in the quotes that the formatter would choose. */
function quoted(text: string): string {
  return text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
