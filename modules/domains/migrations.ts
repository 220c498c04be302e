import type { ModuleMigrations } from '../../src/db/migrations.ts'
import domains from './migrations/directory/0001_domains.sql' with { type: 'text' }

export const domainMigrations: ModuleMigrations = {
  module: 'domains',
  directory: [{ name: '0001_domains', sql: domains }],
  shard: [],
}
