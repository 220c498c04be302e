/**
 * `point-reads.ts MOUNT`: answers by their row, as fast as the product's reader gives them, and how old the newest commit was that it
 * saw. Turns of the event loop come as they do in a server.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { response } from '../../../modules/capsule/schema.ts'
import { HeldReader } from '../../../src/db/held-reader.ts'
import { statement } from '../../../src/db/operation.ts'

const mount = process.argv[2] ?? ''
const lastsMs = 5_000
const readsATurn = 50

const reader = new HeldReader(
  (database) => join(mount, `${database}.db`),
  () => false,
)
const names = readdirSync(mount).flatMap((file) => (/^shard-\d+\.db$/.test(file) ? [file.slice(0, -'.db'.length)] : []))
const newest = (database: string) =>
  reader.read(database, (tx) =>
    tx.all<{ atMs: number }>(sql`SELECT at_ms AS atMs FROM commits ORDER BY epoch DESC, number DESC LIMIT 1`),
  )[0]?.atMs ?? 0
const database = names.toSorted((a, b) => newest(b) - newest(a))[0] ?? ''
const rows = reader
  .read(database, (tx) => tx.all<{ row: number }>(sql`SELECT row FROM response LIMIT 1000`))
  .map(({ row }) => row)
const byRow = statement((tx) =>
  tx
    .select()
    .from(response)
    .where(eq(response.row, sql.placeholder('row')))
    .prepare(),
)

const startedMs = performance.now()
let reads = 0
let stalestMs = 0
while (performance.now() < startedMs + lastsMs) {
  for (let n = 0; n < readsATurn; n++) {
    const row = rows[(reads + n) % rows.length] ?? 0
    if (reader.read(database, (tx) => byRow(tx).get({ row })) === undefined) throw new Error(`Row ${row} is gone.`)
  }
  reads += readsATurn
  stalestMs = Math.max(stalestMs, Date.now() - newest(database))
  await new Promise(setImmediate)
}
console.log(JSON.stringify({ perSecond: (reads / (performance.now() - startedMs)) * 1_000, stalestMs }))
reader.close()
