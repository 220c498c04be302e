import { Type } from '@sinclair/typebox'
import { aiMigrations } from '../../modules/ai/migrations.ts'
import { aiOperations } from '../../modules/ai/operations.ts'
import { defineOperation } from '../../src/db/operation.ts'
import { serveWriter } from '../../src/db/writer-worker.ts'

/** The writer of the proxy that is measured: what the AI writes, and a way to place its organization. */
export const placeBenchmarked = defineOperation(
  { name: 'benchmark.place', database: 'directory', input: Type.Object({}) },
  (_tx, _input, context) => {
    if (context.organizationId !== null) context.place(context.organizationId)
  },
)

if (!Bun.isMainThread) {
  serveWriter([
    { migrations: { module: 'benchmark', directory: [], shard: [] }, operations: [placeBenchmarked] },
    { migrations: aiMigrations, operations: aiOperations },
  ])
}
