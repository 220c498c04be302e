export { Capsules } from './capsules.ts'
export { Publications } from './publication.ts'
export { Responses } from './responses.ts'
