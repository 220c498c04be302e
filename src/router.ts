import { Elysia } from 'elysia'
import { aiRoutes, authoringRoutes, questionRoutes } from '../modules/ai/index.ts'
import { analyticsRoutes } from '../modules/analytics/index.ts'
import { availabilityRoutes } from '../modules/availability/index.ts'
import { capsuleRoutes } from '../modules/capsule/index.ts'
import { deliveryRoutes, type Vitals, vitalRoutes } from '../modules/delivery/index.ts'
import { domainRoutes } from '../modules/domains/index.ts'
import { exportRoutes } from '../modules/export/index.ts'
import { identityRoutes } from '../modules/identity/index.ts'
import { mediaRoutes } from '../modules/media/index.ts'
import type { openOps } from '../modules/ops/index.ts'
import { organizationRoutes } from '../modules/organization/index.ts'
import { realtimeRoutes } from '../modules/realtime/index.ts'
import { sharingRoutes } from '../modules/sharing/index.ts'
import { studioRoutes } from '../modules/studio/index.ts'
import { pictureSize, pictureUrl, templates } from '../modules/templates/index.ts'
import { visitorRoutes } from '../modules/visitor/index.ts'
import { webhookRoutes } from '../modules/webhooks/index.ts'
import type { Config } from './config.ts'
import type { LocalDatabases } from './db/local.ts'
import { addresses } from './http/addresses.ts'
import type { Assets } from './http/assets.ts'
import type { health } from './http/health.ts'
import { jsonBody } from './http/json-body.ts'
import { methodsAt } from './http/methods-at.ts'
import { metricsRoute } from './http/metrics-route.ts'
import { description, documentation } from './http/openapi.ts'
import { originCheck } from './http/origin-check.ts'
import { problems } from './http/problem.ts'
import { routeTemplates } from './http/request-log.ts'
import type { Logger } from './observability/logs.ts'
import type { Metrics } from './observability/metrics.ts'
import type { Parts } from './parts.ts'
import type { Secrets } from './secret.ts'

export interface RouterDeps {
  readonly config: Config
  readonly parts: Parts
  readonly databases: LocalDatabases
  readonly assets: Assets
  readonly secrets: Secrets
  readonly log: Logger
  readonly metrics: Metrics
  readonly vitals: Vitals
  readonly health: ReturnType<typeof health>['routes']
  readonly ops: ReturnType<typeof openOps>['routes']
}

/** The last door: every route that is not answered before, each made by its module. */
export function createRouter({
  config,
  parts,
  databases,
  assets,
  secrets,
  log,
  metrics,
  vitals,
  health,
  ops,
}: RouterDeps) {
  const { organizations, members, keys, identity, media, documents, capsules, publications, responses } = parts
  const { notifications, sharing, stages, control, access, addressOf, realtime, ai, delivery, visitor, visitorPages } =
    parts
  let known: readonly { method: string; path: string }[] = []
  // A host of one to three letters ("app" behind a proxy) is a host like any other: Elysia looks for the path behind it, from
  // the seventh character on, where the slashes of https:// are. With a certificate of its own hosts have three letters.
  const handler = { standardHostname: config.tls !== undefined }
  const router = new Elysia({ name: 'encapsify', normalize: false, handler })
    .use(
      problems({
        reportBug: (error, request) => log.error({ err: error, path: new URL(request.url).pathname }, 'a bug'),
        methodsAt: (path) => methodsAt(known, path),
      }),
    )
    .use(routeTemplates())
    .use(addresses())
    .use(jsonBody())
    .use(originCheck({ origin: config.origin, cookie: identity.cookie.name }))
    .use(health)
    .use(metricsRoute(metrics, config.metricsToken))
    .use(identityRoutes(identity))
    .use(organizationRoutes({ access, organizations, members, keys }))
    .use(
      capsuleRoutes({
        access,
        organizations,
        capsules,
        publications,
        responses,
        documents,
        templates,
        admissions: sharing.access,
        origin: config.origin,
        secrets,
      }),
    )
    .use(realtimeRoutes({ access, capsules, documents, stages, questions: realtime.questions }))
    .use(analyticsRoutes({ access, capsules, documents, analytics: parts.analytics }))
    .use(aiRoutes({ access, ai, db: databases }))
    .use(authoringRoutes({ access, authoring: ai.authoring, capsules }))
    .use(sharingRoutes({ access, capsules, sharing, origin: config.origin }))
    .use(questionRoutes({ ai, admissions: sharing.access, secrets, origin: config.origin, addressOf }))
    .use(webhookRoutes({ access, ...notifications }))
    .use(domainRoutes({ access, domains: parts.domains }))
    .use(mediaRoutes({ access, media, origin: config.origin }))
    .use(
      exportRoutes({
        ...parts,
        webhooks: notifications.webhooks,
        visits: parts.analytics.visits,
        chats: parts.ai.chat.conversations,
        origin: config.origin,
        reportBug: (error) => log.error({ err: error }, 'an export broke off'),
      }),
    )
    .use(ops)
    .use(availabilityRoutes({ access, availability: parts.availability }))
    .use(
      deliveryRoutes({
        control,
        organizations,
        sessionOf: (request) => identity.sessionOf(request),
        isOperator: (person) => config.operators.includes(person.email) && identity.hasProvenAddress(person),
        purge: (tags) => delivery.purge(tags),
      }),
    )
    .use(
      studioRoutes({
        origin: config.origin,
        assets,
        sessionOf: (request) => identity.sessionOf(request),
        organizations,
        members,
        capsules,
        templates,
        picture: pictureUrl('harbour-dawn'),
        media: media.guard.forOwners(),
        imageSize: pictureSize,
      }),
    )
    .use(vitalRoutes({ access, capsules, vitals, addressOf: addressOf }))
    .use(visitorRoutes(visitor, visitorPages))
    .use(documentation(() => assets.url('scalar')))
    .use(description(config.origin))

  known = router.routes
  return router
}
