import { isAPIError } from 'better-auth/api'
import { AppError } from '../../src/errors.ts'
import { addressTaken, tokenSpent } from './refusals.ts'

/** What better-auth refuses, by its code, in our words and with the field that is meant. */
const refusals: Readonly<Record<string, (passwordPointer: string) => AppError>> = {
  USER_ALREADY_EXISTS: addressTaken,
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: addressTaken,
  INVALID_EMAIL: noAddress,
  INVALID_EMAIL_OR_PASSWORD: () => new AppError('unauthenticated', 'The e-mail address or the password is wrong.'),
  INVALID_PASSWORD: wrongPassword,
  CREDENTIAL_ACCOUNT_NOT_FOUND: wrongPassword,
  INVALID_TOKEN: tokenSpent,
  // Its user was deleted after it was sent.
  USER_NOT_FOUND: tokenSpent,
  UNAUTHORIZED: signInFirst,
  FAILED_TO_GET_SESSION: signInFirst,
}

/**
 * The error to answer with: ours as it is, better-auth's translated. `passwordPointer` names the field that is wrong when a
 * password is. What neither knows is a bug.
 */
export function understand(error: unknown, passwordPointer: string): unknown {
  if (!isAPIError(error)) return error
  if (error.cause instanceof AppError) return error.cause
  const code = error.body?.code ?? ''
  if (code === 'VALIDATION_ERROR') return invalid(error.message)
  const refusal = refusals[code]
  if (refusal !== undefined && error.statusCode < 500) return refusal(passwordPointer)
  // The words of a library are not ours, and may repeat what was sent.
  return new Error(`better-auth refused with ${error.statusCode} ${code}.`, { cause: error.cause })
}

/** Its words begin with the place: `[body.email] Invalid email address`. */
function invalid(words: string): AppError {
  const [, field = '', message = 'is not valid'] = /^\[body\.(\w+)\] ([^;[]+)/.exec(words) ?? []
  return new AppError('invalid', 'The request is not valid.', {
    faults: [{ pointer: field === '' ? '' : `/${field}`, message }],
  })
}

function noAddress(): AppError {
  return new AppError('invalid', 'This is no e-mail address.', {
    faults: [{ pointer: '/email', message: 'is no e-mail address' }],
  })
}

function wrongPassword(pointer: string): AppError {
  return new AppError('invalid', 'The password is wrong.', { faults: [{ pointer, message: 'is wrong' }] })
}

function signInFirst(): AppError {
  return new AppError('unauthenticated', 'Sign in first: there is no session, or it has ended.')
}
