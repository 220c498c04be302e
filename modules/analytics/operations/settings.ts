import { Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { defineOperation, statement, type Tx } from '../../../src/db/operation.ts'
import { retentionDaysMax, settingDefaults } from '../limits.ts'
import { analyticsSetting } from '../schema.ts'

export interface AnalyticsSettings {
  /** How long visits are kept; figures are kept longer, and name nobody. */
  readonly retentionDays: number
  /** From which score on a visit is a hot lead. */
  readonly hotScore: number
}

const ofOrganization = statement((tx) =>
  tx
    .select({ retentionDays: analyticsSetting.retentionDays, hotScore: analyticsSetting.hotScore })
    .from(analyticsSetting)
    .where(eq(analyticsSetting.organizationId, sql.placeholder('organizationId')))
    .prepare(),
)

/** What an organization has set, or the defaults. */
export function settingOf(tx: Tx, organizationId: string): AnalyticsSettings {
  return ofOrganization(tx).get({ organizationId }) ?? settingDefaults
}

export const changeSettings = defineOperation(
  {
    name: 'analytics.settings',
    database: 'shard',
    input: Type.Object({
      retentionDays: Type.Optional(Type.Integer({ minimum: 1, maximum: retentionDaysMax })),
      hotScore: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    }),
  },
  (tx, input, { organizationId }): AnalyticsSettings => {
    const id = organizationId ?? ''
    const settings = { ...settingOf(tx, id), ...input }
    tx.insert(analyticsSetting)
      .values({ organizationId: id, ...settings })
      .onConflictDoUpdate({ target: analyticsSetting.organizationId, set: settings })
      .run()
    return settings
  },
)
