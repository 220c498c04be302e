import { sql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * waiting: its TXT record was not seen yet · verified: it belongs to the organization, its certificate is still being made ·
 * active: its host is answered · failed: it is not, and `reason` says why; a check may make it active again.
 */
export const domainStates = ['waiting', 'verified', 'active', 'failed'] as const
export type DomainState = (typeof domainStates)[number]

/** Why a domain is not (or soon no longer) active. */
export const domainReasons = ['record-missing', 'record-gone', 'taken', 'no-answer', 'certificate-pending'] as const
export type DomainReason = (typeof domainReasons)[number]

export const domain = sqliteTable('domain', {
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  domain: text('domain').notNull(),
  token: text('token').notNull(),
  state: text('state', { enum: domainStates }).notNull(),
  reason: text('reason', { enum: domainReasons }),
  checks: integer('checks').notNull(),
  misses: integer('misses').notNull(),
  createdMs: integer('created_ms').notNull(),
  checkedMs: integer('checked_ms'),
})

/** Whose a name is. Spelled out, because an index of some rows is not found by states that are bound. */
export const isProven = sql`${domain.state} IN ('verified', 'active')`
