import type { PageCache } from '../cache/pages.ts'
import type { LocalDatabases } from '../db/local.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import type { Metrics } from './metrics.ts'

/** What the parts of the server count, as metrics. */
export function registerFigures(metrics: Metrics, databases: LocalDatabases, jobs: JobRunner, pages: PageCache): void {
  metrics.counter('encapsify_db_commits_total', 'Group commits.', () => databases.stats.commits)
  metrics.counter('encapsify_db_operations_total', 'Operations in them.', () => databases.stats.operations)
  metrics.counter('encapsify_db_commit_seconds_total', 'Time spent in them.', () => databases.stats.commitMs / 1_000)
  metrics.gauge('encapsify_db_queue_depth', 'Writes that wait.', () => databases.stats.queueDepth)
  metrics.gauge('encapsify_jobs_waiting', 'Jobs that wait.', () => jobs.counts().waiting)
  metrics.gauge('encapsify_jobs_dead', 'Jobs that were given up.', () => jobs.counts().dead)
  metrics.counter('encapsify_cache_hits_total', 'Pages answered from memory.', () => pages.counts.hits)
  metrics.counter('encapsify_cache_misses_total', 'Pages that had to be rendered.', () => pages.counts.misses)
  metrics.gauge('encapsify_cache_bytes', 'Memory charged to ready pages.', () => pages.bytes)
}
