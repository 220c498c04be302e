import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { jobOperations } from '../jobs/operations.ts'
import type { WriterModule } from './committer.ts'
import { defineOperation } from './operation.ts'

/** How long a repeated operation id answers as the first did. */
export const resultsKeptMs = 24 * 3_600_000
/** How long a client may be away and still get what it missed; who is longer away reloads. */
export const changesKeptMs = 7 * 24 * 3_600_000

/** Prunes what is too old, a slice at a time, so that no commit waits for it. Returns how many rows went. */
export const prune = defineOperation(
  { name: 'kernel.prune', database: 'directory', input: Type.Object({ rowsMax: Type.Integer({ minimum: 1 }) }) },
  (tx, { rowsMax }, { nowMs }) => {
    const results = tx.all(sql`DELETE FROM operation_result WHERE id IN (
      SELECT id FROM operation_result WHERE at_ms < ${nowMs - resultsKeptMs} LIMIT ${rowsMax}) RETURNING 1`)
    const changes = tx.all(sql`DELETE FROM change WHERE row IN (
      SELECT row FROM change WHERE at_ms < ${nowMs - changesKeptMs} LIMIT ${rowsMax}) RETURNING 1`)
    return results.length + changes.length
  },
)

/** Writes a learner's nonce; the one before it was of an earlier start, and is over. */
export const admit = defineOperation(
  {
    name: 'kernel.admit',
    database: 'directory',
    input: Type.Object({ node: Type.String({ maxLength: 64 }), nonce: Type.String({ maxLength: 64 }) }),
    repeats: 'natural',
  },
  (tx, { node, nonce }, { nowMs }) => {
    tx.run(sql`INSERT INTO guard_nonce (node, nonce, at_ms) VALUES (${node}, ${nonce}, ${nowMs})
      ON CONFLICT DO UPDATE SET nonce = excluded.nonce, at_ms = excluded.at_ms`)
  },
)

export const kernelModule: WriterModule = {
  migrations: { module: 'kernel-operations', directory: [], shard: [] },
  operations: [prune, admit, ...jobOperations],
}
