import { Type } from '@sinclair/typebox'
import { and, eq, sql } from 'drizzle-orm'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { eventTypes } from '../events.ts'
import { limits } from '../limits.ts'
import { webhook, webhookAttempt, webhookDelivery } from '../schema.ts'
import { deliverWebhook, forgetDeliveries } from './jobs.ts'

const id = Type.String({ maxLength: 64 })
const url = Type.String({ minLength: 1, maxLength: limits.urlLengthMax })
const name = Type.String({ minLength: 1, maxLength: 100 })
const events = Type.Array(Type.Union(eventTypes.map((one) => Type.Literal(one))), { minItems: 1, uniqueItems: true })

/** The organization's own, or the error that says there is none: another's does not exist. */
export function ownWebhook(tx: Tx, organizationId: string | null, webhookId: string) {
  const own = and(eq(webhook.id, webhookId), eq(webhook.organizationId, organizationId ?? ''))
  const row = tx.select().from(webhook).where(own).get()
  if (row === undefined) throw new AppError('not-found', 'There is no such webhook.')
  return row
}

export const addWebhook = defineOperation(
  {
    name: 'webhooks.add',
    database: 'shard',
    input: Type.Object({ id, url, name, events, afterRow: Type.Integer({ minimum: 0 }) }),
  },
  (tx, input, { organizationId, nowMs }) => {
    const mine = eq(webhook.organizationId, organizationId ?? '')
    const count = tx.select({ count: sql<number>`count(*)` }).from(webhook).where(mine).get()?.count ?? 0
    if (count >= limits.perOrganizationMax) {
      throw new AppError('conflict', `An organization has at most ${limits.perOrganizationMax} webhooks.`)
    }
    tx.insert(webhook)
      .values({
        id: input.id,
        organizationId: organizationId ?? '',
        url: input.url,
        name: input.name,
        events: JSON.stringify(input.events),
        state: 'active',
        generation: 1,
        formerUntilMs: 0,
        afterRow: input.afterRow,
        createdMs: nowMs,
        claimedUntilMs: 0,
        failures: 0,
        pausedUntilMs: 0,
      })
      .run()
  },
)

/** What is given is changed. Active again, it begins with a clean record, and with what waited. */
export const changeWebhook = defineOperation(
  {
    name: 'webhooks.change',
    database: 'shard',
    input: Type.Object({
      id,
      url: Type.Optional(url),
      name: Type.Optional(name),
      events: Type.Optional(events),
      state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('paused')])),
      /** Where answers stand now: activated, it is told of what comes then. */
      afterRow: Type.Integer({ minimum: 0 }),
    }),
  },
  (tx, { id, events, afterRow, ...fields }, context) => {
    const { state } = ownWebhook(tx, context.organizationId, id)
    const begins = fields.state === 'active' && state !== 'active'
    tx.update(webhook)
      .set({
        ...fields,
        ...(events !== undefined && { events: JSON.stringify(events) }),
        ...(fields.state !== undefined && { stoppedBecause: null }),
        ...(begins && { afterRow }),
        ...((begins || fields.url !== undefined) && { failures: 0, failingSinceMs: null, pausedUntilMs: 0 }),
      })
      .where(eq(webhook.id, id))
      .run()
    if (begins || fields.url !== undefined) context.enqueue(deliverWebhook, { webhookId: id }, { key: id })
  },
)

/** Another secret signs from now on; for a while the former one does too. Again within that while, it is the only former one. */
export const rotateSecret = defineOperation(
  { name: 'webhooks.rotate', database: 'shard', input: Type.Object({ id }) },
  (tx, { id }, { organizationId, nowMs }): { generation: number } => {
    const generation = ownWebhook(tx, organizationId, id).generation + 1
    const formerUntilMs = nowMs + limits.rotationMs
    tx.update(webhook).set({ generation, formerUntilMs }).where(eq(webhook.id, id)).run()
    return { generation }
  },
)

export const removeWebhook = defineOperation(
  { name: 'webhooks.remove', database: 'shard', input: Type.Object({ id }) },
  (tx, { id }, context) => {
    ownWebhook(tx, context.organizationId, id)
    tx.delete(webhook).where(eq(webhook.id, id)).run()
    context.enqueue(forgetDeliveries, { webhookId: id })
  },
)

/** What a removed webhook leaves goes in slices, so that no operation holds the writer for long. */
export const forgetSlice = defineOperation(
  { name: 'webhooks.forget', database: 'shard', repeats: 'natural', input: Type.Object({ webhookId: id }) },
  (tx, { webhookId }): { left: boolean } => {
    const slice = sql`SELECT id FROM webhook_delivery WHERE webhook_id = ${webhookId} LIMIT ${rowsPerSlice}`
    tx.delete(webhookAttempt).where(sql`${webhookAttempt.deliveryId} IN (${slice})`).run()
    const gone = tx.delete(webhookDelivery).where(sql`${webhookDelivery.id} IN (${slice})`).returning().all()
    return { left: gone.length === rowsPerSlice }
  },
)
const rowsPerSlice = 300
