import { Elysia } from 'elysia'
import type { Secrets } from '../../src/secret.ts'
import type { AccessPlugin, Organizations } from '../organization/index.ts'
import type { Admissions } from './admission.ts'
import type { Capsules } from './capsules.ts'
import { documentSchema } from './document/schema.ts'
import type { Documents } from './documents.ts'
import type { Publications } from './publication.ts'
import { CapsuleResources, capsuleSchema } from './resource.ts'
import type { Responses } from './responses.ts'
import { answerRoutes } from './routes/answers.ts'
import { capsuleCollectionRoutes } from './routes/capsules.ts'
import { draftRoutes } from './routes/draft.ts'
import { exchangeRoutes } from './routes/exchange.ts'
import { publicationRoutes } from './routes/publication.ts'
import { responseRoutes } from './routes/responses.ts'
import { templateRoutes } from './routes/templates.ts'
import { versionRoutes } from './routes/versions.ts'
import { type Template, Templates } from './templates.ts'

export interface CapsuleDeps {
  readonly access: AccessPlugin
  readonly organizations: Pick<Organizations, 'byId'>
  readonly capsules: Capsules
  readonly publications: Publications
  readonly responses: Responses
  readonly documents: Documents
  readonly templates: readonly Template[]
  /** Who may see a capsule, and so answer it. */
  readonly admissions: Admissions
  /** The public origin, without a trailing slash. */
  readonly origin: string
  /** Signs visitors' tokens. */
  readonly secrets: Secrets
}

/** What the routes of each noun work with. */
export interface RouteDeps extends Omit<CapsuleDeps, 'templates'> {
  readonly templates: Templates
  readonly resources: CapsuleResources
}

export function capsuleRoutes(deps: CapsuleDeps) {
  const all: RouteDeps = {
    ...deps,
    templates: new Templates(deps.templates),
    resources: new CapsuleResources(deps.organizations, deps.origin),
  }
  return new Elysia({ name: 'capsule', prefix: '/api/v1' })
    .model({ Capsule: capsuleSchema, CapsuleDocument: documentSchema })
    .use(capsuleCollectionRoutes(all))
    .use(draftRoutes(all))
    .use(publicationRoutes(all))
    .use(versionRoutes(all))
    .use(exchangeRoutes(all))
    .use(templateRoutes(all))
    .use(answerRoutes(all))
    .use(responseRoutes(all))
}
