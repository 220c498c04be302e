import type { Database } from 'bun:sqlite'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CommitRow, readCommitRows } from '../db/commits.ts'
import { openForReading } from '../db/connection.ts'
import type { Position } from '../db/position.ts'
import { prefixOf } from './prefix.ts'

/**
 * This node's prefix (G7), read from the databases in LiteFS' mount now. They are read one after the other: whatever arrives
 * meanwhile can only raise it. Their connections stay open between readings, without a transaction: on LiteFS opening one
 * costs many times more than a reading, and a handoff waits for two readings.
 */
export class PrefixReader {
  readonly #open = new Map<string, Database>()

  constructor(private readonly folder: string) {}

  /** @throws Error when a database cannot be read: then nobody may be told a position (G16). */
  read(): Position {
    const databases = new Map<string, readonly CommitRow[]>()
    try {
      for (const file of readdirSync(this.folder)) {
        if (file.endsWith('.db')) databases.set(file.slice(0, -'.db'.length), readCommitRows(this.#connection(file)))
      }
    } catch (error) {
      this.close()
      throw error
    }
    return prefixOf(databases)
  }

  /** G34: whether the nonce's row has arrived. @throws Error when it cannot be looked for. */
  holdsNonce(node: string, nonce: string): boolean {
    const asked = this.#connection('directory.db').query('SELECT 1 FROM guard_nonce WHERE node = ? AND nonce = ?')
    return asked.get(node, nonce) !== null
  }

  close(): void {
    for (const sqlite of this.#open.values()) sqlite.close()
    this.#open.clear()
  }

  #connection(file: string): Database {
    const known = this.#open.get(file)
    if (known !== undefined) return known
    const sqlite = openForReading(join(this.folder, file))
    this.#open.set(file, sqlite)
    return sqlite
  }
}
