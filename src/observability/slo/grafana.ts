import { objectives } from './objectives.ts'

interface Query {
  readonly expr: string
  readonly legend: string
}

interface Panel {
  readonly title: string
  readonly unit: 's' | 'short' | 'bytes' | 'reqps' | 'percentunit'
  readonly queries: readonly Query[]
  /** Drawn as a line. */
  readonly target?: number
}

const [columns, width, height] = [2, 12, 8]
const source = { type: 'prometheus', uid: '$source' }

const percentiles = (metric: string, match = ''): Query[] =>
  [0.5, 0.95, 0.99].map((share) => ({
    expr: `histogram_quantile(${share}, sum by (le) (rate(${metric}_bucket{instance=~"$node"${match}}[$__rate_interval])))`,
    legend: `p${share * 100}`,
  }))
const rate = (metric: string, by: string, match = ''): Query => ({
  expr: `sum by (${by}) (rate(${metric}{instance=~"$node"${match}}[$__rate_interval]))`,
  legend: `{{${by}}}`,
})
const gauge = (metric: string, legend: string): Query => ({ expr: `${metric}{instance=~"$node"}`, legend })
const latency = (name: string, title: string): Panel => {
  const indicator = objectives.find((one) => one.name === name)?.indicator
  if (indicator?.kind !== 'latency') throw new Error(`${name} is no latency.`)
  const match = Object.entries(indicator.match ?? {}).map(([label, pattern]) => `,${label}=~"${pattern}"`)
  return { title, unit: 's', queries: percentiles(indicator.metric, match.join('')), target: indicator.thresholdS }
}

const panels: readonly Panel[] = [
  {
    title: 'Error budgets: how many times too fast',
    unit: 'short',
    queries: [gauge('encapsify_slo_burn_rate', '{{objective}}')],
    target: 1,
  },
  {
    title: 'Availability: least budget left this month, by plan',
    unit: 'percentunit',
    queries: [gauge('encapsify_availability_budget_left', '{{plan}}')],
    target: 0,
  },
  latency('page-latency', 'Pages'),
  latency('api-latency', 'API'),
  latency('live-latency', 'Live messages'),
  latency('ai-latency', 'First words of AI'),
  latency('query-latency', 'Queries'),
  {
    title: 'Requests',
    unit: 'reqps',
    queries: [
      rate('encapsify_http_request_seconds_count', 'status'),
      { ...rate('encapsify_http_shed_total', 'instance'), legend: 'refused, {{instance}}' },
    ],
  },
  {
    title: 'Pages from memory',
    unit: 'percentunit',
    queries: [
      {
        expr: 'sum(rate(encapsify_cache_hits_total{instance=~"$node",kind="pages"}[$__rate_interval])) / (sum(rate(encapsify_cache_hits_total{instance=~"$node",kind="pages"}[$__rate_interval])) + sum(rate(encapsify_cache_misses_total{instance=~"$node",kind="pages"}[$__rate_interval])))',
        legend: 'hit rate',
      },
    ],
    target: 0.8,
  },
  { title: 'Checks', unit: 'short', queries: [rate('encapsify_availability_checks_total', 'end')] },
  { title: 'Commits', unit: 's', queries: percentiles('encapsify_db_commit_seconds') },
  { title: 'What commits waited for a lock', unit: 's', queries: percentiles('encapsify_db_lock_wait_seconds') },
  {
    title: 'Writes that wait, jobs',
    unit: 'short',
    queries: [
      gauge('encapsify_db_queue_depth', 'writes, {{instance}}'),
      gauge('encapsify_jobs_waiting', 'jobs waiting, {{instance}}'),
      gauge('encapsify_jobs_dead', 'jobs given up, {{instance}}'),
    ],
  },
  {
    title: 'Nodes: behind what is confirmed',
    unit: 's',
    queries: [gauge('encapsify_node_lag_seconds', '{{instance}}')],
  },
  { title: 'Primary', unit: 'short', queries: [gauge('encapsify_node_primary', '{{instance}}')] },
  {
    title: 'Event loop delay, p99',
    unit: 's',
    queries: [gauge('encapsify_event_loop_delay_p99_seconds', '{{instance}}')],
  },
  { title: 'Processor', unit: 'short', queries: [rate('encapsify_cpu_seconds_total', 'instance')] },
  {
    title: 'Memory',
    unit: 'bytes',
    queries: [
      gauge('encapsify_rss_bytes', 'resident, {{instance}}'),
      gauge('encapsify_heap_bytes', 'heap, {{instance}}'),
    ],
  },
  {
    title: 'Write-ahead logs',
    unit: 'bytes',
    queries: [gauge('encapsify_db_wal_bytes', '{{database}}, {{instance}}')],
  },
  { title: 'Live connections', unit: 'short', queries: [gauge('encapsify_live_connections', '{{instance}}')] },
  {
    title: 'Lost: telemetry, alert notices, lines of the log',
    unit: 'short',
    queries: [
      rate('encapsify_telemetry_dropped_total', 'signal'),
      { ...rate('encapsify_alert_notices_dropped_total', 'instance'), legend: 'alert notices, {{instance}}' },
      { ...rate('encapsify_log_lines_lost_total', 'instance'), legend: 'lines, {{instance}}' },
    ],
  },
]

/** The page /ops for who has Prometheus and Grafana: its targets are those of the objectives. */
export function grafanaDashboard(): string {
  const dashboard = {
    title: 'Encapsify',
    uid: 'encapsify',
    schemaVersion: 39,
    time: { from: 'now-1h', to: 'now' },
    refresh: '10s',
    templating: {
      list: [
        { name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        {
          ...{ name: 'node', label: 'Node', type: 'query', datasource: source, includeAll: true, multi: true },
          ...{ query: 'label_values(encapsify_uptime_seconds, instance)', refresh: 2, allValue: '.*' },
          current: { text: 'All', value: '$__all' },
        },
      ],
    },
    panels: panels.map(drawn),
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}

function drawn({ title, unit, queries, target }: Panel, at: number) {
  const steps = [
    { color: 'transparent', value: null },
    ...(target === undefined ? [] : [{ color: 'red', value: target }]),
  ]
  return {
    id: at + 1,
    type: 'timeseries',
    title,
    datasource: source,
    gridPos: { x: (at % columns) * width, y: Math.floor(at / columns) * height, w: width, h: height },
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: 'absolute', steps },
        custom: { thresholdsStyle: { mode: target === undefined ? 'off' : 'dashed' } },
      },
      overrides: [],
    },
    targets: queries.map(({ expr, legend }, index) => ({
      ...{ refId: String.fromCharCode(65 + index), datasource: source, expr, legendFormat: legend },
    })),
  }
}
