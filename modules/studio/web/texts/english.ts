import { ai } from './english/ai.ts'
import { analytics } from './english/analytics.ts'
import { authoring } from './english/authoring.ts'
import { blocks } from './english/blocks.ts'
import { capsules } from './english/capsules.ts'
import { chat } from './english/chat.ts'
import { domains } from './english/domains.ts'
import { editor } from './english/editor.ts'
import { entrance } from './english/entrance.ts'
import { general } from './english/general.ts'
import { history } from './english/history.ts'
import { library } from './english/library.ts'
import { notifications } from './english/notifications.ts'
import { presenting } from './english/presenting.ts'
import { sharing } from './english/sharing.ts'
import { team } from './english/team.ts'

/** Every word of the studio. Another language has the same shape, which the compiler checks. */
export const english = {
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

export type Texts = typeof english
