import { sql } from 'drizzle-orm'
import { prefixOf } from '../cluster/prefix.ts'
import { isConfirmed, stillStands } from '../cluster/standing.ts'
import type { ChangeTail } from './change-tail.ts'
import { type CommitRow, parseCommitRow } from './commits.ts'
import type { Change } from './database.ts'
import { comparePositions, later, origin, type Position } from './position.ts'
import type { Reader } from './reader.ts'

interface Pending {
  readonly database: string
  readonly position: Position
  readonly changes: readonly Change[]
}

/** Changes that wait for their confirmation. Past it the oldest are let go: live clients read anew. */
const pendingMax = 10_000

/** What reaches a node that does not write: rows become visible, caches are evicted, and what is confirmed is told (G37, G38). */
export class Arrivals {
  readonly #rows = new Map<string, readonly CommitRow[]>()
  /** The last commit of each database that this node wrote itself. */
  readonly #written = new Map<string, Position>()
  #pending: Pending[] = []
  #confirmed: Position = origin
  #prefix: Position = origin

  constructor(
    private readonly reader: Reader,
    private readonly tail: ChangeTail,
    /** What was shown no longer stands: nothing that was cached may be trusted. */
    private readonly onReset: () => void,
  ) {}

  /** Up to here this node has no hole in any database. */
  get prefix(): Position {
    return this.#prefix
  }

  get confirmed(): Position {
    return this.#confirmed
  }

  /**
   * This process begins. Which of the newest commits are confirmed it has not heard; what is below all that are kept is (G8), and
   * the rest is told once its confirmation is known.
   */
  begin(database: string): void {
    this.tail.begin(database, this.#read(database)[0]?.number)
    this.arrive(database)
  }

  /** This node wrote it, as primary. */
  wrote(database: string, { epoch, number }: Position): void {
    this.#written.set(database, { epoch, number })
  }

  /** A database moved: in this order snapshots roll, the log is read and caches are evicted, the prefix is known. */
  arrive(database: string): void {
    this.reader.roll(database)
    const before = this.#newest(database)
    const rows = this.#read(database)
    const newest = rows.at(-1)
    if (newest === undefined) return
    if (before !== undefined && comparePositions(newest, before) !== 0 && newest.epoch !== before.epoch) {
      this.#changeEpoch(database, before, rows)
    }
    this.#rows.set(database, rows)
    this.#written.delete(database)
    for (const { number, changes } of this.tail.apply(database, newest.number)) {
      this.wait(database, positionOf(number, newest, rows), changes)
    }
    this.#prefix = later(this.#prefix, prefixOf(this.#rows))
    // A snapshot that is held on would keep the next transaction from being applied.
    this.reader.roll(database)
  }

  /** These changes are told once their commit is confirmed. */
  wait(database: string, position: Position, changes: readonly Change[]): void {
    if (isConfirmed(position, this.#confirmed)) return this.tail.confirm(changes)
    this.#pending.push({ database, position: { epoch: position.epoch, number: position.number }, changes })
    if (this.#pending.length > pendingMax) this.#pending.shift()
  }

  /** `isOwn`: this node is primary under that epoch, and so what it held before stands (G20). */
  confirm(confirmed: Position, isOwn = false): void {
    if (comparePositions(confirmed, this.#confirmed) <= 0) return
    this.#confirmed = confirmed
    const isOver = ({ position }: Pending) =>
      isConfirmed(position, confirmed) || (isOwn && position.epoch < confirmed.epoch)
    const over = this.#pending.filter(isOver)
    if (over.length === 0) return
    this.#pending = this.#pending.filter((pending) => !isOver(pending))
    for (const { changes } of over) this.tail.confirm(changes)
  }

  /** G38 */
  #changeEpoch(database: string, before: Position, rows: readonly CommitRow[]): void {
    const first = rows.find((row) => row.epoch > before.epoch)
    if (stillStands({ newest: before, confirmed: this.#confirmed }, rows) && first !== undefined) {
      // What stood when the new epoch began is confirmed with its first row.
      this.#pending = this.#pending.map((pending) =>
        pending.database === database
          ? { ...pending, position: { epoch: first.epoch, number: first.number } }
          : pending,
      )
      return
    }
    this.#pending = this.#pending.filter((pending) => pending.database !== database)
    this.tail.begin(database, rows[0]?.number)
    this.onReset()
  }

  /** The newest commit that was shown, whoever wrote it. */
  #newest(database: string): Position | undefined {
    const [arrived, written] = [this.#rows.get(database)?.at(-1), this.#written.get(database)]
    return arrived === undefined || written === undefined ? (arrived ?? written) : later(arrived, written)
  }

  #read(database: string): CommitRow[] {
    return this.reader
      .read(database, (tx) =>
        tx.all<{ epoch: number; number: number; others: string }>(
          sql`SELECT epoch, number, others FROM commits ORDER BY epoch, number`,
        ),
      )
      .map(parseCommitRow)
  }
}

/**
 * What confirms the commit of this number: its own position; of one whose row is pruned, or of an epoch that is over (G38), the
 * first of the newest epoch that comes after it.
 */
function positionOf(number: number, newest: Position, rows: readonly Position[]): Position {
  return rows.find((row) => row.epoch === newest.epoch && row.number >= number) ?? newest
}
