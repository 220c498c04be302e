import type { ModuleMigrations } from '../../src/db/migrations.ts'
import organizations from './migrations/directory/0001_organizations.sql' with { type: 'text' }
import profile from './migrations/shard/0001_profile.sql' with { type: 'text' }

export const organizationMigrations: ModuleMigrations = {
  module: 'organization',
  directory: [{ name: '0001_organizations', sql: organizations }],
  shard: [{ name: '0001_profile', sql: profile }],
}
