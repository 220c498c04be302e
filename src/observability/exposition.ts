import type { Histogram, Series } from './histogram.ts'

/** Prometheus' text format 0.0.4, or OpenMetrics 1.0, which alone carries exemplars. */
export type ExpositionFormat = 'prometheus' | 'openmetrics'

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** Labels and value of one line. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

export function head(name: string, type: 'counter' | 'gauge' | 'histogram', help: string, format: ExpositionFormat) {
  // OpenMetrics names the family of a counter without its suffix.
  const family = type === 'counter' && format === 'openmetrics' ? name.replace(/_total$/, '') : name
  return `# HELP ${family} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${family} ${type}\n`
}

export function line(name: string, [labels, value]: Sample): string {
  return `${name}${braces(Object.entries(labels))} ${number(value)}\n`
}

export function histogramText(histogram: Histogram, format: ExpositionFormat): string {
  let text = head(histogram.name, 'histogram', histogram.help, format)
  for (const series of histogram.series) text += seriesText(histogram, series, format)
  return text
}

function seriesText({ name, labels, bounds }: Histogram, series: Series, format: ExpositionFormat): string {
  const pairs = labels.map((label, at) => [label, series.labels[at] ?? ''] as const)
  let text = ''
  let total = 0
  series.counts.forEach((count, at) => {
    total += count
    const le = at < bounds.length ? number(bounds[at] ?? 0) : '+Inf'
    const exemplar = format === 'openmetrics' ? series.exemplars[at] : undefined
    const trace =
      exemplar === undefined
        ? ''
        : ` # {trace_id="${exemplar.traceId}"} ${number(exemplar.value)} ${(exemplar.atMs / 1_000).toFixed(3)}`
    text += `${name}_bucket${braces([...pairs, ['le', le]])} ${total}${trace}\n`
  })
  return `${text}${name}_sum${braces(pairs)} ${number(series.sum)}\n${name}_count${braces(pairs)} ${total}\n`
}

function braces(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return ''
  return `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
