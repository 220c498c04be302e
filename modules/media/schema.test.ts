import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { mediaMigrations } from './migrations.ts'
import { asset, assetUse, assetWord, blob, mediaQuota } from './schema.ts'

test.each([asset, assetWord, assetUse, blob, mediaQuota].map((table) => [getTableConfig(table).name, table] as const))(
  'the table %s is what its migrations make',
  (name, table) => {
    const sqlite = new Database(':memory:')
    for (const { sql } of mediaMigrations.shard) sqlite.run(sql)
    const made = sqlite
      .query<{ name: string; notnull: number }, [string]>('SELECT * FROM pragma_table_info(?)')
      .all(name)
    const described = getTableConfig(table).columns.map((column) => [column.name, column.notNull])
    expect(made.map((column) => [column.name, column.notnull === 1])).toEqual(described)
    sqlite.close()
  },
)
