import type { ModuleMigrations } from '../../src/db/migrations.ts'
import live from './migrations/shard/0001_live.sql' with { type: 'text' }

export const realtimeMigrations: ModuleMigrations = {
  module: 'realtime',
  directory: [],
  shard: [{ name: '0001_live', sql: live }],
}
