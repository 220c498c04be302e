import type { Texts } from './english.ts'
import { ai } from './german/ai.ts'
import { analytics } from './german/analytics.ts'
import { authoring } from './german/authoring.ts'
import { blocks } from './german/blocks.ts'
import { capsules } from './german/capsules.ts'
import { chat } from './german/chat.ts'
import { domains } from './german/domains.ts'
import { editor } from './german/editor.ts'
import { entrance } from './german/entrance.ts'
import { general } from './german/general.ts'
import { history } from './german/history.ts'
import { library } from './german/library.ts'
import { notifications } from './german/notifications.ts'
import { presenting } from './german/presenting.ts'
import { sharing } from './german/sharing.ts'
import { team } from './german/team.ts'

export const german: Texts = {
  ai,
  analytics,
  authoring,
  general,
  entrance,
  capsules,
  chat,
  domains,
  editor,
  blocks,
  history,
  library,
  notifications,
  presenting,
  sharing,
  team,
}
