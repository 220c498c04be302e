import { Type } from '@sinclair/typebox'
import { and, asc, eq, lt, lte, ne, sql } from 'drizzle-orm'
import { newId, type OrganizationId } from '../../../src/db/ids.ts'
import { defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { webhook, webhookAttempt, webhookDelivery, webhookTold } from '../schema.ts'
import { deliverWebhook, tellStopped } from './jobs.ts'
import { ownWebhook } from './webhooks.ts'

const id = Type.String({ maxLength: 64 })
const message = Type.Object({
  id: Type.String({ maxLength: 128 }),
  type: Type.String({ maxLength: 64 }),
  body: Type.String({ maxLength: 400_000 }),
})

/** Answers of one capsule are told of: each once, whoever tells first. Nothing happens when others told of them meanwhile. */
export const tellAnswers = defineOperation(
  {
    name: 'webhooks.tell-answers',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({
      capsuleId: id,
      /** Where the telling stood; `row` of the last one is where it stands then. */
      after: Type.Integer({ minimum: 0 }),
      answers: Type.Array(Type.Composite([message, Type.Object({ row: Type.Integer() })]), {
        maxItems: limits.answersPerTelling,
      }),
    }),
  },
  (tx, { capsuleId, after, answers }, context) => {
    const told = tx.select().from(webhookTold).where(eq(webhookTold.capsuleId, capsuleId)).get()
    const last = answers.at(-1)
    if ((told !== undefined && told.row !== after) || last === undefined) return
    tx.insert(webhookTold)
      .values({ capsuleId, row: last.row })
      .onConflictDoUpdate({ target: webhookTold.capsuleId, set: { row: last.row } })
      .run()
    for (const hook of listeners(tx, context, 'response.created')) {
      for (const { row, ...answer } of answers) if (row > hook.afterRow) queue(tx, hook.id, answer, context)
    }
  },
)

/** A capsule is gone for ever: so is how far its answers were told. */
export const forgetCapsule = defineOperation(
  { name: 'webhooks.forget-capsule', database: 'shard', repeats: 'natural', input: Type.Object({ capsuleId: id }) },
  (tx, { capsuleId }) => void tx.delete(webhookTold).where(eq(webhookTold.capsuleId, capsuleId)).run(),
)

/** A fact for every webhook that wants it, or for one. Its id makes a repetition harmless. */
export const tellMessage = defineOperation(
  {
    name: 'webhooks.tell',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ message, webhookId: Type.Optional(id) }),
  },
  (tx, { message, webhookId }, context) => {
    const hooks =
      webhookId === undefined
        ? listeners(tx, context, message.type)
        : [ownWebhook(tx, context.organizationId, webhookId)]
    for (const hook of hooks) queue(tx, hook.id, message, context)
  },
)

function listeners(tx: Tx, { organizationId }: OperationContext, type: string) {
  const mine = and(eq(webhook.organizationId, organizationId ?? ''), eq(webhook.state, 'active'))
  const hooks = tx.select().from(webhook).where(mine).all()
  return hooks.filter(({ events }) => (JSON.parse(events) as string[]).includes(type))
}

type Message = (typeof message)['static']

function queue(tx: Tx, webhookId: string, message: Message, context: OperationContext): void {
  const { nowMs } = context
  tx.insert(webhookDelivery)
    .values({
      id: newId('whd', context.organizationId as OrganizationId, nowMs),
      webhookId,
      messageId: message.id,
      type: message.type,
      body: message.body,
      state: 'waiting',
      attempts: 0,
      dueMs: nowMs,
      createdMs: nowMs,
    })
    .onConflictDoNothing()
    .run()
  context.enqueue(deliverWebhook, { webhookId }, { key: webhookId })
}

/** Sends one delivery again, by its schedule from the beginning. */
export const redeliver = defineOperation(
  { name: 'webhooks.redeliver', database: 'shard', input: Type.Object({ webhookId: id, deliveryId: id }) },
  (tx, { webhookId, deliveryId }, context) => {
    const { state } = ownWebhook(tx, context.organizationId, webhookId)
    if (state !== 'active') throw new AppError('conflict', 'This webhook is not active: activate it first.')
    const again = tx
      .update(webhookDelivery)
      .set({ state: 'waiting', attempts: 0, dueMs: context.nowMs })
      .where(and(eq(webhookDelivery.id, deliveryId), eq(webhookDelivery.webhookId, webhookId)))
      .returning({ id: webhookDelivery.id })
      .get()
    if (again === undefined) throw new AppError('not-found', 'There is no such delivery.')
    tx.update(webhook).set({ pausedUntilMs: 0 }).where(eq(webhook.id, webhookId)).run()
    context.enqueue(deliverWebhook, { webhookId }, { key: webhookId })
  },
)

/** What a sender takes: everything it needs, so that nothing is read after it. */
export interface Claim {
  readonly hook: { readonly url: string; readonly generation: number; readonly formerUntilMs: number }
  readonly deliveries: readonly { readonly id: string; readonly messageId: string; readonly body: string }[]
}

const result = Type.Object({
  deliveryId: id,
  atMs: Type.Integer(),
  tookMs: Type.Integer({ minimum: 0 }),
  status: Type.Union([Type.Integer(), Type.Null()]),
  answer: Type.String({ maxLength: 2 * limits.answerBytesMax }),
})
export type DeliveryResult = (typeof result)['static']

/**
 * Writes down what came of the last claim and takes what is due next, in one step: what is queued meanwhile is seen by this
 * one or begins a job of its own. Nothing due, or another sender under way: null.
 */
export const claimDeliveries = defineOperation(
  {
    name: 'webhooks.claim',
    database: 'shard',
    repeats: 'natural',
    input: Type.Object({ webhookId: id, sender: id, results: Type.Array(result) }),
  },
  (tx, { webhookId, sender, results }, context): Claim | null => {
    const { nowMs } = context
    const before = tx.select().from(webhook).where(eq(webhook.id, webhookId)).get()
    if (before === undefined) return null
    if (before.claimedBy !== null && before.claimedBy !== sender && before.claimedUntilMs > nowMs) {
      return later(webhookId, before.claimedUntilMs, context)
    }
    for (const one of results) settle(tx, one, nowMs)
    const hook = results.length === 0 ? before : judge(tx, before, results, context)
    const isDue = hook.state === 'active' && hook.pausedUntilMs <= nowMs
    const deliveries = isDue ? dueOf(tx, webhookId, hook.failures > 0 ? 1 : limits.deliveriesPerClaim, nowMs) : []
    const claimed = deliveries.length > 0
    tx.update(webhook)
      .set({ claimedBy: claimed ? sender : null, claimedUntilMs: claimed ? nowMs + limits.claimMs : 0 })
      .where(eq(webhook.id, webhookId))
      .run()
    if (claimed) return { hook, deliveries }
    prune(tx, webhookId, context)
    const [next] = tx.all<{ due: number | null }>(
      sql`SELECT min(due_ms) AS due FROM webhook_delivery WHERE webhook_id = ${webhookId} AND state = 'waiting'`,
    )
    if (hook.state !== 'active' || next?.due == null) return null
    return later(webhookId, Math.max(next.due, hook.pausedUntilMs, nowMs), context)
  },
)

function later(webhookId: string, runAtMs: number, context: OperationContext): null {
  context.enqueue(deliverWebhook, { webhookId }, { key: `${webhookId}:${runAtMs}`, runAtMs })
  return null
}

function dueOf(tx: Tx, webhookId: string, limit: number, nowMs: number) {
  const { id, messageId, body } = webhookDelivery
  const due = and(
    eq(webhookDelivery.webhookId, webhookId),
    eq(webhookDelivery.state, 'waiting'),
    lte(webhookDelivery.dueMs, nowMs),
  )
  return tx
    .select({ id, messageId, body })
    .from(webhookDelivery)
    .where(due)
    .orderBy(asc(webhookDelivery.dueMs), asc(id))
    .limit(limit)
    .all()
}

const received = ({ status }: DeliveryResult) => status !== null && status >= 200 && status < 300

function settle(tx: Tx, result: DeliveryResult, nowMs: number): void {
  const { deliveryId, atMs, tookMs, status, answer } = result
  const row = tx.select().from(webhookDelivery).where(eq(webhookDelivery.id, deliveryId)).get()
  if (row?.state !== 'waiting') return
  const number = sql<number>`(SELECT coalesce(max(number), 0) + 1 FROM webhook_attempt WHERE delivery_id = ${deliveryId})`
  tx.insert(webhookAttempt).values({ deliveryId, number, atMs, tookMs, status, answer }).run()
  const attempts = row.attempts + 1
  const retryMs = limits.retryAfterMs[attempts - 1]
  const next = received(result)
    ? { state: 'delivered' as const }
    : retryMs === undefined
      ? { state: 'failed' as const }
      : { dueMs: nowMs + retryMs }
  tx.update(webhookDelivery)
    .set({ attempts, ...next })
    .where(eq(webhookDelivery.id, deliveryId))
    .run()
}

/** What the receiver's answers say of it: well, failing, or to be stopped. */
function judge(
  tx: Tx,
  hook: typeof webhook.$inferSelect,
  results: readonly DeliveryResult[],
  context: OperationContext,
) {
  const { nowMs } = context
  const succeeded = results.some(received)
  const failures = succeeded ? 0 : hook.failures + results.length
  const failingSinceMs = succeeded ? null : (hook.failingSinceMs ?? nowMs)
  const over = failures - limits.failuresBeforePause
  const pauseMs = over < 0 ? 0 : Math.min(1_000 * 2 ** Math.min(over, 20), limits.pauseMsMax)
  const because = results.some(({ status }) => status === 410)
    ? 'The receiver says that it is gone (410).'
    : failingSinceMs !== null && nowMs - failingSinceMs >= limits.failingMsMax
      ? 'Nothing was received for three days.'
      : undefined
  const after = { ...hook, failures, failingSinceMs, pausedUntilMs: nowMs + pauseMs }
  if (because !== undefined && hook.state === 'active') {
    after.state = 'stopped'
    after.stoppedBecause = because
    context.enqueue(tellStopped, { webhookId: hook.id, because })
  }
  const { state, stoppedBecause, pausedUntilMs } = after
  tx.update(webhook)
    .set({ failures, failingSinceMs, pausedUntilMs, state, stoppedBecause })
    .where(eq(webhook.id, hook.id))
    .run()
  return after
}

const prunedPerClaim = 200

/** What nobody needs any more goes, some of it each time. Ids begin with their time, so the old ones stand first. */
function prune(tx: Tx, webhookId: string, { nowMs, organizationId }: OperationContext): void {
  const oldest = newId('whd', organizationId as OrganizationId, nowMs - limits.keptMs).slice(0, idTimeLength)
  const old = and(
    eq(webhookDelivery.webhookId, webhookId),
    lt(webhookDelivery.id, oldest),
    ne(webhookDelivery.state, 'waiting'),
  )
  const rows = tx.select({ id: webhookDelivery.id }).from(webhookDelivery).where(old).limit(prunedPerClaim).all()
  for (const { id } of rows) {
    tx.delete(webhookAttempt).where(eq(webhookAttempt.deliveryId, id)).run()
    tx.delete(webhookDelivery).where(eq(webhookDelivery.id, id)).run()
  }
}

/** Of an id: its prefix and its time (src/db/ids.ts). */
const idTimeLength = 'whd_'.length + 9
