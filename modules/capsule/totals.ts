import { and, eq, gte, lt, sql } from 'drizzle-orm'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import { answersKey, versionKeys } from './document/counted.ts'
import { capsuleChanged, responsesReceived } from './events.ts'
import { responseTotal } from './schema.ts'

const keptMax = 10_000

/** How often a block was answered, and how. */
export interface Totals {
  /** Answers. */
  readonly total: number
  /** By what is counted of an answer (document/counted.ts). */
  readonly choices: Readonly<Record<string, number>>
}

export const noTotals: Totals = { total: 0, choices: {} }

const at = sql.placeholder
const counted = lt(responseTotal.choice, versionKeys)
const ofBlock = statement((tx) =>
  tx
    .select({ choice: responseTotal.choice, count: responseTotal.count })
    .from(responseTotal)
    .where(and(eq(responseTotal.capsuleId, at('id')), eq(responseTotal.block, at('block')), counted))
    .prepare(),
)
const ofCapsule = statement((tx) =>
  tx
    .select({ block: responseTotal.block, choice: responseTotal.choice, count: responseTotal.count })
    .from(responseTotal)
    .where(and(eq(responseTotal.capsuleId, at('id')), counted))
    .prepare(),
)
const versions = statement((tx) =>
  tx
    .select({ block: responseTotal.block, choice: responseTotal.choice })
    .from(responseTotal)
    .where(and(eq(responseTotal.capsuleId, at('id')), gte(responseTotal.choice, versionKeys)))
    .prepare(),
)

/** Totals as the writer keeps them. Those of one block are read once after answers came in, however many a commit brought. */
export class ResponseTotals {
  /** Under its capsule's id. */
  readonly #kept: ValueCache<Totals>

  constructor(private readonly db: Databases) {
    this.#kept = new ValueCache<Totals>(db.changes, { entriesMax: keptMax })
      .on(responsesReceived, ({ subject }) => [subject])
      .on(capsuleChanged, ({ subject }) => [subject])
  }

  block(capsuleId: string, block: string): Totals {
    return this.#kept.getOrMake(`${capsuleId}/${block}`, [capsuleId], () =>
      sum(this.db.read(organizationOf(capsuleId), (tx) => ofBlock(tx).all({ id: capsuleId, block }))),
    )
  }

  /** Of every block that was ever answered. */
  capsule(capsuleId: string): Map<string, Totals> {
    const rows = this.db.read(organizationOf(capsuleId), (tx) => ofCapsule(tx).all({ id: capsuleId }))
    const byBlock = Map.groupBy(rows, (row) => row.block)
    return new Map([...byBlock].map(([block, its]) => [block, sum(its)]))
  }

  /** Which versions each block was answered in, newest first. */
  versions(capsuleId: string): Map<string, number[]> {
    const rows = this.db.read(organizationOf(capsuleId), (tx) => versions(tx).all({ id: capsuleId }))
    const byBlock = Map.groupBy(rows, (row) => row.block)
    const numbers = (its: typeof rows) => its.map((row) => Number(row.choice.slice(versionKeys.length)))
    return new Map([...byBlock].map(([block, its]) => [block, numbers(its).toSorted((one, other) => other - one)]))
  }
}

function sum(rows: readonly { readonly choice: string; readonly count: number }[]): Totals {
  const choices: Record<string, number> = {}
  let total = 0
  for (const row of rows) {
    if (row.choice === answersKey) total = row.count
    else choices[row.choice] = row.count
  }
  return { total, choices }
}
