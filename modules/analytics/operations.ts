import { eraseVisitor } from './operations/erasure.ts'
import { importVisits, recordVisits } from './operations/record.ts'
import { clearAgain, clearVisits, forgetVisits } from './operations/retention.ts'
import { turnSalt } from './operations/salt.ts'
import { changeSettings } from './operations/settings.ts'

/** What analytics writes. */
export const analyticsOperations = [
  recordVisits,
  importVisits,
  clearVisits,
  clearAgain,
  forgetVisits,
  eraseVisitor,
  changeSettings,
  turnSalt,
] as const
