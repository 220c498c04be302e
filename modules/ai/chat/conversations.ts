import { and, asc, count, desc, eq, gt, isNotNull, lt } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../../src/db/ids.ts'
import type { Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { type Page, paged } from '../../../src/http/paging.ts'
import { limits } from '../limits.ts'
import { renderMarkdown } from '../markdown.ts'
import { forgetConversations, forgottenMax, rateTurn, recordTurn } from '../operations/conversations.ts'
import { eraseByEmail, eraseConversation } from '../operations/erasures.ts'
import { leaveLead } from '../operations/leads.ts'
import { conversation, lead, turn } from '../schema.ts'
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

/** How to reach whoever asked. */
export interface Lead {
  readonly email: string
  readonly at: number
}

/** A conversation among others. */
export interface ConversationShown {
  readonly id: string
  /** The first. */
  readonly question: string
  readonly turns: number
  /** Answers that the visitor found helpful, and not. */
  readonly up: number
  readonly down: number
  readonly lead: Lead | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** A turn, and when it was. */
export interface TurnSaid extends VisitorTurn {
  readonly at: number
}

/** A turn as its owner reads it; `html` is the answer, sanitised. */
export interface TurnShown extends TurnSaid {
  readonly html: string
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

  async leave(
    organizationId: OrganizationId,
    given: { conversationId: string; capsuleId: string; visitor: string; email: string },
  ): Promise<void> {
    await this.db.write(leaveLead, organizationId, given)
  }

  /** Everything that was said to a capsule that is gone for good. */
  async forget(organizationId: OrganizationId, capsuleId: string): Promise<void> {
    let gone: number
    do {
      gone = await this.db.write(forgetConversations, organizationId, { capsuleId })
    } while (gone === forgottenMax)
  }

  /** What a person said whose address this is, in every capsule of the organization. Returns how many conversations went. */
  async eraseOf(organizationId: OrganizationId, email: string): Promise<number> {
    let erased = 0
    let some: number
    do {
      some = await this.db.write(eraseByEmail, organizationId, { email: email.trim() })
      erased += some
    } while (some > 0)
    return erased
  }

  /** @throws AppError not-found. */
  async erase(organizationId: OrganizationId, id: string): Promise<void> {
    await this.db.write(eraseConversation, organizationId, { id })
  }

  /** Newest first: all of them, or those whose visitors left an address. */
  list(
    organizationId: OrganizationId,
    capsuleId: string,
    { limit, cursor = '~', leads = false }: { limit: number; cursor?: string | undefined; leads?: boolean },
  ): Page<ConversationShown> {
    return this.db.read(organizationId, (tx) => {
      const from = and(eq(conversation.capsuleId, capsuleId), lt(conversation.id, cursor))
      const most = limit + 1
      const rows = leads
        ? tx
            .select({ conversation })
            .from(lead)
            .innerJoin(conversation, eq(conversation.id, lead.conversationId))
            .where(and(eq(lead.capsuleId, capsuleId), lt(lead.conversationId, cursor)))
            .orderBy(desc(lead.conversationId))
            .limit(most)
            .all()
            .map((row) => row.conversation)
        : tx.select().from(conversation).where(from).orderBy(desc(conversation.id)).limit(most).all()
      const page = paged(rows, limit, (last) => last.id)
      const items = page.items.map(({ id, turns, createdMs, updatedMs }) => ({
        id,
        turns,
        ...summaryOf(tx, id),
        lead: leadOf(tx, id),
        createdAt: createdMs,
        updatedAt: updatedMs,
      }))
      return { ...page, items }
    })
  }

  /** One for its owner, oldest turn first. @throws AppError not-found. */
  read(
    organizationId: OrganizationId,
    conversationId: string,
    limit: number,
    cursor = 0,
  ): Page<TurnShown> & { readonly lead: Lead | null } {
    return this.db.read(organizationId, (tx) => {
      const known = rowOf(tx, conversationId)
      if (known === undefined) throw new AppError('not-found', 'There is no such conversation.')
      const page = saidFrom(tx, conversationId, limit, cursor)
      const items = page.items.map((one) => ({ ...one, html: renderMarkdown(one.answer) }))
      return { ...page, lead: leadOf(tx, conversationId), items }
    })
  }

  /** What was said in one, oldest turn first, as it was said; nothing in one that is gone. */
  said(organizationId: OrganizationId, conversationId: string, limit: number, cursor = 0): Page<TurnSaid> {
    return this.db.read(organizationId, (tx) => saidFrom(tx, conversationId, limit, cursor))
  }
}

function saidFrom(tx: Tx, conversationId: string, limit: number, cursor: number): Page<TurnSaid> {
  const rows = tx
    .select()
    .from(turn)
    .where(and(eq(turn.conversationId, conversationId), gt(turn.number, cursor)))
    .orderBy(asc(turn.number))
    .limit(limit + 1)
    .all()
  const page = paged(rows, limit, (last) => String(last.number))
  return { ...page, items: page.items.map((row) => ({ ...recordOf(row), at: row.atMs })) }
}

function rowOf(tx: Tx, conversationId: string) {
  return tx.select().from(conversation).where(eq(conversation.id, conversationId)).get()
}

/** What it was about, and what the visitor thought of the answers. */
function summaryOf(tx: Tx, conversationId: string): { question: string; up: number; down: number } {
  const first = tx
    .select({ question: turn.question })
    .from(turn)
    .where(eq(turn.conversationId, conversationId))
    .orderBy(asc(turn.number))
    .limit(1)
    .get()
  const ratings = tx
    .select({ rating: turn.rating, times: count() })
    .from(turn)
    .where(and(eq(turn.conversationId, conversationId), isNotNull(turn.rating)))
    .groupBy(turn.rating)
    .all()
  const of = (rating: 1 | -1) => ratings.find((one) => one.rating === rating)?.times ?? 0
  return { question: first?.question ?? '', up: of(1), down: of(-1) }
}

function leadOf(tx: Tx, conversationId: string): Lead | null {
  const row = tx.select().from(lead).where(eq(lead.conversationId, conversationId)).get()
  return row === undefined ? null : { email: row.email, at: row.atMs }
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
