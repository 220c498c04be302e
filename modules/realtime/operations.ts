import { type Static, Type } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { defineOperation } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { questionsChanged, stageChanged } from './events.ts'
import { liveQuestion, liveQuestionVote, liveStage, type QuestionState } from './schema.ts'

const id = Type.String({ maxLength: 64 })
const state = Type.Union([Type.Literal('shown'), Type.Literal('answered'), Type.Literal('hidden')])
export type Moderation = Static<typeof state>

/** Moves the stage, or ends it. The caller has checked that page and blocks are there. */
export const moveStage = defineOperation(
  {
    name: 'realtime.move-stage',
    database: 'shard',
    input: Type.Object({
      capsuleId: id,
      stage: Type.Union([Type.Null(), Type.Object({ page: id, closed: Type.Array(id, { maxItems: 1_000 }) })]),
    }),
  },
  (tx, { capsuleId, stage }, context) => {
    if (stage === null) tx.delete(liveStage).where(eq(liveStage.capsuleId, capsuleId)).run()
    else {
      const values = { page: stage.page, closed: JSON.stringify(stage.closed) }
      tx.insert(liveStage)
        .values({ capsuleId, ...values })
        .onConflictDoUpdate({ target: liveStage.capsuleId, set: values })
        .run()
    }
    context.announce(stageChanged, capsuleId, {})
  },
)

const one = (capsuleId: string, questionId: string) =>
  and(eq(liveQuestion.capsuleId, capsuleId), eq(liveQuestion.id, questionId))

/** Keeps a question for the owner to look at. Its id is the client's, and its own idempotency key. */
export const askQuestion = defineOperation(
  {
    name: 'realtime.ask',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: id,
      id,
      text: Type.String({ minLength: 1, maxLength: 300 }),
      visitor: id,
      waitingMax: Type.Integer({ minimum: 1 }),
    }),
  },
  (tx, { capsuleId, id, text, visitor, waitingMax }, context) => {
    const earlier = tx.select().from(liveQuestion).where(one(capsuleId, id)).get()
    if (earlier !== undefined) {
      if (earlier.text === text) return
      throw new AppError('conflict', 'This id was used for another question.')
    }
    const waiting = tx.all(
      sql`SELECT 1 FROM live_question WHERE capsule_id = ${capsuleId} AND visitor = ${visitor} AND state = 'waiting'
        LIMIT ${waitingMax}`,
    )
    if (waiting.length >= waitingMax) {
      throw new AppError('rate-limited', 'Your questions are waiting to be looked at. Ask more later.', {
        retryAfterS: 60,
      })
    }
    tx.insert(liveQuestion)
      .values({ capsuleId, id, text, visitor, state: 'waiting', votes: 0, atMs: context.nowMs })
      .run()
    context.announce(questionsChanged, capsuleId, {}, { coalesce: true })
  },
)

/** A visitor's vote for a question that is shown; again it changes nothing. */
export const supportQuestion = defineOperation(
  {
    name: 'realtime.support',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ capsuleId: id, questionId: id, visitor: id }),
  },
  (tx, { capsuleId, questionId, visitor }, context) => {
    const question = tx.select().from(liveQuestion).where(one(capsuleId, questionId)).get()
    if (question?.state !== 'shown') throw new AppError('not-found', 'There is no such question to vote for.')
    const voted = tx
      .insert(liveQuestionVote)
      .values({ capsuleId, questionId, visitor })
      .onConflictDoNothing()
      .returning({ visitor: liveQuestionVote.visitor })
      .get()
    if (voted === undefined) return
    tx.update(liveQuestion)
      .set({ votes: question.votes + 1 })
      .where(one(capsuleId, questionId))
      .run()
    context.announce(questionsChanged, capsuleId, {}, { coalesce: true })
  },
)

/** The owner shows, hides or has answered a question. Returns the state it was in. */
export const moderateQuestion = defineOperation(
  {
    name: 'realtime.moderate',
    database: 'shard',
    input: Type.Object({ capsuleId: id, questionId: id, state }),
  },
  (tx, input, context): QuestionState => {
    const question = tx.select().from(liveQuestion).where(one(input.capsuleId, input.questionId)).get()
    if (question === undefined) throw new AppError('not-found', 'There is no such question.')
    if (question.state !== input.state) {
      tx.update(liveQuestion).set({ state: input.state }).where(one(input.capsuleId, input.questionId)).run()
      context.announce(questionsChanged, input.capsuleId, {}, { coalesce: true })
    }
    return question.state
  },
)

/** Removes what a purged capsule has left here, so many rows at a time. Returns how many went. */
export const forgetCapsule = defineOperation(
  {
    name: 'realtime.forget',
    database: 'shard',
    input: Type.Object({ capsuleId: id, rowsMax: Type.Integer({ minimum: 1, maximum: 1_000 }) }),
  },
  (tx, { capsuleId, rowsMax }): number => {
    const votes = tx.all(sql`DELETE FROM live_question_vote WHERE (capsule_id, question_id, visitor) IN
      (SELECT capsule_id, question_id, visitor FROM live_question_vote WHERE capsule_id = ${capsuleId} LIMIT ${rowsMax})
      RETURNING 1`).length
    if (votes > 0) return votes
    tx.delete(liveStage).where(eq(liveStage.capsuleId, capsuleId)).run()
    return tx.all(sql`DELETE FROM live_question WHERE (capsule_id, id) IN
      (SELECT capsule_id, id FROM live_question WHERE capsule_id = ${capsuleId} LIMIT ${rowsMax}) RETURNING 1`).length
  },
)

/** The writes of this module, for the writer. */
export const realtimeOperations = [moveStage, askQuestion, supportQuestion, moderateQuestion, forgetCapsule]
