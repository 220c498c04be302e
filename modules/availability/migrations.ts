import type { ModuleMigrations } from '../../src/db/migrations.ts'
import availability from './migrations/directory-0001.sql' with { type: 'text' }

export const availabilityMigrations: ModuleMigrations = {
  module: 'availability',
  directory: [{ name: '0001_availability', sql: availability }],
  shard: [],
}
