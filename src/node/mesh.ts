import { type Static, Type } from '@sinclair/typebox'
import { guardKey } from '../cluster/envelope.ts'
import { writeQueueMax } from '../db/write-queue.ts'
import type { AppErrorData } from '../errors.ts'
import type { ClusterConfig } from './config.ts'
import { whisper } from './neighbours.ts'

/** A batch of operations, or its answers: documents have at most 512 KiB. */
export const meshBytesMax = 64 * 1_048_576

const natural = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()])
const call = Type.Object(
  {
    call: natural,
    operation: Type.String({ maxLength: 100 }),
    organizationId: nullable(Type.String({ maxLength: 40 })),
    input: Type.Unknown(),
    operationId: nullable(Type.String({ maxLength: 400 })),
    database: Type.Null(),
    traceparent: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { additionalProperties: false },
)

/** What a node asks the primary to run. */
export const request = Type.Object(
  { id: natural, calls: Type.Array(call, { maxItems: writeQueueMax }) },
  { additionalProperties: false },
)
export type Request = Static<typeof request>
/** All that a node says to the primary's server. */
export const toPrimary = Type.Union([request, whisper])

/** An AppError as data: nodes of one house know the same codes. */
const refusal = Type.Unsafe<AppErrorData>(
  Type.Object({ code: Type.String({ maxLength: 40 }), message: Type.String({ maxLength: 4_096 }) }),
)
const outcome = Type.Union([
  // JSON leaves a result out that is undefined.
  Type.Object({ call: natural, state: Type.Literal('done'), result: Type.Optional(Type.Unknown()) }),
  Type.Object({ call: natural, state: Type.Literal('refused'), error: refusal }),
  Type.Object({ call: natural, state: Type.Literal('failed'), report: Type.String() }),
])
export const reply = Type.Object({
  id: natural,
  /** null: this node is not the primary; nothing was run. */
  outcomes: Type.Union([Type.Array(outcome), Type.Null()]),
  position: Type.Union([Type.Object({ epoch: natural, number: natural }), Type.Null()]),
})
export type Reply = Static<typeof reply>
/** All that the primary's server says to a node. */
export const toNode = Type.Union([reply, whisper])

/** The key of the servers' messages; guards have another. */
export function meshKey({ secret, name }: ClusterConfig): Buffer {
  return guardKey(secret, `mesh of ${name}`)
}
