import type { JobRunner } from '../jobs/jobs.ts'
import type { ClusterPort } from './cluster-port.ts'

/** Jobs run on the primary alone; one that is under way when it ends is taken over by the next. */
export function followRole(
  port: ClusterPort,
  jobs: JobRunner,
  log: { error(fields: object, message: string): void },
): void {
  const follow = () => {
    if (!port.isPrimary) return jobs.pause()
    jobs
      .start()
      .catch((error: unknown) => log.error({ err: error }, 'jobs could not be begun; the next primary has them'))
  }
  port.onRole(follow)
  if (port.isPrimary) follow()
}
