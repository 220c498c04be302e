export { type Admission, type Admissions, openDoors, publicAdmission, type Way } from './admission.ts'
export { Capsules, type Draft, type NewCapsule } from './capsules.ts'
export type { AnswerValue, Outcome } from './document/answers.ts'
export { answerableBlock, blocksOf, plainText } from './document/blocks.ts'
export type { DocumentDiff } from './document/diff.ts'
export { limits } from './document/limits.ts'
export { parseDocument } from './document/parse.ts'
export { escapeHtml, richTextToHtml } from './document/rich-text.ts'
export type {
  AnswerableBlock,
  Block,
  CapsuleDocument,
  ColumnsBlock,
  FormBlock,
  LeafBlock,
  Page,
  PollBlock,
  QuizBlock,
  Theme,
} from './document/schema.ts'
export { addressFault } from './document/urls.ts'
export { Documents } from './documents.ts'
export { capsuleChanged, responsesReceived } from './events.ts'
export { type AtAddress, Publications } from './publication.ts'
export { purgeDeletedCapsules } from './purge.ts'
export { type CapsuleResource, CapsuleResources } from './resource.ts'
export { responseFile } from './response-file.ts'
export { type Answer, Responses, type Result, type StoredResponse } from './responses.ts'
export type { BlockResult, Counted } from './results.ts'
export { RichTexts } from './rich-texts.ts'
export { type CapsuleDeps, capsuleRoutes } from './routes.ts'
export type { Template, TemplateSummary } from './templates.ts'
export type { Totals } from './totals.ts'
export {
  type IssuedVisitor,
  issueVisitor,
  issueVisitorFor,
  readVisitor,
  visitorCookie,
  visitorCookieHeader,
  visitorHeader,
  visitorTokenOf,
} from './visitor-token.ts'
