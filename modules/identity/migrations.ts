import type { ModuleMigrations } from '../../src/db/migrations.ts'
import people from './migrations/directory/0001_people.sql' with { type: 'text' }

export const identityMigrations: ModuleMigrations = {
  module: 'identity',
  directory: [{ name: '0001_people', sql: people }],
  shard: [],
}
