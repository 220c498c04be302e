import type { ModuleMigrations } from '../../src/db/migrations.ts'
import assets from './migrations/shard/0001_assets.sql' with { type: 'text' }
import films from './migrations/shard/0002_films.sql' with { type: 'text' }
import made from './migrations/shard/0003_made.sql' with { type: 'text' }

export const mediaMigrations: ModuleMigrations = {
  module: 'media',
  directory: [],
  shard: [
    { name: '0001_assets', sql: assets },
    { name: '0002_films', sql: films },
    { name: '0003_made', sql: made },
  ],
}
