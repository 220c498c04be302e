import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { planNames } from './plans.ts'

/** What an organization was promised; absent: the plan that everybody has. */
export const organizationPlan = sqliteTable('organization_plan', {
  organizationId: text('organization_id').primaryKey(),
  plan: text('plan', { enum: planNames }).notNull(),
  sinceMs: integer('since_ms').notNull(),
})

/** Requests for what an organization owns, as one node saw them in one month. */
export const availability = sqliteTable(
  'availability',
  {
    /** Months since the year 0, in UTC: year × 12 + month − 1. */
    month: integer('month').notNull(),
    organizationId: text('organization_id').notNull(),
    node: text('node').notNull(),
    good: integer('good').notNull(),
    bad: integer('bad').notNull(),
  },
  (table) => [primaryKey({ columns: [table.month, table.organizationId, table.node] })],
)

/** Checks that one node made of one shard in one month. */
export const availabilityCheck = sqliteTable(
  'availability_check',
  {
    month: integer('month').notNull(),
    shard: text('shard').notNull(),
    node: text('node').notNull(),
    good: integer('good').notNull(),
    bad: integer('bad').notNull(),
  },
  (table) => [primaryKey({ columns: [table.month, table.shard, table.node] })],
)

/** Where each node stood when it told so last, for whoever looks at another one. */
export const nodeState = sqliteTable('node_state', {
  node: text('node').primaryKey(),
  region: text('region').notNull(),
  role: text('role', { enum: ['primary', 'candidate', 'edge'] }).notNull(),
  position: text('position').notNull(),
  lagMs: integer('lag_ms').notNull(),
  atMs: integer('at_ms').notNull(),
})
