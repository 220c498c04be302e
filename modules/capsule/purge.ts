import type { Databases } from '../../src/db/database.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import { purgeCapsule, purgeDeleted } from './operations/lifecycle.ts'

/** Rows a slice: about a millisecond of the writer's time. */
const rowsPerSlice = 300

/** Removes capsules for ever, slice by slice, once their deletion can no longer be undone. */
export function purgeDeletedCapsules(db: Databases, jobs: Jobs): void {
  jobs.handle(purgeDeleted, async ({ id }, { organizationId, signal }) => {
    if (organizationId === null) throw new Error(`The capsule ${id} belongs to no organization.`)
    while ((await db.write(purgeCapsule, organizationId, { id, rowsMax: rowsPerSlice })) === 'more') {
      signal.throwIfAborted()
    }
  })
}
