/**
 * `digest.ts MOUNT`: position and content hash of every database of a mount, as JSON. A process of its own, because a mount
 * whose LiteFS hangs stops whoever reads it.
 */
import { Database } from 'bun:sqlite'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const mount = process.argv[2] ?? ''
const triesMax = 20

const databases = readdirSync(mount).filter((name) => name.endsWith('.db'))
console.log(JSON.stringify(Object.fromEntries(databases.map((name) => [name, digest(join(mount, name))]))))

/** Position and hash belong together: taken anew when the database moved meanwhile. */
function digest(path: string): { position: string; hash: string } {
  for (let tries = 0; tries < triesMax; tries++) {
    const position = positionOf(path)
    const hash = contentOf(path)
    if (positionOf(path) === position) return { position, hash }
  }
  throw new Error(`${path} does not come to rest.`)
}

function positionOf(path: string): string {
  return readFileSync(`${path}-pos`, 'latin1').trim()
}

function contentOf(path: string): string {
  const database = new Database(path, { readonly: true })
  try {
    const hash = new Bun.CryptoHasher('sha256')
    database.run('BEGIN')
    const tables = database
      .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name")
      .all()
    for (const { name } of tables) {
      hash.update(`\n${name}\n`)
      const quoted = `"${name.replaceAll('"', '""')}"`
      // Rows have no order of their own: each is hashed, and the hashes are sorted.
      const rows = database.query(`SELECT * FROM ${quoted}`).values()
      for (const row of rows.map(rowHash).toSorted()) hash.update(row)
    }
    const check = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check(1)').get()
    return check?.integrity_check === 'ok' ? hash.digest('hex') : `damaged: ${check?.integrity_check}`
  } finally {
    database.close()
  }
}

function rowHash(row: readonly unknown[]): string {
  const plain = row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value))
  return Bun.hash(JSON.stringify(plain)).toString(16)
}
