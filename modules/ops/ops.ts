import type { LocalDatabases } from '../../src/db/local.ts'
import type { Assets } from '../../src/http/assets.ts'
import type { JobRunner } from '../../src/jobs/jobs.ts'
import type { Watchman } from '../../src/observability/alerts/watchman.ts'
import type { Observability } from '../../src/observability/observability.ts'
import type { Availability } from '../availability/index.ts'
import { Dashboard, type DashboardDeps } from './dashboard.ts'
import { DeadJobs } from './dead-jobs.ts'
import { Operators, type OperatorsDeps } from './operators.ts'
import { type OpsRoutesDeps, opsRoutes } from './routes.ts'

export interface OpsDeps {
  readonly origin: string
  readonly region: string
  readonly version: string
  readonly assets: Assets
  readonly databases: LocalDatabases
  readonly jobs: JobRunner
  readonly observability: Observability
  readonly watchman: Watchman
  readonly operators: OperatorsDeps
  readonly reasons: () => Readonly<Record<string, string>>
  readonly purge: OpsRoutesDeps['purge']
  readonly availability: Availability
  /** The pages that were visited most, as far as they are in memory. */
  readonly topPages: DashboardDeps['topPages']
}

/** The operators' page, with what it looks at. */
export function openOps(deps: OpsDeps) {
  const { origin, region, version, assets, databases, jobs, observability, watchman, reasons, purge } = deps
  const { availability, topPages } = deps
  const deadJobs = new DeadJobs(databases, jobs)
  const dashboard = new Dashboard({
    observability,
    watchman,
    deadJobs,
    region,
    version,
    reasons,
    topPages,
    availability,
  })
  const operators = new Operators(deps.operators)
  const { log } = observability
  return {
    routes: opsRoutes({ origin, assets, operators, dashboard, deadJobs, watchman, log, purge, availability }),
    close: () => dashboard.close(),
  }
}
