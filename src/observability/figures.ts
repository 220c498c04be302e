import { existsSync, statSync } from 'node:fs'
import type { LocalDatabases } from '../db/local.ts'
import type { Traffic } from '../http/server.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { logLosses } from './logs.ts'
import type { Metrics } from './metrics.ts'

/** What a cache counts. Kinds that do not know one of these leave it out. */
export interface CacheFigures {
  readonly hits: () => number
  readonly misses: () => number
  readonly bytes?: () => number
  readonly stale?: () => number
  readonly evictions?: () => number
}

/** Of a cache that counts as ours do; what it does not count is left out. */
export function cacheFigures(cache: {
  readonly counts: {
    readonly hits: number
    readonly misses: number
    readonly stale?: number
    readonly evictions?: number
  }
  readonly bytes: number
}): CacheFigures {
  const { counts } = cache
  return {
    hits: () => counts.hits,
    misses: () => counts.misses,
    bytes: () => cache.bytes,
    ...(counts.stale !== undefined && { stale: () => counts.stale ?? 0 }),
    ...(counts.evictions !== undefined && { evictions: () => counts.evictions ?? 0 }),
  }
}

export interface FigureSources {
  readonly databases: LocalDatabases
  readonly jobs: JobRunner
  readonly traffic: Traffic
  /** By kind: `pages`, `media`, `ai`, … */
  readonly caches: Readonly<Record<string, CacheFigures>>
  /** Where the files of the databases are; absent: in memory. */
  readonly folder?: string | undefined
}

/** What the parts of the server count, as metrics. */
export function registerFigures(metrics: Metrics, sources: FigureSources): void {
  const { databases, jobs, traffic } = sources
  metrics.gauge('encapsify_http_in_flight', 'Requests under way.', () => traffic.inFlight)
  metrics.counter('encapsify_http_shed_total', 'Requests refused because too many were under way.', () => traffic.shed)
  metrics.counter('encapsify_sockets_silent_total', 'Sockets cut: the other end was gone.', () => traffic.signs.silent)
  metrics.counter('encapsify_log_lines_lost_total', 'Lines that could not be written.', () => logLosses.lines)
  metrics.counter('encapsify_db_commits_total', 'Group commits.', () => databases.stats.commits)
  metrics.counter('encapsify_db_operations_total', 'Operations in them.', () => databases.stats.operations)
  metrics.counter('encapsify_db_commit_seconds_total', 'Time spent in them.', () => databases.stats.commitMs / 1_000)
  metrics.gauge('encapsify_db_queue_depth', 'Writes that wait.', () => databases.stats.queueDepth)
  metrics.gauge(
    'encapsify_db_position',
    'Number of the last commit that was acknowledged here.',
    () => databases.position.number,
  )
  metrics.gauge('encapsify_db_epoch', 'Epoch of it.', () => databases.position.epoch)
  const size = (suffix: string) => () =>
    databases.names.map((name) => [name, sizeOf(sources.folder, name, suffix)] as const)
  metrics.gauges('encapsify_db_bytes', 'Size of a database file.', 'database', size(''))
  metrics.gauges('encapsify_db_wal_bytes', 'Size of its write-ahead log.', 'database', size('-wal'))
  metrics.gauge('encapsify_jobs_waiting', 'Jobs that wait.', () => jobs.counts().waiting)
  metrics.gauge('encapsify_jobs_running', 'Jobs under way.', () => jobs.counts().running)
  metrics.gauge('encapsify_jobs_dead', 'Jobs that were given up.', () => jobs.counts().dead)
  registerCaches(metrics, sources.caches)
}

function registerCaches(metrics: Metrics, caches: FigureSources['caches']): void {
  const each = (figure: keyof CacheFigures) => () =>
    Object.entries(caches).flatMap(([kind, figures]) => {
      const read = figures[figure]
      return read === undefined ? [] : [[kind, read()] as const]
    })
  metrics.counters('encapsify_cache_hits_total', 'Answers from a cache.', 'kind', each('hits'))
  metrics.counters('encapsify_cache_misses_total', 'What had to be made.', 'kind', each('misses'))
  metrics.counters(
    'encapsify_cache_stale_total',
    'Answers that were a little old, by their rule.',
    'kind',
    each('stale'),
  )
  metrics.counters(
    'encapsify_cache_evictions_total',
    'Entries taken out by a change or for room.',
    'kind',
    each('evictions'),
  )
  metrics.gauges('encapsify_cache_bytes', 'What a cache holds.', 'kind', each('bytes'))
}

function sizeOf(folder: string | undefined, name: string, suffix: string): number {
  const path = `${folder}/${name}.db${suffix}`
  return folder === undefined || !existsSync(path) ? Number.NaN : statSync(path).size
}
