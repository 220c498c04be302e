import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { rateTurn, recordTurn } from '../operations/conversations.ts'
import { conversation, turn } from '../schema.ts'
import type { Citation } from './extract.ts'
import type { Turn } from './prompt.ts'

export type Source = 'provider' | 'extract' | 'both'

export interface TurnRecord extends Turn {
  readonly id: string
  readonly source: Source
  readonly citations: readonly Citation[]
}

/** What visitors asked and were told: theirs to go on with, the owner's to read. */
export class Conversations {
  constructor(private readonly db: Databases) {}

  async record(
    organizationId: OrganizationId,
    at: { conversationId: string; capsuleId: string; visitor: string },
    record: TurnRecord,
  ): Promise<void> {
    const { id, question, answer, source, citations } = record
    await this.db.write(recordTurn, organizationId, {
      ...at,
      turn: { id, question, answer: answer.slice(0, 40_000), source, citations: JSON.stringify(citations) },
    })
  }

  /** The last turns, oldest first; none when the conversation is not this visitor's. */
  turns(organizationId: OrganizationId, conversationId: string, capsuleId: string, visitor: string): Turn[] {
    return this.db.read(organizationId, (tx) => {
      const known = tx.select().from(conversation).where(eq(conversation.id, conversationId)).get()
      if (known?.visitor !== visitor || known.capsuleId !== capsuleId) return []
      return tx
        .select({ question: turn.question, answer: turn.answer })
        .from(turn)
        .where(eq(turn.conversationId, conversationId))
        .orderBy(desc(turn.number))
        .limit(limits.turnsMax)
        .all()
        .reverse()
    })
  }

  async rate(
    organizationId: OrganizationId,
    at: { conversationId: string; visitor: string; id: string },
    rating: 1 | -1 | null,
  ): Promise<void> {
    await this.db.write(rateTurn, organizationId, { ...at, rating })
  }

  /** Newest first. */
  list(organizationId: OrganizationId, capsuleId: string, limit: number, cursor = '~') {
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(conversation)
        .where(and(eq(conversation.capsuleId, capsuleId), lt(conversation.id, cursor)))
        .orderBy(desc(conversation.id))
        .limit(limit + 1)
        .all(),
    )
    const items = rows.slice(0, limit).map(({ id, turns, createdMs, updatedMs }) => ({
      id,
      turns,
      createdAt: createdMs,
      updatedAt: updatedMs,
    }))
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  /** One for its owner, oldest turn first. @throws AppError not-found. */
  read(organizationId: OrganizationId, conversationId: string, limit: number, cursor = 0) {
    return this.db.read(organizationId, (tx) => {
      const known = tx.select().from(conversation).where(eq(conversation.id, conversationId)).get()
      if (known === undefined) throw new AppError('not-found', 'There is no such conversation.')
      const rows = tx
        .select()
        .from(turn)
        .where(and(eq(turn.conversationId, conversationId), gt(turn.number, cursor)))
        .orderBy(asc(turn.number))
        .limit(limit + 1)
        .all()
      const items = rows.slice(0, limit).map((row) => ({
        id: row.id,
        question: row.question,
        answer: row.answer,
        source: row.source,
        citations: JSON.parse(row.citations) as Citation[],
        rating: row.rating,
        at: row.atMs,
      }))
      return { items, nextCursor: rows.length > limit ? String(rows[limit - 1]?.number) : null }
    })
  }
}
