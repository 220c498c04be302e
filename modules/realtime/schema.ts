import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const questionStates = ['waiting', 'shown', 'answered', 'hidden'] as const
export type QuestionState = (typeof questionStates)[number]

export const liveStage = sqliteTable('live_stage', {
  capsuleId: text('capsule_id').primaryKey(),
  page: text('page').notNull(),
  closed: text('closed').notNull(),
})

export const liveQuestion = sqliteTable(
  'live_question',
  {
    capsuleId: text('capsule_id').notNull(),
    id: text('id').notNull(),
    text: text('text').notNull(),
    visitor: text('visitor').notNull(),
    state: text('state', { enum: questionStates }).notNull(),
    votes: integer('votes').notNull(),
    atMs: integer('at_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.id] })],
)

export const liveQuestionVote = sqliteTable(
  'live_question_vote',
  {
    capsuleId: text('capsule_id').notNull(),
    questionId: text('question_id').notNull(),
    visitor: text('visitor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.questionId, table.visitor] })],
)
