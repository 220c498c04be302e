import { and, asc, eq, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import type { Page } from '../../src/http/paging.ts'
import { liveLimits } from './limits.ts'
import { askQuestion, forgetCapsule, type Moderation, moderateQuestion, supportQuestion } from './operations.ts'
import { liveQuestion, type QuestionState } from './schema.ts'
import type { ShownQuestion } from './sources.ts'

export interface Question {
  readonly id: string
  readonly text: string
  readonly state: QuestionState
  readonly votes: number
  readonly at: number
}

const at = sql.placeholder
const shown = statement((tx) =>
  tx
    .select({ id: liveQuestion.id, text: liveQuestion.text, votes: liveQuestion.votes, state: liveQuestion.state })
    .from(liveQuestion)
    .where(and(eq(liveQuestion.capsuleId, at('capsuleId')), sql`${liveQuestion.state} IN ('shown', 'answered')`))
    .orderBy(sql`${liveQuestion.votes} DESC`, asc(liveQuestion.atMs))
    .limit(liveLimits.questionsShownMax)
    .prepare(),
)
const after = sql`(${liveQuestion.atMs}, ${liveQuestion.id}) > (${at('atMs')}, ${at('id')})`
const all = statement((tx) =>
  tx
    .select()
    .from(liveQuestion)
    .where(and(eq(liveQuestion.capsuleId, at('capsuleId')), after))
    .orderBy(asc(liveQuestion.atMs), asc(liveQuestion.id))
    .limit(at('limit'))
    .prepare(),
)
const inState = statement((tx) =>
  tx
    .select()
    .from(liveQuestion)
    .where(and(eq(liveQuestion.capsuleId, at('capsuleId')), eq(liveQuestion.state, at('state')), after))
    .orderBy(asc(liveQuestion.atMs), asc(liveQuestion.id))
    .limit(at('limit'))
    .prepare(),
)
const rowsPerSlice = 300

/** Visitors' questions: seen by the owner first, by everybody once they are shown (R18, R31). */
export class Questions {
  constructor(private readonly db: Pick<Databases, 'read' | 'write'>) {}

  /** What everybody sees: the most wanted first. */
  shown(capsuleId: string): ShownQuestion[] {
    return this.db
      .read(organizationOf(capsuleId), (tx) => shown(tx).all({ capsuleId }))
      .map(({ id, text, votes, state }) => ({ id, text, votes, answered: state === 'answered' }))
  }

  /** Oldest first. The cursor is opaque. @throws AppError invalid for a cursor that is none of ours. */
  list(
    capsuleId: string,
    query: { readonly limit: number; readonly cursor?: string | undefined; readonly state?: QuestionState | undefined },
  ): Page<Question> {
    const { limit, state } = query
    const place = { capsuleId, ...placeOf(query.cursor), limit: limit + 1 }
    const rows = this.db.read(organizationOf(capsuleId), (tx) =>
      state === undefined ? all(tx).all(place) : inState(tx).all({ ...place, state }),
    )
    const items = rows.slice(0, limit).map(({ id, text, state, votes, atMs }) => ({ id, text, state, votes, at: atMs }))
    const last = items.at(-1)
    return {
      items,
      nextCursor: rows.length > limit && last !== undefined ? `${last.at.toString(36)}.${last.id}` : null,
    }
  }

  /** @throws AppError conflict when the id was used for another; rate-limited when too many wait. */
  async ask(capsuleId: string, question: { id: string; text: string }, visitor: string): Promise<void> {
    const text = question.text.trim()
    if (text === '') {
      throw new AppError('invalid', 'A question has words.', { faults: [{ pointer: '/text', message: 'is required' }] })
    }
    const waitingMax = liveLimits.questionsWaitingMax
    await this.db.write(askQuestion, organizationOf(capsuleId), {
      capsuleId,
      id: question.id,
      text,
      visitor,
      waitingMax,
    })
  }

  /** @throws AppError not-found for one that is not shown. */
  async support(capsuleId: string, questionId: string, visitor: string): Promise<void> {
    await this.db.write(supportQuestion, organizationOf(capsuleId), { capsuleId, questionId, visitor })
  }

  /** @throws AppError not-found. */
  async moderate(capsuleId: string, questionId: string, state: Moderation): Promise<void> {
    await this.db.write(moderateQuestion, organizationOf(capsuleId), { capsuleId, questionId, state })
  }

  /** Removes all that a purged capsule has left, its stage too. */
  async forget(capsuleId: string): Promise<void> {
    const input = { capsuleId, rowsMax: rowsPerSlice }
    while ((await this.db.write(forgetCapsule, organizationOf(capsuleId), input)) > 0);
  }
}

function placeOf(cursor: string | undefined): { atMs: number; id: string } {
  if (cursor === undefined) return { atMs: 0, id: '' }
  const [, atMs, id] = /^([0-9a-z]{1,10})\.([A-Za-z0-9_-]{16,64})$/.exec(cursor) ?? []
  if (atMs !== undefined && id !== undefined) return { atMs: Number.parseInt(atMs, 36), id }
  throw new AppError('invalid', 'The cursor is none of ours.', {
    faults: [{ pointer: '?cursor', message: 'is none of ours' }],
  })
}
