import type { Watchman } from '../../src/observability/alerts/watchman.ts'
import { quantile } from '../../src/observability/histogram.ts'
import type { Observability } from '../../src/observability/observability.ts'
import { runbookOf } from '../../src/observability/slo/prometheus.ts'
import type { Availability } from '../availability/index.ts'
import type { DeadJobs } from './dead-jobs.ts'
import type { CacheState, Figure, FileState, OperationState, OpsState, PageState, RouteState } from './state.ts'
import { Timeline } from './timeline.ts'

const rowsMax = 15

export interface DashboardDeps {
  readonly observability: Observability
  readonly watchman: Watchman
  readonly deadJobs: DeadJobs
  readonly region: string
  readonly version: string
  /** Why the node should get no requests. */
  readonly reasons: () => Readonly<Record<string, string>>
  readonly availability: Pick<Availability, 'worst' | 'month' | 'nodes'>
  readonly topPages: (pagesMax: number) => readonly PageState[]
}

/** Puts together what the page shows, from what is counted anyway. */
export class Dashboard {
  readonly #timeline: Timeline

  constructor(private readonly deps: DashboardDeps) {
    this.#timeline = new Timeline(deps.observability.metrics)
  }

  state(chartsAfterMs: number): OpsState {
    const { observability, watchman, region, version, deadJobs } = this.deps
    const { statements, telemetry } = observability
    return {
      atMs: Date.now(),
      node: { region, version, uptimeS: Math.round(process.uptime()), reasons: this.deps.reasons() },
      nodes: this.deps.availability.nodes.all(),
      topPages: this.deps.topPages(rowsMax),
      alerts: watchman.alerts.active.map((alert) => ({ ...alert, silencedUntilMs: alert.silencedUntilMs ?? null })),
      indicators: this.#indicators(),
      availability: { month: this.deps.availability.month, worst: this.deps.availability.worst },
      charts: this.#timeline.since(chartsAfterMs),
      routes: this.#routes(),
      process: this.#process(),
      database: { figures: this.#database(), files: this.#files() },
      operations: this.#operations(),
      caches: this.#caches(),
      jobs: {
        figures: [
          this.#figure('Waiting', 'encapsify_jobs_waiting'),
          this.#figure('Running', 'encapsify_jobs_running'),
          this.#figure('Given up', 'encapsify_jobs_dead'),
        ],
        dead: deadJobs.list(),
      },
      slowQueries: statements.slow.slice(0, rowsMax),
      statements: statements.top(rowsMax).map(({ database, sql, runs, totalMs, maxMs }) => {
        return { database, sql, runs, totalMs: rounded(totalMs), maxMs: rounded(maxMs) }
      }),
      errors: telemetry.faults.slice(0, rowsMax).map(({ atMs, message, attributes, traceId }) => {
        const detail = attributes['exception.message'] ?? attributes.route ?? ''
        const traceUrl = traceId === undefined ? null : (telemetry.linkOf(traceId) ?? null)
        return { atMs, message, detail: String(detail).slice(0, 500), traceId: traceId ?? null, traceUrl }
      }),
      telemetry: this.#telemetry(),
    }
  }

  close(): void {
    this.#timeline.close()
  }

  #indicators() {
    return this.deps.watchman.watch.standings.map(({ objective, hour, days, budget, burn }) => ({
      name: objective.name,
      title: objective.title,
      target: objective.target,
      share: objective.share,
      hour: hour ?? null,
      days: days ?? null,
      budget,
      burn,
      runbook: runbookOf(objective.name),
    }))
  }

  #routes(): RouteState[] {
    const { requests } = this.deps.observability.metrics
    const rows = new Map<string, { method: string; route: string; counts: Float64Array; errors: number }>()
    for (const { labels, counts, count } of requests.series) {
      const [method = '', route = '', status = ''] = labels
      const key = `${method} ${route}`
      const row = rows.get(key) ?? { method, route, counts: new Float64Array(counts.length), errors: 0 }
      rows.set(key, row)
      add(row.counts, counts)
      if (status === '5xx') row.errors += count
    }
    return [...rows.values()]
      .map(({ method, route, counts, errors }) => ({
        method,
        route,
        errors,
        count: sum(counts),
        p50S: quantile(0.5, counts, requests.bounds) ?? null,
        p95S: quantile(0.95, counts, requests.bounds) ?? null,
        p99S: quantile(0.99, counts, requests.bounds) ?? null,
      }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count)
      .slice(0, rowsMax)
  }

  #operations(): OperationState[] {
    const histogram = this.deps.observability.metrics.histogramOf('encapsify_db_operation_seconds')
    if (histogram === undefined) return []
    const rows = new Map<string, { counts: Float64Array; failed: number }>()
    for (const { labels, counts, count } of histogram.series) {
      const [operation = '', end = ''] = labels
      const row = rows.get(operation) ?? { counts: new Float64Array(counts.length), failed: 0 }
      rows.set(operation, row)
      add(row.counts, counts)
      if (end === 'failed') row.failed += count
    }
    return [...rows]
      .map(([operation, { counts, failed }]) => ({
        operation,
        failed,
        count: sum(counts),
        p50S: quantile(0.5, counts, histogram.bounds) ?? null,
        p95S: quantile(0.95, counts, histogram.bounds) ?? null,
      }))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, rowsMax)
  }

  #process(): Figure[] {
    return [
      this.#figure('Requests under way', 'encapsify_http_in_flight'),
      this.#figure('Refused, too many', 'encapsify_http_shed_total'),
      this.#figure('Resident memory', 'encapsify_rss_bytes', 'bytes'),
      this.#figure('Heap', 'encapsify_heap_bytes', 'bytes'),
      this.#figure('Collections', 'encapsify_gc_cycles_total'),
      this.#figure('Event loop delay, p99', 'encapsify_event_loop_delay_p99_seconds', 'seconds'),
      this.#figure('Open files', 'encapsify_open_files'),
      this.#figure('Live connections', 'encapsify_live_connections'),
    ]
  }

  #database(): Figure[] {
    const batches = this.deps.observability.metrics.valueOf('encapsify_db_commits_total')
    const operations = this.deps.observability.metrics.valueOf('encapsify_db_operations_total')
    return [
      this.#figure('Writes waiting', 'encapsify_db_queue_depth'),
      this.#figure('Commits', 'encapsify_db_commits_total'),
      { name: 'Operations a commit', value: batches === 0 ? null : rounded(operations / batches), unit: 'count' },
      this.#figure('Slow queries', 'encapsify_db_slow_queries_total'),
      { name: 'Waited for a lock, p99', value: this.#lockWaitS(), unit: 'seconds' },
    ]
  }

  /** Of all databases together, since the start; null: there was no commit. */
  #lockWaitS(): number | null {
    const histogram = this.deps.observability.metrics.histogramOf('encapsify_db_lock_wait_seconds')
    if (histogram === undefined) return null
    const counts = new Float64Array(histogram.bounds.length + 1)
    for (const series of histogram.series) add(counts, series.counts)
    return quantile(0.99, counts, histogram.bounds) ?? null
  }

  #files(): FileState[] {
    const { metrics } = this.deps.observability
    const wal = new Map(metrics.samplesOf('encapsify_db_wal_bytes').map(([labels, value]) => [labels.database, value]))
    return metrics.samplesOf('encapsify_db_bytes').map(([labels, value]) => ({
      name: labels.database ?? '',
      bytes: known(value),
      walBytes: known(wal.get(labels.database)),
    }))
  }

  #caches(): CacheState[] {
    const { metrics } = this.deps.observability
    const of = (figure: string, kind: string | undefined) =>
      metrics.samplesOf(`encapsify_cache_${figure}`).find(([labels]) => labels.kind === kind)?.[1]
    return metrics.samplesOf('encapsify_cache_hits_total').map(([labels, hits]) => ({
      kind: labels.kind ?? '',
      hits,
      misses: of('misses_total', labels.kind) ?? 0,
      evictions: of('evictions_total', labels.kind) ?? null,
      bytes: of('bytes', labels.kind) ?? null,
    }))
  }

  #telemetry(): Figure[] {
    return [
      this.#figure('Spans and lines sent', 'encapsify_telemetry_sent_total'),
      this.#figure('Dropped', 'encapsify_telemetry_dropped_total'),
      this.#figure('Failed requests', 'encapsify_telemetry_failures_total'),
      this.#figure('Lines of the log lost', 'encapsify_log_lines_lost_total'),
      this.#figure('Traces refused', 'encapsify_traces_refused_total'),
      this.#figure('Alert notices sent', 'encapsify_alert_notices_total'),
      this.#figure('Alert notices lost', 'encapsify_alert_notices_dropped_total'),
    ]
  }

  #figure(name: string, metric: string, unit: Figure['unit'] = 'count'): Figure {
    const { metrics } = this.deps.observability
    const value = metrics.samplesOf(metric).length === 0 ? null : known(metrics.valueOf(metric))
    return { name, value, unit }
  }
}

function add(into: Float64Array, counts: Float64Array): void {
  counts.forEach((count, at) => {
    into[at] = (into[at] ?? 0) + count
  })
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
