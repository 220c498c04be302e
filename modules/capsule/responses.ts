import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { type AnswerValue, checkAnswer, type Outcome, outcomeOf } from './document/answers.ts'
import { answerableBlock } from './document/blocks.ts'
import type { AnswerableBlock } from './document/schema.ts'
import type { Documents } from './documents.ts'
import { submitResponse } from './operations/responses.ts'
import { response, responseTotal } from './schema.ts'

export interface Answer {
  readonly id: string
  readonly version: number
  readonly block: string
  readonly value: unknown
}

export interface Totals {
  /** Answers. */
  readonly total: number
  readonly choices: Readonly<Record<string, number>>
}

/** An outcome with what only the database knows. */
export type Result = Exclude<Outcome, { kind: 'poll' }> | (Extract<Outcome, { kind: 'poll' }> & Totals)

export interface StoredResponse {
  readonly id: string
  readonly version: number
  readonly block: string
  readonly value: AnswerValue
  readonly at: number
}

const totalsOf = statement((tx) =>
  tx
    .select({ choice: responseTotal.choice, count: responseTotal.count })
    .from(responseTotal)
    .where(and(eq(responseTotal.capsuleId, sql.placeholder('id')), eq(responseTotal.block, sql.placeholder('block'))))
    .prepare(),
)
const idPattern = /^[A-Za-z0-9_-]{16,64}$/

/** Visitors' answers. */
export class Responses {
  constructor(
    private readonly db: Databases,
    private readonly documents: Documents,
  ) {}

  /**
   * Stores an answer and tells what it came to.
   * @throws AppError invalid with the fault's place; not-found for an unknown capsule, version or block; conflict when
   * the id was used for another answer, or the visitor has answered already.
   */
  async submit(capsuleId: string, answer: Answer, visitor: string): Promise<{ repeated: boolean; result: Result }> {
    if (!idPattern.test(answer.id)) {
      throw new AppError('invalid', 'An answer has an id of its own: 16 to 64 characters a-z, A-Z, 0-9, _ and -.', {
        faults: [{ pointer: '/id', message: 'must be 16 to 64 URL-safe characters' }],
      })
    }
    const block = this.#block(capsuleId, answer)
    const value = checkAnswer(block, answer.value)
    const { repeated } = await this.db.write(submitResponse, organizationOf(capsuleId), {
      capsuleId,
      id: answer.id,
      version: answer.version,
      block: block.id,
      value: JSON.stringify(value),
      visitor,
      once:
        block.type === 'poll'
          ? (block.oncePerVisitor ?? true)
          : block.type === 'form' && (block.oncePerVisitor ?? false),
      choices: Array.isArray(value) ? value : [],
    })
    return { repeated, result: this.#result(capsuleId, block, value) }
  }

  totals(capsuleId: string, block: string): Totals {
    const rows = this.db.read(organizationOf(capsuleId), (tx) => totalsOf(tx).all({ id: capsuleId, block }))
    const choices: Record<string, number> = {}
    let total = 0
    for (const row of rows) {
      if (row.choice === '') total = row.count
      else choices[row.choice] = row.count
    }
    return { total, choices }
  }

  /** The totals of every block that has answers. */
  allTotals(organizationId: OrganizationId, capsuleId: string): Record<string, Totals> {
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .selectDistinct({ block: responseTotal.block })
        .from(responseTotal)
        .where(eq(responseTotal.capsuleId, capsuleId))
        .all(),
    )
    return Object.fromEntries(rows.map(({ block }) => [block, this.totals(capsuleId, block)]))
  }

  /** What this visitor's last answers to a version came to, by block: for a page without scripts. */
  own(capsuleId: string, visitor: string, version: number): Map<string, Result> {
    const document = this.documents.version(capsuleId, version)
    const rows = this.db.read(organizationOf(capsuleId), (tx) =>
      tx
        .select({ block: response.block, value: response.value })
        .from(response)
        .where(and(eq(response.capsuleId, capsuleId), eq(response.visitor, visitor)))
        .orderBy(asc(response.row))
        .limit(100)
        .all(),
    )
    const results = new Map<string, Result>()
    for (const row of rows) {
      const block = document === undefined ? undefined : answerableBlock(document, row.block)
      if (block !== undefined)
        results.set(row.block, this.#result(capsuleId, block, JSON.parse(row.value) as AnswerValue))
    }
    return results
  }

  /** Oldest first. The cursor is opaque: the place of the last answer of the page before. */
  list(organizationId: OrganizationId, capsuleId: string, limit: number, cursor: string | undefined) {
    const after = cursor === undefined ? 0 : Number.parseInt(cursor, 36)
    if (!Number.isSafeInteger(after)) {
      throw new AppError('invalid', 'The cursor is none of ours.', {
        faults: [{ pointer: '?cursor', message: 'is none of ours' }],
      })
    }
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(response)
        .where(and(eq(response.capsuleId, capsuleId), gt(response.row, after)))
        .orderBy(asc(response.row))
        .limit(limit + 1)
        .all(),
    )
    const items = rows.slice(0, limit).map(
      (row): StoredResponse => ({
        id: row.id,
        version: row.version,
        block: row.block,
        value: JSON.parse(row.value) as AnswerValue,
        at: row.atMs,
      }),
    )
    return { items, nextCursor: rows.length > limit ? (rows[limit - 1]?.row.toString(36) ?? null) : null }
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

  #result(capsuleId: string, block: AnswerableBlock, value: AnswerValue): Result {
    const outcome = outcomeOf(block, value)
    return outcome.kind === 'poll' ? { ...outcome, ...this.totals(capsuleId, block.id) } : outcome
  }
}
