import { Type } from '@sinclair/typebox'
import { AppError } from '../../src/errors.ts'

/** NIST SP 800-63B asks for at least eight; more than 128 helps nobody and costs time. */
export const passwordLengthMin = 8
export const passwordLengthMax = 128

const closed = { additionalProperties: false } as const
const email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const newPassword = Type.String({ minLength: passwordLengthMin, maxLength: passwordLengthMax })
const password = Type.String({ minLength: 1, maxLength: passwordLengthMax })
const token = Type.String({ minLength: 1, maxLength: 200 })
const name = Type.String({ minLength: 1, maxLength: 100 })
const rememberMe = Type.Optional(
  Type.Boolean({ default: true, description: 'false: the session ends with the browser, or after a day.' }),
)

export const signUpBody = Type.Object({ name, email, password: newPassword, rememberMe }, closed)
export const signInBody = Type.Object({ email, password, rememberMe }, closed)
export const requestResetBody = Type.Object({ email }, closed)
export const resetBody = Type.Object({ token, newPassword }, closed)
export const revokeSessionBody = Type.Object({ token }, closed)
export const changePasswordBody = Type.Object(
  {
    currentPassword: password,
    newPassword,
    revokeOtherSessions: Type.Optional(Type.Boolean({ description: 'Signs out everywhere else.' })),
  },
  closed,
)
export const changeUserBody = Type.Object({ name }, closed)
export const deleteUserBody = Type.Object({ password }, closed)

/** Without the space around it. @throws AppError invalid when there is nothing to see, or a character that no name has. */
export function checkName(given: string): string {
  const trimmed = given.trim()
  if (/[^\p{C}\p{Z}]/u.test(trimmed) && trimmed.isWellFormed() && !/\p{Cc}/u.test(trimmed)) return trimmed
  throw new AppError('invalid', 'The name is empty or holds characters that no name has.', {
    faults: [{ pointer: '/name', message: 'is empty or holds characters that no name has' }],
  })
}
