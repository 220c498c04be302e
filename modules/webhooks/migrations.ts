import type { ModuleMigrations } from '../../src/db/migrations.ts'
import webhooks from './migrations/shard/0001_webhooks.sql' with { type: 'text' }

export const webhookMigrations: ModuleMigrations = {
  module: 'webhooks',
  directory: [],
  shard: [{ name: '0001_webhooks', sql: webhooks }],
}
