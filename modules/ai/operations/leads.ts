import { Type } from '@sinclair/typebox'
import { eq } from 'drizzle-orm'
import { defineOperation } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { conversationChanged } from '../events.ts'
import { conversation, lead } from '../schema.ts'

const id = Type.String({ maxLength: 64 })

/** How to reach the visitor of a conversation; the last address counts. @throws AppError not-found for another's. */
export const leaveLead = defineOperation(
  {
    name: 'ai.leave-lead',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ conversationId: id, capsuleId: id, visitor: id, email: Type.String({ maxLength: 254 }) }),
  },
  (tx, { conversationId, capsuleId, visitor, email }, context) => {
    const known = tx.select().from(conversation).where(eq(conversation.id, conversationId)).get()
    if (known?.visitor !== visitor || known.capsuleId !== capsuleId) {
      throw new AppError('not-found', 'There is no such conversation.')
    }
    const row = { email, atMs: context.nowMs }
    tx.insert(lead)
      .values({ conversationId, capsuleId, ...row })
      .onConflictDoUpdate({ target: lead.conversationId, set: row })
      .run()
    context.announce(conversationChanged, conversationId, { capsuleId })
  },
)
