import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { is, sql } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { openMemoryDatabases } from '../src/db/memory.ts'
import { writerModules } from '../src/operations.ts'

/**
 * The DDL is written by hand (decision 0003); drizzle's schema says the same to the compiler. This holds them together:
 * every table of every module's schema.ts, with its columns, their types, what may be null, and the primary key.
 */
interface Column {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  /** The place in the primary key, from 1; 0: none. */
  readonly key: number
}

const root = join(import.meta.dir, '..')
const paths = [...new Bun.Glob('modules/*/schema.ts').scanSync(root)].toSorted()
const db = openMemoryDatabases({ modules: writerModules, shards: 1 })

const declared = await Promise.all(
  paths.map(async (path) => {
    const exported: Record<string, unknown> = await import(join(root, path))
    return Object.values(exported).flatMap((value) => (is(value, SQLiteTable) ? [{ path, table: value }] : []))
  }),
)

test('there are schemas to look at', () => {
  expect(declared.flat().length).toBeGreaterThan(10)
})

describe.each(declared.flat().map(({ path, table }) => [path, getTableConfig(table).name, table] as const))(
  '%s',
  (_path, name, table) => {
    test(`${name} is as its migrations make it`, () => {
      const migrated = migratedColumns(name)
      expect(migrated).not.toEqual([])
      expect(declaredColumns(table).toSorted(byName)).toEqual(migrated.toSorted(byName))
    })
  },
)

function migratedColumns(table: string): Column[] {
  return db.names.flatMap((database) =>
    db.readFrom(database, (tx) =>
      tx
        .all<{ name: string; type: string; notnull: number; pk: number }>(
          sql`SELECT name, type, "notnull", pk FROM pragma_table_info(${table})`,
        )
        .map(({ name, type, notnull, pk }) => ({
          name,
          type: type.toLowerCase(),
          // A rowid's alias is never null, whatever the pragma says of it.
          notNull: notnull === 1 || (pk > 0 && type === 'INTEGER'),
          key: pk,
        })),
    ),
  )
}

function declaredColumns(table: SQLiteTable): Column[] {
  const { columns, primaryKeys } = getTableConfig(table)
  const key = primaryKeys[0]?.columns.map((column) => column.name) ?? []
  return columns.map((column) => ({
    name: column.name,
    type: column.getSQLType(),
    notNull: column.notNull,
    key: column.primary ? 1 : key.indexOf(column.name) + 1,
  }))
}

function byName(one: Column, other: Column): number {
  return one.name < other.name ? -1 : 1
}
