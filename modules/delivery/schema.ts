import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const webVital = sqliteTable(
  'web_vital',
  {
    capsuleId: text('capsule_id').notNull(),
    /** UTC days since 1970. */
    day: integer('day').notNull(),
    region: text('region').notNull(),
    device: text('device').notNull(),
    metric: text('metric').notNull(),
    bucket: integer('bucket').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.capsuleId, table.day, table.region, table.device, table.metric, table.bucket] }),
  ],
)
