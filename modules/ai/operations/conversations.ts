import { Type } from '@sinclair/typebox'
import { and, eq } from 'drizzle-orm'
import { defineOperation } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { conversationChanged } from '../events.ts'
import { chat, conversation, lead, turn } from '../schema.ts'

const id = Type.String({ maxLength: 64 })

/** A question and its answer; again with the same id is nothing. */
export const recordTurn = defineOperation(
  {
    name: 'ai.record-turn',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      conversationId: id,
      capsuleId: id,
      visitor: id,
      turn: Type.Object({
        id,
        question: Type.String({ maxLength: 4_000 }),
        answer: Type.String({ maxLength: 40_000 }),
        source: Type.Union([Type.Literal('provider'), Type.Literal('extract'), Type.Literal('both')]),
        citations: Type.String({ maxLength: 40_000 }),
      }),
    }),
  },
  (tx, input, context) => {
    const { conversationId, capsuleId, visitor } = input
    const known = tx.select().from(conversation).where(eq(conversation.id, conversationId)).get()
    if (known !== undefined && (known.capsuleId !== capsuleId || known.visitor !== visitor)) {
      throw new AppError('not-found', 'There is no such conversation.')
    }
    const number = (known?.turns ?? 0) + 1
    const added = tx
      .insert(turn)
      .values({ ...input.turn, conversationId, number, rating: null, atMs: context.nowMs })
      .onConflictDoNothing()
      .returning({ number: turn.number })
      .all()
    if (added.length === 0) return
    const row = { turns: number, updatedMs: context.nowMs }
    tx.insert(conversation)
      .values({ id: conversationId, capsuleId, visitor, createdMs: context.nowMs, ...row })
      .onConflictDoUpdate({ target: conversation.id, set: row })
      .run()
    context.announce(conversationChanged, conversationId, { capsuleId })
  },
)

export const rateTurn = defineOperation(
  {
    name: 'ai.rate-turn',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      conversationId: id,
      visitor: id,
      id,
      rating: Type.Union([Type.Literal(1), Type.Literal(-1), Type.Null()]),
    }),
  },
  (tx, input) => {
    const known = tx.select().from(conversation).where(eq(conversation.id, input.conversationId)).get()
    const changed =
      known?.visitor !== input.visitor
        ? []
        : tx
            .update(turn)
            .set({ rating: input.rating })
            .where(and(eq(turn.conversationId, input.conversationId), eq(turn.id, input.id)))
            .returning({ number: turn.number })
            .all()
    if (changed.length === 0) throw new AppError('not-found', 'There is no such answer.')
  },
)

/** Conversations of one write: each has some dozens of turns. */
export const forgottenMax = 20

/** Removes a slice of a capsule's conversations with their leads, at last how its chat behaved. Returns how many went. */
export const forgetConversations = defineOperation(
  { name: 'ai.forget-conversations', database: 'shard', repeats: 'natural', input: Type.Object({ capsuleId: id }) },
  (tx, { capsuleId }): number => {
    const of = eq(conversation.capsuleId, capsuleId)
    const rows = tx.select({ id: conversation.id }).from(conversation).where(of).limit(forgottenMax).all()
    for (const row of rows) {
      tx.delete(turn).where(eq(turn.conversationId, row.id)).run()
      tx.delete(lead).where(eq(lead.conversationId, row.id)).run()
      tx.delete(conversation).where(eq(conversation.id, row.id)).run()
    }
    if (rows.length < forgottenMax) tx.delete(chat).where(eq(chat.capsuleId, capsuleId)).run()
    return rows.length
  },
)
