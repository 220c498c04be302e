import type { Databases } from '../../src/db/database.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import { purgeCapsule, purgeDeleted } from './operations/lifecycle.ts'

/** Rows a slice: about a millisecond of the writer's time. */
const rowsPerSlice = 300

/** Removes what another module keeps of a capsule. Idempotent: it is asked again when the process ended meanwhile. */
export type Forget = (capsuleId: string) => Promise<void>

/**
 * Removes capsules for ever, slice by slice, once their deletion can no longer be undone; then what others keep of them, in
 * the same job, which is not done before all of it is gone.
 */
export function purgeDeletedCapsules(db: Databases, jobs: Jobs, forgets: readonly Forget[] = []): void {
  jobs.handle(purgeDeleted, async ({ id }, { organizationId, signal }) => {
    if (organizationId === null) throw new Error(`The capsule ${id} belongs to no organization.`)
    while ((await db.write(purgeCapsule, organizationId, { id, rowsMax: rowsPerSlice })) === 'more') {
      signal.throwIfAborted()
    }
    for (const forget of forgets) await forget(id)
  })
}
