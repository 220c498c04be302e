import { AppError } from '../../src/errors.ts'

/** Said by whoever notices it first: the request that looks, or the writer. */
export function addressTaken(): AppError {
  return new AppError('conflict', 'Somebody has signed up with this address already. Sign in, or reset the password.', {
    faults: [{ pointer: '/email', message: 'is taken' }],
  })
}

export function tokenSpent(): AppError {
  return new AppError('invalid', 'This link has been used or has expired. Ask for a new one.', {
    faults: [{ pointer: '/token', message: 'is not valid, was used, or has expired' }],
  })
}
