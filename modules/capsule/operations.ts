import { createCapsule, moveCapsule, renameCapsule, saveDraft } from './operations/capsules.ts'
import { publishCapsule, restoreVersion, unpublishCapsule } from './operations/publication.ts'
import { submitResponse } from './operations/responses.ts'

/** The writes of this module, for the writer. */
export const capsuleOperations = [
  createCapsule,
  renameCapsule,
  saveDraft,
  moveCapsule,
  publishCapsule,
  unpublishCapsule,
  restoreVersion,
  submitResponse,
]
