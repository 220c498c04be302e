import { capsuleMigrations } from '../modules/capsule/migrations.ts'
import { capsuleOperations } from '../modules/capsule/operations.ts'
import { organizationMigrations } from '../modules/organization/migrations.ts'
import { organizationOperations } from '../modules/organization/operations.ts'
import type { WriterModule } from './db/committer.ts'

/** What the modules write with: their operations and migrations, and nothing else of them. */
export const writerModules: readonly WriterModule[] = [
  { migrations: organizationMigrations, operations: organizationOperations },
  { migrations: capsuleMigrations, operations: capsuleOperations },
]
