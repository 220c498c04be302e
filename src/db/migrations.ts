import type { Database } from 'bun:sqlite'
import commonSql from './migrations/common-0001.sql' with { type: 'text' }
import jobTraceSql from './migrations/common-0002.sql' with { type: 'text' }
import directorySql from './migrations/directory-0001.sql' with { type: 'text' }
import type { DatabaseKind } from './operation.ts'

export interface Migration {
  /** `0001_noun`: unique in its module and kind; applied in the order of the list, once. */
  readonly name: string
  readonly sql: string
}

/** The DDL of one module's tables. Migrations only expand: older nodes read beside a newer schema. */
export interface ModuleMigrations {
  readonly module: string
  readonly directory: readonly Migration[]
  readonly shard: readonly Migration[]
}

export const kernelMigrations: ModuleMigrations = {
  module: 'kernel',
  directory: [
    { name: '0001_common', sql: commonSql },
    { name: '0002_placement', sql: directorySql },
    { name: '0003_job_trace', sql: jobTraceSql },
  ],
  shard: [
    { name: '0001_common', sql: commonSql },
    { name: '0002_job_trace', sql: jobTraceSql },
  ],
}

export interface PendingMigration {
  readonly module: string
  readonly migration: Migration
}

const table = `CREATE TABLE IF NOT EXISTS schema_migration (
  module TEXT NOT NULL, name TEXT NOT NULL, applied_ms INTEGER NOT NULL, PRIMARY KEY (module, name)
) STRICT, WITHOUT ROWID`

/** The migrations that this database has not had yet, in order. Reads only. */
export function pendingMigrations(
  sqlite: Database,
  kind: DatabaseKind,
  modules: readonly ModuleMigrations[],
): PendingMigration[] {
  const known = sqlite.query("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migration'").get() !== null
  const applied = new Set(
    known
      ? sqlite
          .query<{ module: string; name: string }, []>('SELECT module, name FROM schema_migration')
          .all()
          .map((row) => `${row.module}/${row.name}`)
      : [],
  )
  return [kernelMigrations, ...modules].flatMap((module) =>
    module[kind]
      .filter((migration) => !applied.has(`${module.module}/${migration.name}`))
      .map((migration) => ({ module: module.module, migration })),
  )
}

/** Runs one migration inside the transaction that the caller holds. */
export function applyMigration(sqlite: Database, { module, migration }: PendingMigration, nowMs: number): void {
  sqlite.run(table)
  sqlite.run(migration.sql)
  sqlite
    .query('INSERT INTO schema_migration (module, name, applied_ms) VALUES (?, ?, ?)')
    .run(module, migration.name, nowMs)
}
