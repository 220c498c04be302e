import { aiMigrations } from '../modules/ai/migrations.ts'
import { aiOperations } from '../modules/ai/operations.ts'
import { analyticsMigrations } from '../modules/analytics/migrations.ts'
import { analyticsOperations } from '../modules/analytics/operations.ts'
import { availabilityMigrations } from '../modules/availability/migrations.ts'
import { availabilityOperations } from '../modules/availability/operations.ts'
import { capsuleMigrations } from '../modules/capsule/migrations.ts'
import { capsuleOperations } from '../modules/capsule/operations.ts'
import { deliveryMigrations } from '../modules/delivery/migrations.ts'
import { deliveryOperations } from '../modules/delivery/operations.ts'
import { identityMigrations } from '../modules/identity/migrations.ts'
import { identityOperations } from '../modules/identity/operations.ts'
import { mediaMigrations } from '../modules/media/migrations.ts'
import { mediaOperations } from '../modules/media/operations.ts'
import { organizationMigrations } from '../modules/organization/migrations.ts'
import { organizationOperations } from '../modules/organization/operations.ts'
import { realtimeMigrations } from '../modules/realtime/migrations.ts'
import { realtimeOperations } from '../modules/realtime/operations.ts'
import { sharingMigrations } from '../modules/sharing/migrations.ts'
import { sharingOperations } from '../modules/sharing/operations.ts'
import { webhookMigrations } from '../modules/webhooks/migrations.ts'
import { webhookOperations } from '../modules/webhooks/operations.ts'
import { cacheModule } from './cache/operations.ts'
import type { WriterModule } from './db/committer.ts'
import { mailModule } from './mail/operations.ts'

/** What the modules write with: their operations and migrations, and nothing else of them. */
export const writerModules: readonly WriterModule[] = [
  mailModule,
  cacheModule,
  { migrations: identityMigrations, operations: identityOperations },
  { migrations: organizationMigrations, operations: organizationOperations },
  { migrations: mediaMigrations, operations: mediaOperations },
  { migrations: capsuleMigrations, operations: capsuleOperations },
  { migrations: realtimeMigrations, operations: realtimeOperations },
  { migrations: sharingMigrations, operations: sharingOperations },
  { migrations: deliveryMigrations, operations: deliveryOperations },
  { migrations: analyticsMigrations, operations: analyticsOperations },
  { migrations: availabilityMigrations, operations: availabilityOperations },
  { migrations: webhookMigrations, operations: webhookOperations },
  { migrations: aiMigrations, operations: aiOperations },
]
