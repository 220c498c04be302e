import { readLastCommit, writeCommitRow } from './commits.ts'
import type { Ledger } from './ledger.ts'
import { comparePositions, type LtxPosition, origin, type Position } from './position.ts'

export interface NumberingOptions {
  /** The epoch of the commits that are made before another is begun. */
  readonly epoch: number
  /** Without a cluster, whatever is committed is confirmed. */
  readonly mode: 'alone' | 'cluster'
  /** Where LiteFS stands; absent without LiteFS. @throws Error when it cannot be read. */
  ltxPosition?(name: string): LtxPosition
}

/** Gives commits their positions, whatever their database, and knows where each database stands (SPEC G5, G8, G22). */
export class Numbering {
  readonly #last = new Map<string, Position>()
  readonly #ltx = new Map<string, LtxPosition>()
  #epoch: number
  #begun = 0
  #confirmed: Position = origin

  constructor(private readonly options: NumberingOptions) {
    this.#epoch = options.epoch
  }

  /** The number of the next commit. One that fails leaves it to be used again. */
  get next(): number {
    return Math.max(0, ...[...this.#last.values()].map((last) => last.number)) + 1
  }

  lastOf(database: string): Position {
    return this.#last.get(database) ?? origin
  }

  ltxOf(database: string): LtxPosition | null {
    return this.#ltx.get(database) ?? null
  }

  /** Reads where a database stands. Returns when its last commit was made, 0 without one. */
  look(ledger: Ledger): number {
    const last = readLastCommit(ledger.sqlite)
    this.#last.set(ledger.name, last === null ? origin : { epoch: last.epoch, number: last.number })
    const ltx = this.#readLtx(ledger)
    if (ltx === null) this.#ltx.delete(ledger.name)
    else this.#ltx.set(ledger.name, ltx)
    return last?.atMs ?? 0
  }

  /** @throws Error when the epoch was begun here already, or is below one that a database knows. */
  begin(epoch: number): void {
    const highest = Math.max(0, ...[...this.#last.values()].map((last) => last.epoch))
    if (epoch <= this.#begun || epoch < highest) {
      throw new Error(`Epoch ${epoch} cannot begin after ${Math.max(this.#begun, highest)}.`)
    }
    this.#begun = epoch
    this.#epoch = epoch
  }

  confirm(position: Position): void {
    if (comparePositions(position, this.#confirmed) > 0) this.#confirmed = position
  }

  /** Writes the row of the transaction at hand. Returns its number. */
  write(ledger: Ledger, nowMs: number): number {
    const others = Object.fromEntries([...this.#last].filter(([name]) => name !== ledger.name))
    const row = { epoch: this.#epoch, number: this.next, others }
    writeCommitRow(ledger.sqlite, row, this.options.mode === 'alone' ? row : this.#confirmed, nowMs)
    return row.number
  }

  /**
   * The commit stands: LiteFS moved by exactly one transaction. It may die after COMMIT returned, and then it did not.
   * @throws Error when it moved otherwise, or cannot say.
   */
  stand(ledger: Ledger, number: number): LtxPosition | null {
    const before = this.#ltx.get(ledger.name)
    const ltx = this.options.ltxPosition?.(ledger.name) ?? null
    if (ltx !== null && before !== undefined && ltx.txid !== before.txid + 1) {
      throw new Error(`LiteFS stands at ${ltx.txid} after ${before.txid} in ${ledger.name}.`)
    }
    if (ltx !== null) this.#ltx.set(ledger.name, ltx)
    this.#last.set(ledger.name, { epoch: this.#epoch, number })
    return ltx
  }

  /** Whether a failed commit certainly does not stand, so that its number may be used again. */
  isUnmoved(ledger: Ledger): boolean {
    if (this.options.ltxPosition === undefined) return true
    const ltx = this.#readLtx(ledger)
    return ltx !== null && ltx.txid === this.#ltx.get(ledger.name)?.txid
  }

  /** null for a database that was just made and has no position yet, or without LiteFS. */
  #readLtx(ledger: Ledger): LtxPosition | null {
    try {
      return this.options.ltxPosition?.(ledger.name) ?? null
    } catch {
      return null
    }
  }
}
