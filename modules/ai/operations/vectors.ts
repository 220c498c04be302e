import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../src/db/operation.ts'
import { vector } from '../schema.ts'

/** Vectors of one write: some 2 KB each. */
export const vectorsMax = 32

/** Adds what passages mean; again is nothing. */
export const addVectors = defineOperation(
  {
    name: 'ai.add-vectors',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: Type.String({ maxLength: 64 }),
      version: Type.Integer({ minimum: 0 }),
      model: Type.String({ maxLength: 300 }),
      vectors: Type.Array(
        Type.Object({ number: Type.Integer({ minimum: 0 }), base64: Type.String({ maxLength: 12_000 }) }),
        { maxItems: vectorsMax },
      ),
    }),
  },
  (tx, { capsuleId, version, model, vectors }) => {
    for (const { number, base64 } of vectors) {
      tx.insert(vector)
        .values({ capsuleId, version, number, model, vector: Buffer.from(base64, 'base64') })
        .onConflictDoNothing()
        .run()
    }
  },
)
