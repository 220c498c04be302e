import { Type } from '@sinclair/typebox'
import { eq, inArray, sql } from 'drizzle-orm'
import { organizationOf } from '../../../src/db/ids.ts'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { conversationChanged } from '../events.ts'
import { conversation, lead, turn } from '../schema.ts'

/** Conversations of one write: each has some dozens of turns. */
export const erasedMax = 20

/**
 * Removes a slice of what one person said: all conversations of the visitors who left this address, in every capsule of the
 * organization. Returns how many went.
 */
export const eraseByEmail = defineOperation(
  {
    name: 'ai.erase-by-email',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ email: Type.String({ minLength: 1, maxLength: 320 }) }),
  },
  (tx, { email }, context): number => {
    const left = tx
      .select({ id: conversation.id, capsuleId: conversation.capsuleId, visitor: conversation.visitor })
      .from(lead)
      .innerJoin(conversation, eq(conversation.id, lead.conversationId))
      .where(sql`${lead.email} = ${email} COLLATE NOCASE`)
      .all()
      .filter(({ capsuleId }) => organizationOf(capsuleId) === context.organizationId)
    const visitors = [...new Set(left.map(({ visitor }) => visitor))].slice(0, erasedMax)
    if (visitors.length === 0) return 0
    const theirs = tx
      .select({ id: conversation.id, capsuleId: conversation.capsuleId })
      .from(conversation)
      .where(inArray(conversation.visitor, visitors))
      .all()
      .filter(({ capsuleId }) => organizationOf(capsuleId) === context.organizationId)
    // Those with the address go last: until then a slice that comes after finds the rest by it.
    const named = new Set(left.map(({ id }) => id))
    const slice = theirs.sort((a, z) => Number(named.has(a.id)) - Number(named.has(z.id))).slice(0, erasedMax)
    for (const { id, capsuleId } of slice) {
      remove(tx, id)
      context.announce(conversationChanged, id, { capsuleId })
    }
    return slice.length
  },
)

/** Removes one conversation with its lead. @throws AppError not-found. */
export const eraseConversation = defineOperation(
  { name: 'ai.erase-conversation', database: 'shard', input: Type.Object({ id: Type.String({ maxLength: 64 }) }) },
  (tx, { id }, context) => {
    const known = tx.select().from(conversation).where(eq(conversation.id, id)).get()
    if (known === undefined || organizationOf(known.capsuleId) !== context.organizationId) {
      throw new AppError('not-found', 'There is no such conversation.')
    }
    remove(tx, id)
    context.announce(conversationChanged, id, { capsuleId: known.capsuleId })
  },
)

function remove(tx: Tx, id: string): void {
  tx.delete(turn).where(eq(turn.conversationId, id)).run()
  tx.delete(lead).where(eq(lead.conversationId, id)).run()
  tx.delete(conversation).where(eq(conversation.id, id)).run()
}
