import { eq } from 'drizzle-orm'
import { ValueCache } from '../../../src/cache/values.ts'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { chatChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { type ChatSettings, type GivenChatSettings, setChat } from '../operations/settings.ts'
import { chat } from '../schema.ts'

const cachedMax = 5_000

export const usualChat: ChatSettings = {
  enabled: true,
  persona: '',
  starters: [],
  offTopic: 'refuse',
  questionsOfVisitorAnHour: limits.questionsOfVisitorAnHour,
  questionsOfCapsuleAnHour: limits.questionsOfCapsuleAnHour,
  leads: 'form',
}

/** How each capsule's chat behaves, in memory; the change log evicts what changed. */
export class ChatSettingsOf {
  readonly #known: ValueCache<ChatSettings>

  constructor(private readonly db: Databases) {
    this.#known = new ValueCache<ChatSettings>(db.changes, { entriesMax: cachedMax }).on(chatChanged, ({ subject }) => [
      subject,
    ])
  }

  of(organizationId: OrganizationId, capsuleId: string): ChatSettings {
    const known = this.#known.get(capsuleId)
    if (known !== undefined) return known
    const row = this.db.read(organizationId, (tx) =>
      tx.select({ settings: chat.settings }).from(chat).where(eq(chat.capsuleId, capsuleId)).get(),
    )
    const found = row === undefined ? usualChat : { ...usualChat, ...(JSON.parse(row.settings) as GivenChatSettings) }
    return this.#known.keep(capsuleId, found, [capsuleId])
  }

  async set(
    organizationId: OrganizationId,
    capsuleId: string,
    given: GivenChatSettings,
    actor: string,
  ): Promise<ChatSettings> {
    const settings = { ...usualChat, ...given }
    await this.db.write(setChat, organizationId, { capsuleId, actor, settings })
    return settings
  }
}
