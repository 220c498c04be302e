import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { Metrics } from './metrics.ts'
import { Statements } from './statements.ts'

const note = sqliteTable('note', { id: integer().primaryKey(), text: text().notNull() })

function setUp(slowMs: number) {
  const sqlite = new Database(':memory:', { strict: true })
  sqlite.run('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT')
  sqlite.run(`INSERT INTO note VALUES (1, 'one'), (2, 'two')`)
  const lines: object[] = []
  const metrics = new Metrics()
  const statements = new Statements({ metrics, slowMs, log: { warn: (fields) => lines.push(fields) } })
  statements.watch(sqlite, 'shard-001')
  return { sqlite, db: drizzle(sqlite), lines, metrics, statements }
}

test('a slow statement leaves its text and plan once a minute, never what was bound to it', () => {
  const { db, lines, metrics, statements } = setUp(0)
  for (const wanted of ['secret-a', 'secret-b']) db.select().from(note).where(eq(note.text, wanted)).all()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ database: 'shard-001', plan: ['SCAN note'] })
  expect(JSON.stringify([lines, statements.slow, statements.top(5)])).not.toContain('secret')
  expect(metrics.valueOf('encapsify_db_slow_queries_total')).toBe(2)
})

test('every way to run a statement is measured once, whoever prepared it', () => {
  const { sqlite, db, lines, metrics, statements } = setUp(1_000)
  const prepared = db.select().from(note).prepare()
  prepared.all()
  prepared.all()
  expect(db.select().from(note).where(eq(note.id, 2)).get()).toEqual({ id: 2, text: 'two' })
  const query = sqlite.query<{ text: string }, []>('SELECT text FROM note ORDER BY id')
  expect(query.all()).toEqual([{ text: 'one' }, { text: 'two' }])
  expect(query.get()).toEqual({ text: 'one' })
  expect(sqlite.query<{ text: string }, []>('SELECT text FROM note ORDER BY id').values()).toEqual([['one'], ['two']])
  expect(metrics.histogramOf('encapsify_db_query_seconds')?.of('shard').count).toBe(6)
  expect(
    statements
      .top(9)
      .map(({ runs }) => runs)
      .toSorted(),
  ).toEqual([1, 2, 3])
  expect(lines).toEqual([])
})

test('explaining a statement lets go of the snapshot in which it ran', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-statements-'))
  const writing = new Database(join(folder, 'a.db'))
  writing.run('PRAGMA journal_mode = WAL')
  writing.run('CREATE TABLE note (id INTEGER PRIMARY KEY)')
  const reading = new Database(join(folder, 'a.db'), { readwrite: true, strict: true })
  new Statements({ metrics: new Metrics(), slowMs: 0, log: { warn: () => {} } }).watch(reading, 'directory')
  const count = reading.query<{ n: number }, [number]>('SELECT count(*) AS n FROM note WHERE id <> ?')
  for (let n = 0; n < 3; n++) {
    reading.run('BEGIN')
    expect(count.get(99)?.n).toBe(n)
    reading.run('COMMIT')
    writing.run('INSERT INTO note DEFAULT VALUES')
  }
  reading.close()
  writing.close()
  rmSync(folder, { recursive: true })
})
