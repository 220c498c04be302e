import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const devices = ['phone', 'tablet', 'desktop'] as const
export type Device = (typeof devices)[number]
export const actKinds = ['answer', 'chat', 'click'] as const
export type ActKind = (typeof actKinds)[number]
export const grains = ['minute', 'hour', 'day'] as const
export type Grain = (typeof grains)[number]
/** What figures are told by. */
export const traits = ['all', 'page', 'link', 'source', 'campaign', 'country', 'device'] as const
export type Trait = (typeof traits)[number]

export const visitSalt = sqliteTable('visit_salt', {
  id: integer('id').primaryKey(),
  /** UTC days since 1970. */
  day: integer('day').notNull(),
  salt: text('salt').notNull(),
})

export const visit = sqliteTable('visit', {
  row: integer('row').primaryKey({ autoIncrement: true }),
  capsuleId: text('capsule_id').notNull(),
  visitor: text('visitor').notNull(),
  person: integer('person').notNull(),
  email: text('email'),
  link: text('link').notNull(),
  source: text('source').notNull(),
  campaign: text('campaign').notNull(),
  country: text('country').notNull(),
  device: text('device', { enum: devices }).notNull(),
  begunMs: integer('begun_ms').notNull(),
  lastMs: integer('last_ms').notNull(),
  gone: integer('gone').notNull(),
  page: text('page').notNull(),
  pages: text('pages').notNull(),
  views: integer('views').notNull(),
  ms: integer('ms').notNull(),
  answers: integer('answers').notNull(),
  chats: integer('chats').notNull(),
  clicks: integer('clicks').notNull(),
  firsts: integer('firsts').notNull(),
  score: integer('score').notNull(),
  hot: integer('hot').notNull(),
  excluded: integer('excluded').notNull(),
})

export const visitEvent = sqliteTable(
  'visit_event',
  {
    view: text('view').notNull(),
    n: integer('n').notNull(),
    visit: integer('visit').notNull(),
    kind: text('kind', { enum: ['view', ...actKinds] }).notNull(),
    page: text('page').notNull(),
    detail: text('detail').notNull(),
    atMs: integer('at_ms').notNull(),
    ms: integer('ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.view, table.n] })],
)

export const visitRollup = sqliteTable(
  'visit_rollup',
  {
    capsuleId: text('capsule_id').notNull(),
    grain: text('grain', { enum: grains }).notNull(),
    trait: text('trait', { enum: traits }).notNull(),
    /** UTC minutes, hours or days since 1970. */
    bucket: integer('bucket').notNull(),
    value: text('value').notNull(),
    visits: integer('visits').notNull(),
    visitors: integer('visitors').notNull(),
    views: integer('views').notNull(),
    ms: integer('ms').notNull(),
    engaged: integer('engaged').notNull(),
    acted: integer('acted').notNull(),
    answered: integer('answered').notNull(),
    answers: integer('answers').notNull(),
    chats: integer('chats').notNull(),
    clicks: integer('clicks').notNull(),
    exits: integer('exits').notNull(),
    score: integer('score').notNull(),
    hot: integer('hot').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.grain, table.trait, table.bucket, table.value] })],
)

export const analyticsSetting = sqliteTable('analytics_setting', {
  organizationId: text('organization_id').primaryKey(),
  retentionDays: integer('retention_days').notNull(),
  hotScore: integer('hot_score').notNull(),
})
