export { Capsules } from './capsules.ts'
export { Documents } from './documents.ts'
export { Publications } from './publication.ts'
export { Responses } from './responses.ts'
