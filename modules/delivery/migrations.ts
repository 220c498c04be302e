import type { ModuleMigrations } from '../../src/db/migrations.ts'
import vitals from './migrations/shard-0001.sql' with { type: 'text' }

export const deliveryMigrations: ModuleMigrations = {
  module: 'delivery',
  directory: [],
  shard: [{ name: '0001_vitals', sql: vitals }],
}
