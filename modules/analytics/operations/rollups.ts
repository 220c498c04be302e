import { and, eq, sql } from 'drizzle-orm'
import { statement, type Tx } from '../../../src/db/operation.ts'
import { visitRollup } from '../schema.ts'
import { type Cell, contributions, type SumName, sumNames, type Visit } from '../visit.ts'

const at = sql.placeholder
const increments = Object.fromEntries(
  sumNames.map((name) => [name, sql`${visitRollup[name]} + ${sql.raw(`excluded.${name}`)}`]),
) as Record<SumName, ReturnType<typeof sql>>

const add = statement((tx) =>
  tx
    .insert(visitRollup)
    .values({
      capsuleId: at('capsuleId'),
      grain: at('grain'),
      trait: at('trait'),
      bucket: at('bucket'),
      value: at('value'),
      visits: at('visits'),
      visitors: at('visitors'),
      views: at('views'),
      ms: at('ms'),
      engaged: at('engaged'),
      acted: at('acted'),
      answered: at('answered'),
      answers: at('answers'),
      chats: at('chats'),
      clicks: at('clicks'),
      exits: at('exits'),
      score: at('score'),
      hot: at('hot'),
    })
    .onConflictDoUpdate({
      target: [visitRollup.capsuleId, visitRollup.grain, visitRollup.trait, visitRollup.bucket, visitRollup.value],
      set: increments,
    })
    .prepare(),
)
const removeEmpty = statement((tx) =>
  tx
    .delete(visitRollup)
    .where(
      and(
        eq(visitRollup.capsuleId, at('capsuleId')),
        eq(visitRollup.grain, at('grain')),
        eq(visitRollup.trait, at('trait')),
        eq(visitRollup.bucket, at('bucket')),
        eq(visitRollup.value, at('value')),
        eq(visitRollup.visits, 0),
      ),
    )
    .prepare(),
)

interface Change {
  readonly cell: Cell
  readonly sums: number[]
}

/** What a write changes of the rollups, gathered so that each row is touched once however many visits are in it. */
export class RollupChanges {
  readonly #changes = new Map<string, Change>()

  /** Counts a visit as it is now. */
  count(visit: Visit): void {
    contributions(visit, (cell, sums) => this.#add(cell, sums, 1))
  }

  /** Takes a visit out as it was counted. */
  discount(visit: Visit): void {
    contributions(visit, (cell, sums) => this.#add(cell, sums, -1))
  }

  write(tx: Tx): void {
    for (const { cell, sums } of this.#changes.values()) {
      if (sums.every((sum) => sum === 0)) continue
      add(tx).run({ ...cell, ...Object.fromEntries(sumNames.map((name, n) => [name, sums[n] ?? 0])) })
      if ((sums[0] ?? 0) < 0) removeEmpty(tx).run({ ...cell })
    }
    this.#changes.clear()
  }

  #add(cell: Cell, sums: readonly number[], sign: 1 | -1): void {
    const key = `${cell.capsuleId} ${cell.grain} ${cell.trait} ${cell.bucket} ${cell.value}`
    let change = this.#changes.get(key)
    if (change === undefined) {
      change = { cell, sums: sumNames.map(() => 0) }
      this.#changes.set(key, change)
    }
    for (const [n, sum] of sums.entries()) change.sums[n] = (change.sums[n] ?? 0) + sign * sum
  }
}
