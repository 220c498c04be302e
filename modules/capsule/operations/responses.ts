import { Type } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { defineOperation, statement } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { answersKey, versionKey } from '../document/counted.ts'
import { limits } from '../document/limits.ts'
import { responsesReceived } from '../events.ts'
import { response, responseLink, responseOnce, responseTotal } from '../schema.ts'
import { capsuleRow } from './rows.ts'

const at = sql.placeholder
const known = statement((tx) =>
  tx
    .select({ version: response.version, block: response.block, value: response.value })
    .from(response)
    .where(and(eq(response.capsuleId, at('capsuleId')), eq(response.id, at('id'))))
    .prepare(),
)
const store = statement((tx) =>
  tx
    .insert(response)
    .values({
      capsuleId: at('capsuleId'),
      id: at('id'),
      version: at('version'),
      block: at('block'),
      value: at('value'),
      visitor: at('visitor'),
      atMs: at('atMs'),
      link: at('link'),
    })
    .prepare(),
)
const claim = statement((tx) =>
  tx
    .insert(responseOnce)
    .values({ capsuleId: at('capsuleId'), block: at('block'), visitor: at('visitor'), responseId: at('id') })
    .onConflictDoNothing()
    .returning({ responseId: responseOnce.responseId })
    .prepare(),
)
const count = statement((tx) =>
  tx
    .insert(responseTotal)
    .values({ capsuleId: at('capsuleId'), block: at('block'), choice: at('choice'), count: 1 })
    .onConflictDoUpdate({
      target: [responseTotal.capsuleId, responseTotal.block, responseTotal.choice],
      set: { count: sql`${responseTotal.count} + 1` },
    })
    .prepare(),
)

const countLink = statement((tx) =>
  tx
    .insert(responseLink)
    .values({ capsuleId: at('capsuleId'), link: at('link'), answers: 1 })
    .onConflictDoUpdate({
      target: [responseLink.capsuleId, responseLink.link],
      set: { answers: sql`${responseLink.answers} + 1` },
    })
    .prepare(),
)

/**
 * Stores one answer under the id that its client made. The id is its own idempotency key, for ever: the same answer again is
 * `repeated`, whoever the visitor seems to be (who lost the first reply lost the token in it); another answer under it is
 * refused. The caller has checked the answer against the version it answers, which need not be the published one any more: a
 * page that was open may still be answered.
 */
export const submitResponse = defineOperation(
  {
    name: 'capsule.respond',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: Type.String({ maxLength: 64 }),
      id: Type.String({ minLength: 16, maxLength: 64 }),
      version: Type.Integer({ minimum: 1 }),
      block: Type.String({ maxLength: 64 }),
      value: Type.String(),
      visitor: Type.String({ maxLength: 64 }),
      /** The share link by which the visitor had come. */
      link: Type.Optional(Type.String({ maxLength: 64 })),
      once: Type.Boolean(),
      /** What is counted of it (document/counted.ts). */
      counted: Type.Array(Type.String({ maxLength: 2 * limits.idLengthMax + 1 })),
    }),
  },
  (tx, input, context): { repeated: boolean } => {
    const { capsuleId, id, version, block, value, visitor } = input
    const earlier = known(tx).get({ capsuleId, id })
    if (earlier !== undefined) {
      if (earlier.version === version && earlier.block === block && earlier.value === value) return { repeated: true }
      throw new AppError('conflict', 'This id was used for another answer.', {
        faults: [{ pointer: '/id', message: 'was used for another answer' }],
      })
    }
    const { state } = capsuleRow(tx, context.organizationId, capsuleId)
    if (state === 'archived') throw new AppError('gone', 'This capsule is archived; it takes no more answers.')
    if (state !== 'published') throw new AppError('not-found', 'This capsule takes no answers now.')
    if (input.once && claim(tx).get({ capsuleId, block, visitor, id }) === undefined) {
      throw new AppError('conflict', 'You have answered this already; it takes one answer a visitor.', {
        faults: [{ pointer: '/block', message: 'is answered already' }],
      })
    }
    store(tx).run({ capsuleId, id, version, block, value, visitor, atMs: context.nowMs, link: input.link ?? null })
    count(tx).run({ capsuleId, block, choice: answersKey })
    count(tx).run({ capsuleId, block, choice: versionKey(version) })
    if (input.link !== undefined) countLink(tx).run({ capsuleId, link: input.link })
    for (const choice of input.counted) count(tx).run({ capsuleId, block, choice })
    context.announce(responsesReceived, capsuleId, {}, { coalesce: true })
    return { repeated: false }
  },
)
