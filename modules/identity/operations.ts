import { Type } from '@sinclair/typebox'
import { defineOperation, type OperationContext, type Tx } from '../../src/db/operation.ts'
import { addSession, endSession, endSessions, extendSession } from './operations/sessions.ts'
import { type Step, steps } from './operations/steps.ts'
import { addAccount, addUser, changeUser, removeAccounts, removeUser, setPassword } from './operations/users.ts'

export { userRemoved } from './operations/users.ts'

import { addVerification, spendVerification } from './operations/verifications.ts'

/** Steps of one request: a deletion has the most. */
const stepsMax = 200

/**
 * All that one request changes, in its order and all or nothing: a sign-up is a user, an account and a session, or none of
 * them.
 */
export const applySteps = defineOperation(
  {
    name: 'identity.apply',
    database: 'directory',
    input: Type.Object({ steps: Type.Array(steps, { maxItems: stepsMax }) }),
  },
  (tx, input, context) => {
    for (const step of input.steps) apply(tx, step, context)
  },
)

export const identityOperations = [applySteps]

function apply(tx: Tx, step: Step, context: OperationContext): void {
  switch (step.do) {
    case 'addUser':
      return addUser(tx, step, context)
    case 'changeUser':
      return changeUser(tx, step, context)
    case 'removeUser':
      return removeUser(tx, step, context)
    case 'addAccount':
      return addAccount(tx, step, context)
    case 'setPassword':
      return setPassword(tx, step, context)
    case 'removeAccounts':
      return removeAccounts(tx, step)
    case 'addSession':
      return addSession(tx, step, context)
    case 'extendSession':
      return extendSession(tx, step, context)
    case 'endSession':
      return endSession(tx, step, context)
    case 'endSessions':
      return endSessions(tx, step, context)
    case 'addVerification':
      return addVerification(tx, step, context)
    case 'spendVerification':
      return spendVerification(tx, step, context)
  }
}
