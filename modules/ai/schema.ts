import { blob, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const policy = sqliteTable(
  'ai_policy',
  {
    organizationId: text('organization_id').notNull(),
    scope: text('scope').notNull(),
    dayNano: integer('day_nano'),
    monthNano: integer('month_nano'),
    requestsPerMinute: integer('requests_per_minute'),
    tokensPerMinute: integer('tokens_per_minute'),
    models: text('models'),
    cacheTtlS: integer('cache_ttl_s').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.scope] })],
)

export const spend = sqliteTable(
  'ai_spend',
  {
    organizationId: text('organization_id').notNull(),
    scope: text('scope').notNull(),
    period: text('period').notNull(),
    spentNano: integer('spent_nano').notNull(),
    outNano: integer('out_nano').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.scope, table.period] })],
)

export const tranche = sqliteTable(
  'ai_tranche',
  {
    organizationId: text('organization_id').notNull(),
    scope: text('scope').notNull(),
    node: text('node').notNull(),
    day: text('day').notNull(),
    amountNano: integer('amount_nano').notNull(),
    expiresMs: integer('expires_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.scope, table.node, table.day] })],
)

export const usage = sqliteTable('ai_usage', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  atMs: integer('at_ms').notNull(),
  keyId: text('key_id').notNull(),
  capsuleId: text('capsule_id').notNull(),
  alias: text('alias').notNull(),
  provider: text('provider').notNull(),
  model: text('model').notNull(),
  inputTokens: integer('input_tokens').notNull(),
  outputTokens: integer('output_tokens').notNull(),
  costNano: integer('cost_nano').notNull(),
  estimated: integer('estimated', { mode: 'boolean' }).notNull(),
  outcome: text('outcome').notNull(),
  tookMs: integer('took_ms').notNull(),
  purpose: text('purpose').notNull(),
})

export const usageHour = sqliteTable(
  'ai_usage_hour',
  {
    organizationId: text('organization_id').notNull(),
    hourMs: integer('hour_ms').notNull(),
    keyId: text('key_id').notNull(),
    capsuleId: text('capsule_id').notNull(),
    alias: text('alias').notNull(),
    requests: integer('requests').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    costNano: integer('cost_nano').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.hourMs, table.keyId, table.capsuleId, table.alias] })],
)

export const audit = sqliteTable('ai_audit', {
  row: integer('row').primaryKey({ autoIncrement: true }),
  organizationId: text('organization_id').notNull(),
  atMs: integer('at_ms').notNull(),
  actor: text('actor').notNull(),
  subject: text('subject').notNull(),
  before: text('before').notNull(),
  after: text('after').notNull(),
})

export const provider = sqliteTable('ai_provider', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  name: text('name').notNull(),
  kind: text('kind', { enum: ['openai', 'anthropic', 'gemini'] }).notNull(),
  url: text('url').notNull(),
  keySealed: text('key_sealed').notNull(),
  keyEnding: text('key_ending').notNull(),
  models: text('models').notNull(),
  chat: text('chat'),
  embeddings: text('embeddings'),
  setBy: text('set_by').notNull(),
  createdMs: integer('created_ms').notNull(),
  updatedMs: integer('updated_ms').notNull(),
})

export const chat = sqliteTable('ai_chat', {
  capsuleId: text('capsule_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  settings: text('settings').notNull(),
})

export const index = sqliteTable('ai_index', {
  capsuleId: text('capsule_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  version: integer('version').notNull(),
  passages: integer('passages').notNull(),
  words: integer('words').notNull(),
})

export const passage = sqliteTable('ai_passage', {
  row: integer('row').primaryKey({ autoIncrement: true }),
  capsuleId: text('capsule_id').notNull(),
  version: integer('version').notNull(),
  number: integer('number').notNull(),
  page: text('page').notNull(),
  block: text('block').notNull(),
  heading: text('heading').notNull(),
  text: text('text').notNull(),
  words: integer('words').notNull(),
})

export const conversation = sqliteTable('ai_conversation', {
  id: text('id').primaryKey(),
  capsuleId: text('capsule_id').notNull(),
  visitor: text('visitor').notNull(),
  turns: integer('turns').notNull(),
  createdMs: integer('created_ms').notNull(),
  updatedMs: integer('updated_ms').notNull(),
})

export const turn = sqliteTable(
  'ai_turn',
  {
    conversationId: text('conversation_id').notNull(),
    id: text('id').notNull(),
    number: integer('number').notNull(),
    question: text('question').notNull(),
    answer: text('answer').notNull(),
    source: text('source').notNull(),
    citations: text('citations').notNull(),
    rating: integer('rating'),
    atMs: integer('at_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.number] })],
)

export const lead = sqliteTable('ai_lead', {
  conversationId: text('conversation_id').primaryKey(),
  capsuleId: text('capsule_id').notNull(),
  email: text('email').notNull(),
  atMs: integer('at_ms').notNull(),
})

export const vector = sqliteTable(
  'ai_vector',
  {
    capsuleId: text('capsule_id').notNull(),
    version: integer('version').notNull(),
    number: integer('number').notNull(),
    model: text('model').notNull(),
    vector: blob('vector', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.version, table.number, table.model] })],
)
