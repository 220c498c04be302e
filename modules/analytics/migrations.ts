import type { ModuleMigrations } from '../../src/db/migrations.ts'
import salt from './migrations/directory-0001.sql' with { type: 'text' }
import visits from './migrations/shard-0001.sql' with { type: 'text' }

export const analyticsMigrations: ModuleMigrations = {
  module: 'analytics',
  directory: [{ name: '0001_salt', sql: salt }],
  shard: [{ name: '0001_visits', sql: visits }],
}
