import { Type } from '@sinclair/typebox'
import { asc, eq } from 'drizzle-orm'
import type { WriterModule } from '../db/committer.ts'
import { defineJob, defineOperation } from '../db/operation.ts'
import { AppError } from '../errors.ts'
import letters from './migrations/0001_letters.sql' with { type: 'text' }
import { letter } from './schema.ts'

/** Letters that wait at once; more are refused. */
export const waitingMax = 10_000

const id = Type.String({ maxLength: 64 })
/** No line ends: in a header they would begin another one. */
const line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\r\\n]+$' })

/**
 * Its payload is an id alone: what is dead-lettered tells no token. With the runner's back-off fifteen attempts last about
 * three hours.
 */
export const deliverLetter = defineJob({
  kind: 'mail.deliver',
  input: Type.Object({ id }),
  attemptsMax: 15,
  leaseMs: 60_000,
})

export const postLetter = defineOperation(
  {
    name: 'mail.post',
    database: 'directory',
    input: Type.Object({ id, to: line(254), subject: line(200), text: Type.String({ maxLength: 20_000 }) }),
  },
  (tx, { id, to, subject, text }, context) => {
    const last = tx
      .select({ id: letter.id })
      .from(letter)
      .orderBy(asc(letter.id))
      .limit(1)
      .offset(waitingMax - 1)
      .get()
    if (last !== undefined) {
      throw new AppError('unavailable', 'Too many e-mails wait for their delivery. Try again later.', {
        retryAfterS: 300,
      })
    }
    tx.insert(letter).values({ id, recipient: to, subject, text, writtenMs: context.nowMs }).run()
    context.enqueue(deliverLetter, { id })
  },
)

/** It was delivered, or it was given up: either way its text is no longer needed. */
export const discardLetter = defineOperation(
  { name: 'mail.discard', database: 'directory', input: Type.Object({ id }) },
  (tx, input) => {
    tx.delete(letter).where(eq(letter.id, input.id)).run()
  },
)

export const mailModule: WriterModule = {
  migrations: { module: 'mail', directory: [{ name: '0001_letters', sql: letters }], shard: [] },
  operations: [postLetter, discardLetter],
}
