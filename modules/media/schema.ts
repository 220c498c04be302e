import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const assetKinds = ['image', 'video', 'audio', 'file'] as const
export type AssetKind = (typeof assetKinds)[number]

export const usePlaces = ['draft', 'published'] as const
export type UsePlace = (typeof usePlaces)[number]

export const asset = sqliteTable('asset', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  name: text('name').notNull(),
  alt: text('alt').notNull(),
  kind: text('kind', { enum: assetKinds }).notNull(),
  type: text('type').notNull(),
  hash: text('hash').notNull(),
  bytes: integer('bytes').notNull(),
  width: integer('width'),
  height: integer('height'),
  frames: integer('frames'),
  alpha: integer('alpha', { mode: 'boolean' }),
  placeholder: text('placeholder'),
  colour: text('colour'),
  encodings: text('encodings').notNull(),
  createdBy: text('created_by').notNull(),
  createdMs: integer('created_ms').notNull(),
  updatedMs: integer('updated_ms').notNull(),
})

export const assetWord = sqliteTable(
  'asset_word',
  {
    organizationId: text('organization_id').notNull(),
    word: text('word').notNull(),
    assetId: text('asset_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.word, table.assetId] })],
)

export const assetUse = sqliteTable(
  'asset_use',
  {
    assetId: text('asset_id').notNull(),
    capsuleId: text('capsule_id').notNull(),
    place: text('place', { enum: usePlaces }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.capsuleId, table.place] })],
)

export const blob = sqliteTable(
  'blob',
  {
    organizationId: text('organization_id').notNull(),
    hash: text('hash').notNull(),
    bytes: integer('bytes').notNull(),
    holders: integer('holders').notNull(),
    state: text('state', { enum: ['kept', 'going'] }).notNull(),
    unusedMs: integer('unused_ms'),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.hash] })],
)

export const made = sqliteTable(
  'made',
  {
    organizationId: text('organization_id').notNull(),
    hash: text('hash').notNull(),
    name: text('name').notNull(),
    bytes: integer('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.hash, table.name] })],
)

export const mediaQuota = sqliteTable('media_quota', {
  organizationId: text('organization_id').primaryKey(),
  bytes: integer('bytes').notNull(),
  assets: integer('assets').notNull(),
})

export const filmStates = ['waiting', 'working', 'ready', 'failed', 'cancelled', 'plain'] as const
export type FilmState = (typeof filmStates)[number]

export const film = sqliteTable('film', {
  assetId: text('asset_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  hash: text('hash').notNull(),
  state: text('state', { enum: filmStates }).notNull(),
  progress: integer('progress').notNull(),
  made: text('made').notNull(),
  fault: text('fault'),
  updatedMs: integer('updated_ms').notNull(),
})

export const captionSources = ['embedded', 'uploaded'] as const

export const caption = sqliteTable(
  'caption',
  {
    assetId: text('asset_id').notNull(),
    language: text('language').notNull(),
    label: text('label').notNull(),
    hash: text('hash').notNull(),
    name: text('name').notNull(),
    source: text('source', { enum: captionSources }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.language] })],
)
