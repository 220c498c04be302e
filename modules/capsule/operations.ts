import { changeCapsule, createCapsule } from './operations/capsules.ts'
import { saveDraft } from './operations/drafts.ts'
import { moveCapsule, purgeCapsule } from './operations/lifecycle.ts'
import { publishCapsule, restoreVersion, unpublishCapsule } from './operations/publication.ts'
import { submitResponse } from './operations/responses.ts'

/** The writes of this module, for the writer. */
export const capsuleOperations = [
  createCapsule,
  changeCapsule,
  saveDraft,
  moveCapsule,
  purgeCapsule,
  publishCapsule,
  unpublishCapsule,
  restoreVersion,
  submitResponse,
]
