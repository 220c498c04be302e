import type { ModuleMigrations } from '../../src/db/migrations.ts'
import links from './migrations/shard/0001_links.sql' with { type: 'text' }

export const sharingMigrations: ModuleMigrations = {
  module: 'sharing',
  directory: [],
  shard: [{ name: '0001_links', sql: links }],
}
