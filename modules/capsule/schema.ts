import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const capsuleStates = ['draft', 'published', 'archived', 'deleted'] as const
export type CapsuleState = (typeof capsuleStates)[number]

export const capsule = sqliteTable('capsule', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  title: text('title').notNull(),
  search: text('search').notNull(),
  slug: text('slug').notNull(),
  state: text('state', { enum: capsuleStates }).notNull(),
  stateBefore: text('state_before', { enum: ['draft', 'published', 'archived'] }),
  publishedVersion: integer('published_version'),
  lastVersion: integer('last_version').notNull(),
  createdMs: integer('created_ms').notNull(),
  updatedMs: integer('updated_ms').notNull(),
})

export const draft = sqliteTable('draft', {
  capsuleId: text('capsule_id').primaryKey(),
  revision: integer('revision').notNull(),
  document: text('document').notNull(),
})

export const version = sqliteTable(
  'version',
  {
    capsuleId: text('capsule_id').notNull(),
    number: integer('number').notNull(),
    document: text('document').notNull(),
    hash: text('hash').notNull(),
    publishedMs: integer('published_ms').notNull(),
    publishedBy: text('published_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.number] })],
)

export const slugRedirect = sqliteTable(
  'slug_redirect',
  {
    organizationId: text('organization_id').notNull(),
    slug: text('slug').notNull(),
    capsuleId: text('capsule_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.slug] })],
)

export const response = sqliteTable('response', {
  row: integer('row').primaryKey({ autoIncrement: true }),
  capsuleId: text('capsule_id').notNull(),
  id: text('id').notNull(),
  version: integer('version').notNull(),
  block: text('block').notNull(),
  value: text('value').notNull(),
  visitor: text('visitor').notNull(),
  atMs: integer('at_ms').notNull(),
  link: text('link'),
})

export const responseLink = sqliteTable(
  'response_link',
  {
    capsuleId: text('capsule_id').notNull(),
    link: text('link').notNull(),
    answers: integer('answers').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.link] })],
)

export const responseOnce = sqliteTable(
  'response_once',
  {
    capsuleId: text('capsule_id').notNull(),
    block: text('block').notNull(),
    visitor: text('visitor').notNull(),
    responseId: text('response_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.block, table.visitor] })],
)

export const responseTotal = sqliteTable(
  'response_total',
  {
    capsuleId: text('capsule_id').notNull(),
    block: text('block').notNull(),
    choice: text('choice').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.capsuleId, table.block, table.choice] })],
)
