import { Database } from 'bun:sqlite'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readCommitRows } from './commits.ts'

/**
 * Sees that no database of a folder has been left behind (by a copy, a restore): one that is not there would be made anew,
 * empty, and what it held would seem never to have been. The directory's newest commit tells of every other database that has
 * commits.
 * @throws Error with one line that names what is missing.
 */
export function checkWhole(folder: string): void {
  const directory = join(folder, 'directory.db')
  const missing = existsSync(directory)
    ? told(directory).filter((name) => !existsSync(join(folder, `${name}.db`)))
    : readdirSync(folder).some((name) => /^shard-\d+\.db$/.test(name))
      ? ['directory']
      : []
  if (missing.length === 0) return
  throw new Error(
    `${missing.map((name) => `${name}.db`).join(', ')} is missing beside the others. Restore it from a backup before you start again.`,
  )
}

/** The databases of which the directory's newest commit tells. */
function told(path: string): string[] {
  const sqlite = new Database(path, { readwrite: true })
  try {
    sqlite.run('PRAGMA query_only = on')
    const others = readCommitRows(sqlite).at(-1)?.others ?? {}
    return Object.keys(others).filter((name) => (others[name]?.number ?? 0) > 0)
  } finally {
    sqlite.close()
  }
}
