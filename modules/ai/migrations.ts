import type { ModuleMigrations } from '../../src/db/migrations.ts'
import first from './migrations/shard/0001_ai.sql' with { type: 'text' }
import leads from './migrations/shard/0002_leads.sql' with { type: 'text' }
import vectors from './migrations/shard/0003_vectors.sql' with { type: 'text' }
import spend from './migrations/shard/0004_spend.sql' with { type: 'text' }
import erasure from './migrations/shard/0005_erasure.sql' with { type: 'text' }
import purposes from './migrations/shard/0006_purposes.sql' with { type: 'text' }
import providers from './migrations/shard/0007_providers.sql' with { type: 'text' }

export const aiMigrations: ModuleMigrations = {
  module: 'ai',
  directory: [],
  shard: [
    { name: '0001_ai', sql: first },
    { name: '0002_leads', sql: leads },
    { name: '0003_vectors', sql: vectors },
    { name: '0004_spend', sql: spend },
    { name: '0005_erasure', sql: erasure },
    { name: '0006_purposes', sql: purposes },
    { name: '0007_providers', sql: providers },
  ],
}
