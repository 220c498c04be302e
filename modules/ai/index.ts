export { type Ai, type AiParts, openAi } from './ai.ts'
export {
  type AuthoringRoutesDeps,
  authoringRoutes,
  type Draft,
  type Manner,
  type Progress,
  type Translation,
} from './authoring/index.ts'
export { type Ask, CapsuleChat, type ChatEvent, chatBeginMs } from './chat/capsule-chat.ts'
export { capsuleText } from './chat/capsule-text.ts'
export { type AddressOf, renderCited } from './chat/cited.ts'
export type { ConversationShown, Lead, TurnShown, VisitorTurn } from './chat/conversations.ts'
export type { Citation } from './chat/extract.ts'
export type { CapsuleText, CapsuleTextBlock, TextOf } from './chat/passages.ts'
export { visitorStream } from './chat/visitor-stream.ts'
export { type AiConfig, parseAiConfig } from './config.ts'
export { type AiDoorDeps, aiDoor } from './door.ts'
export { chatChanged } from './events.ts'
export type { FileOf, SourceFile } from './extraction/file-texts.ts'
export { type AiFigures, registerAiFigures } from './figures.ts'
export type { Budget, CostLine, Reports } from './governance/reports.ts'
export { renderMarkdown } from './markdown.ts'
export type { ChatSettings, Policy } from './operations/settings.ts'
export type { OwnProviderShown } from './own/own-providers.ts'
export type { TrialResult } from './own/trial.ts'
export { type QuestionRoutesDeps, questionRoutes } from './question-routes.ts'
export { type AiRoutesDeps, aiRoutes } from './routes.ts'
