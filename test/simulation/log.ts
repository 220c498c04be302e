import { prefixOf } from '../../src/cluster/prefix.ts'
import type { Rules } from '../../src/cluster/rules.ts'
import type { CommitRow } from '../../src/db/commits.ts'
import { comparePositions, type LtxPosition, origin, type Position } from '../../src/db/position.ts'

export const databaseNames = ['directory', 'shard-000', 'shard-001'] as const
export type DatabaseName = (typeof databaseNames)[number]

/** One transaction of one database, as LiteFS ships it. Equal last entries mean equal databases. */
export interface Entry extends CommitRow {
  readonly id: number
  /** The client's operation, by its idempotency key. */
  readonly operation: string | null
  readonly nonce: string | null
  /** What the table `commits` holds after it (G8). */
  readonly rows: readonly CommitRow[]
}

export type Log = readonly Entry[]

/** The databases of one node, as LiteFS keeps them on its disk. */
export class Logs {
  readonly #logs = new Map<DatabaseName, Entry[]>(databaseNames.map((name) => [name, []]))

  of(database: DatabaseName): Log {
    return this.#logs.get(database) ?? []
  }

  newest(database: DatabaseName): Position {
    const last = this.of(database).at(-1)
    return last === undefined ? origin : { epoch: last.epoch, number: last.number }
  }

  get lastNumber(): number {
    return Math.max(...databaseNames.map((name) => this.newest(name).number))
  }

  positionOf(database: DatabaseName): LtxPosition {
    const log = this.of(database)
    return { txid: log.length, checksum: String(log.at(-1)?.id ?? 0) }
  }

  append(database: DatabaseName, entry: Entry): void {
    this.#logs.get(database)?.push(entry)
  }

  /** Takes the last one back: whether a commit stands can be in doubt. */
  drop(database: DatabaseName): void {
    this.#logs.get(database)?.pop()
  }

  /** Replicates as LiteFS does: the next transactions when this log is a beginning of the other, all of it otherwise. */
  pull(database: DatabaseName, source: Log, countMax: number): boolean {
    const log = this.#logs.get(database) ?? []
    if (log.length === source.length && log.at(-1) === source.at(-1)) return false
    const isBeginning = log.length <= source.length && log.at(-1) === source[log.length - 1]
    if (isBeginning || log.length === 0) log.push(...source.slice(log.length, log.length + countMax))
    else this.#logs.set(database, [...source])
    return true
  }

  prefix(rules: Rules): Position {
    const rows = new Map(databaseNames.map((name) => [name as string, this.of(name).at(-1)?.rows ?? []]))
    return prefixOf(rows, rules)
  }

  has(database: DatabaseName, operation: string): boolean {
    return this.of(database).some((entry) => entry.operation === operation)
  }

  hasNonce(nonce: string): boolean {
    return this.of('directory').some((entry) => entry.nonce === nonce)
  }

  copy(): Logs {
    const copy = new Logs()
    for (const name of databaseNames) copy.#logs.set(name, [...this.of(name)])
    return copy
  }
}

/** G8: the newest row of each database stays, and all at or above the confirmed position. */
export function keptRows(
  rows: readonly CommitRow[],
  row: CommitRow,
  confirmed: Position,
  alsoAt: boolean,
): readonly CommitRow[] {
  const isKept = (old: CommitRow) => comparePositions(old, confirmed) >= (alsoAt ? 0 : 1)
  return [...rows.filter(isKept), row]
}
