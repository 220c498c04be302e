import { drawTranche, recordUsage } from './operations/budgets.ts'
import { forgetConversations, rateTurn, recordTurn } from './operations/conversations.ts'
import { eraseByEmail, eraseConversation } from './operations/erasures.ts'
import { leaveLead } from './operations/leads.ts'
import { addPassages, finishIndex, prunePassages } from './operations/passages.ts'
import { removeProvider, resealProvider, setProvider } from './operations/providers.ts'
import { setChat, setPolicy } from './operations/settings.ts'
import { addVectors } from './operations/vectors.ts'

export const aiOperations = [
  drawTranche,
  recordUsage,
  setPolicy,
  setChat,
  addPassages,
  addVectors,
  finishIndex,
  prunePassages,
  recordTurn,
  rateTurn,
  leaveLead,
  forgetConversations,
  eraseByEmail,
  eraseConversation,
  setProvider,
  removeProvider,
  resealProvider,
]
