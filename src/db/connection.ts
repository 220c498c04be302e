import { Database } from 'bun:sqlite'

export type Durability =
  /** Alone on a disk: every commit is synced before it is acknowledged. */
  | 'disk'
  /** On LiteFS, which syncs at commit by itself. */
  | 'litefs'

/**
 * Opens a database for writing. One process only may do so.
 * `cache_spill = off` is life or death on LiteFS: a transaction that spills after a rolled-back savepoint grew the file
 * makes LiteFS exit after COMMIT returned.
 */
export function openForWriting(path: string, durability: Durability): Database {
  const sqlite = new Database(path, { create: true, readwrite: true, strict: true })
  sqlite.run('PRAGMA busy_timeout = 5000')
  if (path !== ':memory:') sqlite.run('PRAGMA journal_mode = WAL')
  sqlite.run(`PRAGMA synchronous = ${durability === 'disk' ? 'FULL' : 'NORMAL'}`)
  sqlite.run('PRAGMA cache_spill = off')
  sqlite.run('PRAGMA foreign_keys = on')
  sqlite.run('PRAGMA temp_store = memory')
  sqlite.run('PRAGMA cache_size = -32768')
  return sqlite
}

/** Opens a database for reading. `query_only` makes a write through it an error rather than a second writer. */
export function openForReading(path: string): Database {
  const sqlite = new Database(path, { readwrite: true, strict: true })
  sqlite.run('PRAGMA busy_timeout = 5000')
  sqlite.run('PRAGMA query_only = on')
  sqlite.run('PRAGMA temp_store = memory')
  sqlite.run('PRAGMA cache_size = -16384')
  return sqlite
}

/**
 * Holds a data folder for one writing process. The lock is SQLite's own, so a killed process lets go of it.
 * @throws Error when another process holds it.
 */
export function holdFolder(path: string): Database {
  const lock = new Database(path, { create: true, readwrite: true })
  try {
    lock.run('PRAGMA locking_mode = EXCLUSIVE')
    lock.run('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new Error('Another encapsify process is using this data folder. Stop it, or name another with --data.', {
      cause,
    })
  }
  return lock
}
