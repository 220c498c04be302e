import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const capsuleAccess = sqliteTable('capsule_access', {
  capsuleId: text('capsule_id').primaryKey(),
  private: integer('private', { mode: 'boolean' }).notNull(),
})

export const shareLink = sqliteTable('share_link', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  capsuleId: text('capsule_id').notNull(),
  name: text('name').notNull(),
  passwordHash: text('password_hash'),
  expiresMs: integer('expires_ms'),
  gate: text('gate'),
  downloads: integer('downloads', { mode: 'boolean' }).notNull(),
  round: integer('round').notNull(),
  revokedMs: integer('revoked_ms'),
  createdMs: integer('created_ms').notNull(),
  createdBy: text('created_by').notNull(),
})
export type ShareLinkRow = typeof shareLink.$inferSelect

export const shareVisit = sqliteTable('share_visit', {
  linkId: text('link_id').primaryKey(),
  visits: integer('visits').notNull(),
  lastMs: integer('last_ms').notNull(),
})

export const shareGuest = sqliteTable(
  'share_guest',
  {
    linkId: text('link_id').notNull(),
    email: text('email').notNull(),
    visits: integer('visits').notNull(),
    firstMs: integer('first_ms').notNull(),
    lastMs: integer('last_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.linkId, table.email] })],
)

export const shareCode = sqliteTable(
  'share_code',
  {
    linkId: text('link_id').notNull(),
    email: text('email').notNull(),
    codeHash: text('code_hash').notNull(),
    tries: integer('tries').notNull(),
    expiresMs: integer('expires_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.linkId, table.email] })],
)
