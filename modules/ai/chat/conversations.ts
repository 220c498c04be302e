import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../../src/db/ids.ts'
import type { Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { paged } from '../../../src/http/paging.ts'
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

export interface VisitorTurn extends TurnRecord {
  readonly rating: 1 | -1 | null
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

  /** Whether a visitor may go on with a conversation. One that is not written down yet is whose its writer will be. */
  isOpenTo(
    organizationId: OrganizationId,
    conversationId: string,
    { capsuleId, visitor }: { readonly capsuleId: string; readonly visitor: string },
  ): boolean {
    if (!isConversationOf(organizationId, conversationId)) return false
    const known = this.db.read(organizationId, (tx) => rowOf(tx, conversationId))
    return known === undefined || (known.capsuleId === capsuleId && known.visitor === visitor)
  }

  /** The last turns, oldest first; none when the conversation is not this visitor's. */
  turns(
    organizationId: OrganizationId,
    conversationId: string,
    capsuleId: string,
    visitor: string,
    most: number = limits.turnsMax,
  ): VisitorTurn[] {
    return this.db.read(organizationId, (tx) => {
      const known = rowOf(tx, conversationId)
      if (known?.visitor !== visitor || known.capsuleId !== capsuleId) return []
      return tx
        .select()
        .from(turn)
        .where(eq(turn.conversationId, conversationId))
        .orderBy(desc(turn.number))
        .limit(most)
        .all()
        .reverse()
        .map(recordOf)
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
    const page = paged(rows, limit, (last) => last.id)
    const items = page.items.map(({ id, turns, createdMs, updatedMs }) => ({
      id,
      turns,
      createdAt: createdMs,
      updatedAt: updatedMs,
    }))
    return { ...page, items }
  }

  /** One for its owner, oldest turn first. @throws AppError not-found. */
  read(organizationId: OrganizationId, conversationId: string, limit: number, cursor = 0) {
    return this.db.read(organizationId, (tx) => {
      const known = rowOf(tx, conversationId)
      if (known === undefined) throw new AppError('not-found', 'There is no such conversation.')
      const rows = tx
        .select()
        .from(turn)
        .where(and(eq(turn.conversationId, conversationId), gt(turn.number, cursor)))
        .orderBy(asc(turn.number))
        .limit(limit + 1)
        .all()
      const page = paged(rows, limit, (last) => String(last.number))
      const items = page.items.map((row) => ({ ...recordOf(row), at: row.atMs }))
      return { ...page, items }
    })
  }
}

function rowOf(tx: Tx, conversationId: string) {
  return tx.select().from(conversation).where(eq(conversation.id, conversationId)).get()
}

function recordOf(row: typeof turn.$inferSelect): VisitorTurn {
  return {
    id: row.id,
    question: row.question,
    answer: row.answer,
    source: row.source === 'provider' || row.source === 'both' ? row.source : 'extract',
    citations: JSON.parse(row.citations) as Citation[],
    rating: row.rating === 1 || row.rating === -1 ? row.rating : null,
  }
}

/** Ids come from browsers: what is none of this organization's conversations never reaches the database. */
function isConversationOf(organizationId: OrganizationId, id: string): boolean {
  try {
    return id.startsWith('cnv_') && organizationOf(id) === organizationId
  } catch {
    return false
  }
}
