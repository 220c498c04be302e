import type { ModuleMigrations } from '../../src/db/migrations.ts'
import capsules from './migrations/shard/0001_capsules.sql' with { type: 'text' }
import responseLinks from './migrations/shard/0002_response_links.sql' with { type: 'text' }
import answersByBlock from './migrations/shard/0003_answers_by_block.sql' with { type: 'text' }

export const capsuleMigrations: ModuleMigrations = {
  module: 'capsule',
  directory: [],
  shard: [
    { name: '0001_capsules', sql: capsules },
    { name: '0002_response_links', sql: responseLinks },
    { name: '0003_answers_by_block', sql: answersByBlock },
  ],
}
