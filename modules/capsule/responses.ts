import { and, asc, desc, eq, gt, inArray, lte, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { type Page, paged } from '../../src/http/paging.ts'
import type { Way } from './admission.ts'
import { type AnswerValue, checkAnswer, type Outcome, outcomeOf } from './document/answers.ts'
import { answerableBlock } from './document/blocks.ts'
import { countedIn } from './document/counted.ts'
import type { AnswerableBlock } from './document/schema.ts'
import type { Documents } from './documents.ts'
import { submitResponse } from './operations/responses.ts'
import { response, responseLink } from './schema.ts'
import { ResponseTotals, type Totals } from './totals.ts'
import { visitorAlias } from './visitor-token.ts'

export interface Answer {
  readonly id: string
  readonly version: number
  readonly block: string
  readonly value: unknown
}

/** An outcome with what only the database knows. */
export type Result = Exclude<Outcome, { kind: 'poll' }> | (Extract<Outcome, { kind: 'poll' }> & Totals)

export interface StoredResponse {
  readonly id: string
  readonly version: number
  readonly block: string
  readonly value: AnswerValue
  /** The same for all answers of one visitor to this capsule. */
  readonly visitor: string
  readonly at: number
}

export interface ResponseQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly block?: string | undefined
  /** The last place to look at (`lastPlace`). */
  readonly until?: number | undefined
}

const at = sql.placeholder
const own = statement((tx) =>
  tx
    .select({ block: response.block, value: response.value })
    .from(response)
    .where(and(eq(response.capsuleId, at('capsuleId')), eq(response.visitor, at('visitor'))))
    .orderBy(desc(response.row))
    .limit(100)
    .prepare(),
)
const all = statement((tx) =>
  tx
    .select()
    .from(response)
    .where(and(eq(response.capsuleId, at('capsuleId')), gt(response.row, at('after')), lte(response.row, at('until'))))
    .orderBy(asc(response.row))
    .limit(at('limit'))
    .prepare(),
)
const ofBlock = statement((tx) =>
  tx
    .select()
    .from(response)
    .where(
      and(
        eq(response.capsuleId, at('capsuleId')),
        eq(response.block, at('block')),
        gt(response.row, at('after')),
        lte(response.row, at('until')),
      ),
    )
    .orderBy(asc(response.row))
    .limit(at('limit'))
    .prepare(),
)
/** The last place of those that one page may look at; undefined when there are not so many. */
const lastLooked = statement((tx) =>
  tx
    .select({ row: response.row })
    .from(response)
    .where(and(eq(response.capsuleId, at('capsuleId')), gt(response.row, at('after')), lte(response.row, at('until'))))
    .orderBy(asc(response.row))
    .limit(1)
    .offset(at('looks'))
    .prepare(),
)
const newest = statement((tx) =>
  tx
    .select({ row: sql<number | null>`max(${response.row})` })
    .from(response)
    .prepare(),
)
const countAfter = statement((tx) =>
  tx
    .select({ count: sql<number>`count(*)` })
    .from(response)
    .where(and(eq(response.capsuleId, at('capsuleId')), gt(response.row, at('row'))))
    .prepare(),
)
const last = statement((tx) =>
  tx
    .select({ row: response.row })
    .from(response)
    .where(eq(response.capsuleId, at('capsuleId')))
    .orderBy(desc(response.row))
    .limit(1)
    .prepare(),
)
/** Answers of other blocks that a page of one block passes over: a few milliseconds of everybody's time. */
export const answersLookedAtMax = 20_000
const idPattern = /^[A-Za-z0-9_-]{16,64}$/

/** Visitors' answers. */
export class Responses {
  readonly #totals: ResponseTotals

  constructor(
    private readonly db: Databases,
    private readonly documents: Documents,
    /** Whether a block takes no answers for now. */
    private readonly isClosed: (capsuleId: string, block: string) => boolean = () => false,
    private readonly looksMax = answersLookedAtMax,
  ) {
    this.#totals = new ResponseTotals(db)
  }

  /**
   * Stores an answer and tells what it came to.
   * @param way how the visitor had come, where it was by a share link
   * @throws AppError invalid with the fault's place; not-found for an unknown capsule, version or block; gone when the
   * capsule is archived; conflict when the id was used for another answer, or the visitor has answered already;
   * forbidden while the block is closed.
   */
  async submit(
    capsuleId: string,
    answer: Answer,
    visitor: string,
    way?: Way,
  ): Promise<{ repeated: boolean; result: Result }> {
    if (!idPattern.test(answer.id)) {
      throw new AppError('invalid', 'An answer has an id of its own: 16 to 64 characters a-z, A-Z, 0-9, _ and -.', {
        faults: [{ pointer: '/id', message: 'must be 16 to 64 URL-safe characters' }],
      })
    }
    const block = this.#block(capsuleId, answer)
    if (this.isClosed(capsuleId, block.id)) {
      throw new AppError('forbidden', 'The presenter has closed this for now.', {
        faults: [{ pointer: '/block', message: 'is closed for now' }],
      })
    }
    const value = checkAnswer(block, answer.value)
    const outcome = outcomeOf(block, value)
    const { repeated } = await this.db.write(submitResponse, organizationOf(capsuleId), {
      capsuleId,
      id: answer.id,
      version: answer.version,
      block: block.id,
      value: JSON.stringify(value),
      visitor,
      ...(way !== undefined && { link: way.linkId }),
      once:
        block.type === 'poll'
          ? (block.oncePerVisitor ?? true)
          : block.type === 'form' && (block.oncePerVisitor ?? false),
      counted: countedIn(block, value, outcome),
    })
    return { repeated, result: this.#result(capsuleId, block, outcome) }
  }

  totals(capsuleId: string, block: string): Totals {
    return this.#totals.block(capsuleId, block)
  }

  /** What this visitor's last answers to a version came to, by block: for a page without scripts. */
  own(capsuleId: string, visitor: string, version: number): Map<string, Result> {
    const document = this.documents.version(capsuleId, version)
    const rows = this.db.read(organizationOf(capsuleId), (tx) => own(tx).all({ capsuleId, visitor }))
    const results = new Map<string, Result>()
    for (const row of rows) {
      const block = document === undefined ? undefined : answerableBlock(document, row.block)
      if (block !== undefined && !results.has(row.block)) {
        const outcome = outcomeOf(block, JSON.parse(row.value) as AnswerValue)
        results.set(row.block, this.#result(capsuleId, block, outcome))
      }
    }
    return results
  }

  /**
   * Oldest first, of one block or of all. The cursor is opaque: the last place that the page before looked at. A page of a block
   * with few answers among many others may hold fewer than were asked for, or none, and still have a next. The caller has made
   * sure that the capsule is the organization's.
   * @throws AppError invalid for a cursor that is none of ours.
   */
  list(capsuleId: string, query: ResponseQuery): Page<StoredResponse> {
    const { block, limit } = query
    const until = query.until ?? Number.MAX_SAFE_INTEGER
    const place = { capsuleId, after: rowOf(query.cursor), until, limit: limit + 1 }
    const { rows, looked } = this.db.read(organizationOf(capsuleId), (tx) => {
      if (block === undefined) return { rows: all(tx).all(place), looked: undefined }
      const looked = lastLooked(tx).get({ capsuleId, after: place.after, until, looks: this.looksMax - 1 })?.row
      return { rows: ofBlock(tx).all({ ...place, until: looked ?? until, block }), looked }
    })
    const page = paged(rows, limit, (last) => cursorOf(last.row))
    const nextCursor = page.nextCursor ?? (looked === undefined ? null : cursorOf(looked))
    return { items: page.items.map((row) => stored(capsuleId, row)), nextCursor }
  }

  /** The place of the newest answer: a list that ends there does not grow while it is read. */
  lastPlace(capsuleId: string): number {
    return this.db.read(organizationOf(capsuleId), (tx) => last(tx).get({ capsuleId }))?.row ?? 0
  }

  /** How many answers came by each of these share links. */
  answersByLink(capsuleId: string, links: readonly string[]): ReadonlyMap<string, number> {
    const rows = this.db.read(organizationOf(capsuleId), (tx) =>
      tx
        .select({ link: responseLink.link, answers: responseLink.answers })
        .from(responseLink)
        .where(and(eq(responseLink.capsuleId, capsuleId), inArray(responseLink.link, [...links])))
        .all(),
    )
    return new Map(rows.map(({ link, answers }) => [link, answers]))
  }

  /** The newest answer of the organization's shard: what is at home there and comes later has a later place. */
  newestPlace(organizationId: OrganizationId): number {
    return this.db.read(organizationId, (tx) => newest(tx).get())?.row ?? 0
  }

  /** The answers after a place, each with its own, oldest first. */
  after(capsuleId: string, row: number, limit: number): readonly (StoredResponse & { readonly row: number })[] {
    const place = { capsuleId, after: row, until: Number.MAX_SAFE_INTEGER, limit }
    const rows = this.db.read(organizationOf(capsuleId), (tx) => all(tx).all(place))
    return rows.map((one) => ({ ...stored(capsuleId, one), row: one.row }))
  }

  /** How many answers came after a place. */
  countAfter(capsuleId: string, row: number): number {
    return this.db.read(organizationOf(capsuleId), (tx) => countAfter(tx).get({ capsuleId, row }))?.count ?? 0
  }

  /** Of every block that was ever answered. */
  capsuleTotals(capsuleId: string): ReadonlyMap<string, Totals> {
    return this.#totals.capsule(capsuleId)
  }

  /** Which versions each block was answered in, newest first. */
  answeredVersions(capsuleId: string): ReadonlyMap<string, readonly number[]> {
    return this.#totals.versions(capsuleId)
  }

  #block(capsuleId: string, answer: Answer): AnswerableBlock {
    const document = this.documents.version(capsuleId, answer.version)
    if (document === undefined) throw new AppError('not-found', 'There is no such capsule, or no such version of it.')
    const block = answerableBlock(document, answer.block)
    if (block === undefined) {
      throw new AppError('not-found', 'There is no such block that takes answers.', {
        faults: [{ pointer: '/block', message: 'takes no answers, or does not exist' }],
      })
    }
    return block
  }

  #result(capsuleId: string, block: AnswerableBlock, outcome: Outcome): Result {
    return outcome.kind === 'poll' ? { ...outcome, ...this.#totals.block(capsuleId, block.id) } : outcome
  }
}

function stored(capsuleId: string, row: typeof response.$inferSelect): StoredResponse {
  return {
    id: row.id,
    version: row.version,
    block: row.block,
    value: JSON.parse(row.value) as AnswerValue,
    visitor: visitorAlias(capsuleId, row.visitor),
    at: row.atMs,
  }
}

function cursorOf(row: number): string {
  return row.toString(36)
}

function rowOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const row = /^[0-9a-z]{1,11}$/.test(cursor) ? Number.parseInt(cursor, 36) : Number.NaN
  if (Number.isSafeInteger(row)) return row
  throw new AppError('invalid', 'The cursor is none of ours.', {
    faults: [{ pointer: '?cursor', message: 'is none of ours' }],
  })
}
