import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { type AnalyticsSettings, changeSettings, settingOf } from './operations/settings.ts'

/** What an organization has decided about its visits. */
export class Settings {
  constructor(private readonly db: Pick<Databases, 'read' | 'write'>) {}

  of(organizationId: OrganizationId): AnalyticsSettings {
    return this.db.read(organizationId, (tx) => settingOf(tx, organizationId))
  }

  change(
    organizationId: OrganizationId,
    { retentionDays, hotScore }: { retentionDays?: number | undefined; hotScore?: number | undefined },
  ): Promise<AnalyticsSettings> {
    return this.db.write(changeSettings, organizationId, {
      ...(retentionDays !== undefined && { retentionDays }),
      ...(hotScore !== undefined && { hotScore }),
    })
  }
}
