import { addVisits, keepCode, redeemCode } from './operations/codes.ts'
import { changeLink, createLink, deleteLink, forgetCapsule, revokeLink, setAccess } from './operations/links.ts'

/** The writes of this module, for the writer. */
export const sharingOperations = [
  setAccess,
  createLink,
  changeLink,
  revokeLink,
  deleteLink,
  forgetCapsule,
  keepCode,
  redeemCode,
  addVisits,
]
