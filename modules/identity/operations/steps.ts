import { type Static, type TSchema, Type } from '@sinclair/typebox'

const id = Type.String({ minLength: 1, maxLength: 64 })
const short = Type.String({ minLength: 1, maxLength: 254 })
const expiresMs = Type.Integer({ minimum: 0 })
const hash = Type.String({ minLength: 1, maxLength: 512 })

function step<N extends string, F extends Record<string, TSchema>>(name: N, fields: F) {
  return Type.Object({ do: Type.Literal(name), ...fields }, { additionalProperties: false })
}

/** What can be done to people, their accounts, sessions and tokens, one thing at a time. */
export const steps = Type.Union([
  step('addUser', { id, email: short, name: short }),
  step('changeUser', { id, name: short }),
  step('removeUser', { id }),
  step('addAccount', { id, userId: id, providerId: short, accountId: short, password: hash }),
  step('setPassword', { id, password: hash }),
  step('removeAccounts', { userId: id }),
  step('addSession', {
    id,
    userId: id,
    token: short,
    expiresMs,
    ipAddress: Type.String({ maxLength: 64 }),
    userAgent: Type.String({ maxLength: 500 }),
  }),
  step('extendSession', { id, expiresMs }),
  step('endSession', { id }),
  step('endSessions', { userId: id }),
  step('addVerification', { id, identifier: short, value: id, expiresMs }),
  step('spendVerification', { id }),
])

export type Step = Static<typeof steps>

/** The fields of one kind of step. */
export type Fields<N extends Step['do']> = Omit<Extract<Step, { do: N }>, 'do'>
