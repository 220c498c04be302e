import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const roles = ['owner', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

export const organization = sqliteTable('organization', {
  id: text('id').primaryKey(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  state: text('state', { enum: ['creating', 'active'] }).notNull(),
  createdMs: integer('created_ms').notNull(),
})

export const organizationRedirect = sqliteTable('organization_redirect', {
  slug: text('slug').primaryKey(),
  organizationId: text('organization_id').notNull(),
})

export const member = sqliteTable('member', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  userId: text('user_id').notNull(),
  email: text('email').notNull(),
  name: text('name').notNull(),
  role: text('role', { enum: roles }).notNull(),
  createdMs: integer('created_ms').notNull(),
})

export const invitation = sqliteTable('invitation', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  email: text('email').notNull(),
  role: text('role', { enum: roles }).notNull(),
  tokenHash: text('token_hash').notNull(),
  expiresMs: integer('expires_ms').notNull(),
  acceptedBy: text('accepted_by'),
  createdMs: integer('created_ms').notNull(),
})

export const apiKey = sqliteTable('api_key', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  name: text('name').notNull(),
  hash: text('hash').notNull(),
  hint: text('hint').notNull(),
  scopes: text('scopes').notNull(),
  createdBy: text('created_by').notNull(),
  createdMs: integer('created_ms').notNull(),
})

/** In the organization's shard. */
export const organizationProfile = sqliteTable('organization_profile', {
  organizationId: text('organization_id').primaryKey(),
  createdMs: integer('created_ms').notNull(),
})
