import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const webhookStates = ['active', 'paused', 'stopped'] as const
export type WebhookState = (typeof webhookStates)[number]
export const deliveryStates = ['waiting', 'delivered', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]
export const digestRhythms = ['hour', 'day', 'week', 'never'] as const
export type DigestRhythm = (typeof digestRhythms)[number]

export const webhook = sqliteTable('webhook', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  url: text('url').notNull(),
  name: text('name').notNull(),
  events: text('events').notNull(),
  state: text('state', { enum: webhookStates }).notNull(),
  stoppedBecause: text('stopped_because'),
  generation: integer('generation').notNull(),
  formerUntilMs: integer('former_until_ms').notNull(),
  afterRow: integer('after_row').notNull(),
  createdMs: integer('created_ms').notNull(),
  claimedBy: text('claimed_by'),
  claimedUntilMs: integer('claimed_until_ms').notNull(),
  failures: integer('failures').notNull(),
  failingSinceMs: integer('failing_since_ms'),
  pausedUntilMs: integer('paused_until_ms').notNull(),
})

export const webhookTold = sqliteTable('webhook_told', {
  capsuleId: text('capsule_id').primaryKey(),
  row: integer('row').notNull(),
})

export const webhookDelivery = sqliteTable('webhook_delivery', {
  id: text('id').primaryKey(),
  webhookId: text('webhook_id').notNull(),
  messageId: text('message_id').notNull(),
  type: text('type').notNull(),
  body: text('body').notNull(),
  state: text('state', { enum: deliveryStates }).notNull(),
  attempts: integer('attempts').notNull(),
  dueMs: integer('due_ms').notNull(),
  createdMs: integer('created_ms').notNull(),
})

export const webhookAttempt = sqliteTable(
  'webhook_attempt',
  {
    deliveryId: text('delivery_id').notNull(),
    number: integer('number').notNull(),
    atMs: integer('at_ms').notNull(),
    tookMs: integer('took_ms').notNull(),
    status: integer('status'),
    answer: text('answer').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.number] })],
)

export const digest = sqliteTable(
  'digest',
  {
    organizationId: text('organization_id').notNull(),
    userId: text('user_id').notNull(),
    every: text('every', { enum: digestRhythms }).notNull(),
    leads: integer('leads', { mode: 'boolean' }).notNull(),
    afterRow: integer('after_row').notNull(),
    dueMs: integer('due_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.userId] })],
)
