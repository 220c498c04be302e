import { Type } from '@sinclair/typebox'
import { defineJob, defineOperation } from '../../../src/db/operation.ts'
import { limits } from '../limits.ts'

const id = Type.String({ maxLength: 64 })

/** Removes what a client put into the bucket and never said a word about. */
export const sweepDirectUpload = defineJob({ kind: 'media.sweep-direct', input: Type.Object({ id }), attemptsMax: 100 })

/** Before an address is given out: arranges that whatever is put there does not stay for ever. */
export const beginDirectUpload = defineOperation(
  { name: 'media.begin-direct', database: 'shard', repeats: 'natural', input: Type.Object({ id }) },
  (_tx, input, context) => {
    const runAtMs = context.nowMs + limits.presignedS * 1_000 + limits.directGraceMs
    context.enqueue(sweepDirectUpload, input, { key: input.id, runAtMs })
  },
)
