import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const letter = sqliteTable('letter', {
  id: text('id').primaryKey(),
  recipient: text('recipient').notNull(),
  subject: text('subject').notNull(),
  text: text('text').notNull(),
  writtenMs: integer('written_ms').notNull(),
})
