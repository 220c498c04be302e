import type { LocalDatabases } from '../../src/db/local.ts'
import type { Assets } from '../../src/http/assets.ts'
import type { JobRunner } from '../../src/jobs/jobs.ts'
import type { Watchman } from '../../src/observability/alerts/watchman.ts'
import type { Observability } from '../../src/observability/observability.ts'
import { Dashboard } from './dashboard.ts'
import { DeadJobs } from './dead-jobs.ts'
import { Operators, type OperatorsDeps } from './operators.ts'
import { type OpsRoutesDeps, opsRoutes } from './routes.ts'
import type { NodeState } from './state.ts'

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
  /** All nodes of a cluster, this one first; absent: this one alone. */
  readonly nodes?: () => readonly NodeState[]
}

/** The operators' page, with what it looks at. */
export function openOps(deps: OpsDeps) {
  const { origin, region, version, assets, databases, jobs, observability, watchman, reasons, purge } = deps
  const deadJobs = new DeadJobs(databases, jobs)
  const alone = (): NodeState[] => {
    const { epoch, number } = databases.position
    return [{ name: 'this node', region, role: 'primary', position: `${epoch}.${number}`, lagMs: null }]
  }
  const nodes = deps.nodes ?? alone
  const dashboard = new Dashboard({ observability, watchman, deadJobs, region, version, reasons, nodes })
  const operators = new Operators(deps.operators)
  const { log } = observability
  return {
    routes: opsRoutes({ origin, assets, operators, dashboard, deadJobs, watchman, log, purge }),
    close: () => dashboard.close(),
  }
}
