import { Database } from 'bun:sqlite'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

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
    if (sqlite.query("SELECT 1 FROM sqlite_schema WHERE name = 'commits'").get() === null) return []
    const last = sqlite
      .query<{ others: string }, []>('SELECT others FROM commits ORDER BY epoch DESC, number DESC LIMIT 1')
      .get()
    const others = JSON.parse(last?.others ?? '{}') as Record<string, number>
    return Object.keys(others).filter((name) => (others[name] ?? 0) > 0)
  } finally {
    sqlite.close()
  }
}
