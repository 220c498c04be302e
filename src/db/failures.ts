import { AppError } from '../errors.ts'
import { isStorageFault } from './batch.ts'
import type { Call, Outcome } from './calls.ts'

export const doubt = new AppError(
  'not-confirmed',
  'The database did not say whether this was stored. Retry it with the same key.',
  { retryAfterS: 1 },
)
export const unknownOrganization = new AppError('not-found', 'There is no such organization.')

/** The whole group failed: nothing of it is stored, and every caller hears so. */
export function allFail(calls: readonly Call[], error: unknown): Outcome[] {
  if (isStorageFault(error)) {
    return refuseAll(calls, storageError(error))
  }
  const report = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return calls.map((call) => ({ call: call.call, state: 'failed', report }))
}

export function refuseAll(calls: readonly Call[], error: AppError): Outcome[] {
  const data = error.toData()
  return calls.map((call) => ({ call: call.call, state: 'refused', error: data }))
}

function storageError(error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_FULL')) {
    return new AppError(
      'unavailable',
      'The disk is full: nothing was stored. Reading goes on; free some space and retry.',
      {
        retryAfterS: 30,
      },
    )
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new AppError('unavailable', 'The data folder is read-only: nothing was stored. Reading goes on.', {
      retryAfterS: 30,
    })
  }
  return new AppError('unavailable', 'The database could not be written: nothing was stored. Reading goes on.', {
    retryAfterS: 5,
  })
}
