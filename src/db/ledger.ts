import type { Database } from 'bun:sqlite'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import type { DatabaseKind, Tx } from './operation.ts'

/** One open database of the writer, with the statements that every commit needs, prepared once. */
export class Ledger {
  readonly tx: Tx
  readonly #statements

  constructor(
    readonly name: string,
    readonly kind: DatabaseKind,
    readonly sqlite: Database,
  ) {
    this.tx = drizzle(sqlite)
    this.#statements = {
      begin: sqlite.query('BEGIN IMMEDIATE'),
      commit: sqlite.query('COMMIT'),
      rollback: sqlite.query('ROLLBACK'),
      savepoint: sqlite.query('SAVEPOINT operation'),
      release: sqlite.query('RELEASE operation'),
      undo: sqlite.query('ROLLBACK TO operation'),
    }
  }

  begin(): void {
    this.#statements.begin.run()
  }

  commit(): void {
    this.#statements.commit.run()
  }

  /** Leaves no transaction behind, whatever SQLite has already rolled back by itself. */
  rollback(): void {
    if (this.sqlite.inTransaction) this.#statements.rollback.run()
  }

  savepoint(): void {
    this.#statements.savepoint.run()
  }

  release(): void {
    this.#statements.release.run()
  }

  /** Undoes the operation's own work and nothing else of the batch. */
  undo(): void {
    this.#statements.undo.run()
    this.#statements.release.run()
  }
}
