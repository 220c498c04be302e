import { type Static, Type } from '@sinclair/typebox'
import { and, eq } from 'drizzle-orm'
import { defineOperation } from '../../../src/db/operation.ts'
import { chatChanged, policyChanged } from '../events.ts'
import { audit, chat, policy } from '../schema.ts'

const id = Type.String({ maxLength: 64 })
const limit = Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()])

export const policySchema = Type.Object(
  {
    /** Nano-USD; null: no limit. */
    dayNano: limit,
    monthNano: limit,
    requestsPerMinute: limit,
    tokensPerMinute: limit,
    /** The models allowed; null: all. */
    models: Type.Union([Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 }), Type.Null()]),
    /** How long equal requests are answered from memory; 0: never. */
    cacheTtlS: Type.Integer({ minimum: 0, maximum: 604_800 }),
  },
  { additionalProperties: false },
)
export type Policy = Static<typeof policySchema>

export const noPolicy: Policy = {
  dayNano: null,
  monthNano: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  models: null,
  cacheTtlS: 0,
}

export const setPolicy = defineOperation(
  { name: 'ai.set-policy', database: 'shard', input: Type.Object({ scope: id, actor: id, policy: policySchema }) },
  (tx, { scope, actor, policy: next }, context) => {
    const organizationId = context.organizationId ?? ''
    const at = and(eq(policy.organizationId, organizationId), eq(policy.scope, scope))
    const before = tx.select().from(policy).where(at).get()
    const row = { ...next, models: next.models === null ? null : JSON.stringify(next.models) }
    tx.insert(policy)
      .values({ organizationId, scope, ...row })
      .onConflictDoUpdate({ target: [policy.organizationId, policy.scope], set: row })
      .run()
    tx.insert(audit)
      .values({
        organizationId,
        atMs: context.nowMs,
        actor,
        subject: scope,
        before: JSON.stringify(before ?? null),
        after: JSON.stringify(next),
      })
      .run()
    context.announce(policyChanged, scope, {})
  },
)

export const chatSettingsSchema = Type.Object(
  {
    /** Whether the chat answers at all. */
    enabled: Type.Boolean(),
    /** How it speaks, in the owner's words. */
    persona: Type.String({ maxLength: 1_000 }),
    starters: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 8 }),
    /** `refuse`: only what the capsule says; `help`: a general answer is allowed, said to be one. */
    offTopic: Type.Union([Type.Literal('refuse'), Type.Literal('help')]),
    questionsOfVisitorAnHour: Type.Integer({ minimum: 1, maximum: 1_000 }),
    questionsOfCapsuleAnHour: Type.Integer({ minimum: 1, maximum: 100_000 }),
    /**
     * What is offered to whoever found no answer: the capsule's first form (`form`, when not given), to leave an e-mail address
     * in the chat (`email`), or nothing (`never`).
     */
    leads: Type.Optional(Type.Union([Type.Literal('form'), Type.Literal('email'), Type.Literal('never')])),
  },
  { additionalProperties: false },
)
export type GivenChatSettings = Static<typeof chatSettingsSchema>
export type ChatSettings = Required<GivenChatSettings>

export const setChat = defineOperation(
  {
    name: 'ai.set-chat',
    database: 'shard',
    input: Type.Object({ capsuleId: id, actor: id, settings: chatSettingsSchema }),
  },
  (tx, { capsuleId, actor, settings }, context) => {
    const organizationId = context.organizationId ?? ''
    const before = tx.select().from(chat).where(eq(chat.capsuleId, capsuleId)).get()
    const after = JSON.stringify(settings)
    tx.insert(chat)
      .values({ capsuleId, organizationId, settings: after })
      .onConflictDoUpdate({ target: chat.capsuleId, set: { settings: after } })
      .run()
    tx.insert(audit)
      .values({
        organizationId,
        atMs: context.nowMs,
        actor,
        subject: capsuleId,
        before: before?.settings ?? 'null',
        after,
      })
      .run()
    context.announce(chatChanged, capsuleId, {})
  },
)
