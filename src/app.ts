import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Elysia } from 'elysia'
import { aiDoor, aiRoutes, questionRoutes, registerAiFigures } from '../modules/ai/index.ts'
import { capsuleRoutes } from '../modules/capsule/index.ts'
import { deliveryRoutes, type PurgeRequest, purgedTags, Vitals, vitalRoutes } from '../modules/delivery/index.ts'
import { type Demo, fillDemo, type Progress } from '../modules/demo/index.ts'
import { identityRoutes } from '../modules/identity/index.ts'
import { mediaDoor, mediaRoutes } from '../modules/media/index.ts'
import { organizationRoutes } from '../modules/organization/index.ts'
import { realtimeRoutes } from '../modules/realtime/index.ts'
import { studioRoutes } from '../modules/studio/index.ts'
import {
  frameEncoder,
  pictureDoor,
  pictureSize,
  pictureUrl,
  recordingDoor,
  templates,
} from '../modules/templates/index.ts'
import { visitorDoor, visitorRoutes } from '../modules/visitor/index.ts'
import type { Config } from './config.ts'
import { makeDataFolder } from './data-folder.ts'
import { openDatabases } from './db/files.ts'
import type { LocalDatabases } from './db/local.ts'
import { Retention } from './db/retention.ts'
import { addresses } from './http/addresses.ts'
import { type Assets, assetsFolder, openAssets } from './http/assets.ts'
import { health } from './http/health.ts'
import { jsonBody } from './http/json-body.ts'
import { methodsAt } from './http/methods-at.ts'
import { metricsRoute } from './http/metrics-route.ts'
import { description, documentation } from './http/openapi.ts'
import { originCheck } from './http/origin-check.ts'
import { problems } from './http/problem.ts'
import { observed, routeTemplates } from './http/request-log.ts'
import type { Door } from './http/server.ts'
import { JobRunner } from './jobs/jobs.ts'
import { registerFigures } from './observability/figures.ts'
import { createLogger, type Logger } from './observability/logs.ts'
import { Metrics } from './observability/metrics.ts'
import { createParts } from './parts.ts'
import { loadSecret } from './secret.ts'

/** What tests put in the place of the real parts. */
export interface Overrides {
  readonly databases?: LocalDatabases
  readonly log?: Logger
  readonly assets?: Assets
  readonly onWriterLost?: (error: Error) => void
}

export interface App {
  readonly log: Logger
  readonly databases: LocalDatabases
  /** The doors of the server, in order: ready pages, assets, the router. */
  readonly doors: readonly Door[]
  /** All doors as one function, for tests. */
  fetch(request: Request): Promise<Response>
  /** Fills the data with the demo's organization and capsules; told again it changes nothing but makes a fresh key. */
  demo(progress?: Progress): Promise<Demo>
  /** From now on the node is not ready, and live connections are sent elsewhere. */
  drain(): void
  /** Throws pages out of every cache. */
  purge(request: PurgeRequest): Promise<void>
  close(): Promise<void>
}

/** Where the writer's code is: a file beside this one, or the executable's second entry. */
const writerUrl = Bun.isStandaloneExecutable ? './writer.js' : new URL('./writer.ts', import.meta.url).href

/** Builds every part once, in the order in which they need each other. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const log = overrides.log ?? createLogger(config.log.level, process.stdout.isTTY === true)
  const reportBug = (error: unknown) => log.error({ err: error }, 'a bug')
  const metrics = new Metrics()
  const assets = overrides.assets ?? openAssets(assetsFolder())
  makeDataFolder(config.data.folder)
  const secret = loadSecret(config.data.folder, config.secret)
  const databases =
    overrides.databases ??
    (await openDatabases({
      folder: join(config.data.folder, 'db'),
      shards: config.data.shards,
      writerUrl,
      reportBug,
      onWriterLost: overrides.onWriterLost ?? reportBug,
    }))
  const jobs = new JobRunner({ databases, log })
  const onDisk = overrides.databases === undefined
  const parts = createParts({ config, log, metrics, reportBug, databases, onDisk, jobs, secret, assets })
  const { organizations, members, keys, identity, media, documents, capsules, publications, responses } = parts
  const { stages, control, access, position, realtime, ai, delivery, visitor, visitorPages, nativeFolder } = parts
  const retention = new Retention(databases, reportBug)
  const vitals = new Vitals(databases, capsules, config.region)
  const { routes: healthRoutes, health: node } = health()
  node.check('database', () => {
    databases.readDirectory(() => undefined)
    return undefined
  })
  node.check('data folder', () =>
    overrides.databases || existsSync(config.data.folder) ? undefined : 'the data folder is gone',
  )

  let known: readonly { method: string; path: string }[] = []
  // A host of one to three letters ("app" behind a proxy) is a host like any other: Elysia looks for the path behind it.
  const router = new Elysia({ name: 'encapsify', normalize: false, handler: { standardHostname: false } })
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
    .use(healthRoutes)
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
        origin: config.origin,
        secret,
      }),
    )
    .use(realtimeRoutes({ access, capsules, documents, stages, questions: realtime.questions }))
    .use(aiRoutes({ access, ai, db: databases }))
    .use(questionRoutes({ ai, secret, origin: config.origin, addressOf: parts.addressOf }))
    .use(mediaRoutes({ access, media, origin: config.origin }))
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
        imageSize: pictureSize,
      }),
    )
    .use(vitalRoutes({ access, capsules, vitals, addressOf: parts.addressOf }))
    .use(visitorRoutes(visitor, visitorPages))
    .use(documentation(() => assets.url('scalar')))
    .use(description(config.origin))

  known = router.routes
  registerFigures(metrics, databases, jobs, delivery.pages)
  registerAiFigures(metrics, ai.figures)
  await jobs.start()
  delivery.begin((key, visits) => visitorPages.warm(key, visits))

  const handle = observed({
    handle: (request) => router.fetch(request),
    metrics,
    log,
    position,
    node: `region=${config.region}; role=primary`,
  })
  const doors: Door[] = [
    visitorDoor(delivery),
    (request) => assets.handle(request, pathOf(request.url)),
    pictureDoor(),
    realtime.door,
    recordingDoor(frameEncoder(nativeFolder)),
    mediaDoor(media),
    aiDoor({ ai, keys, reportBug }),
    (request) => handle(request),
  ]
  return {
    log,
    databases,
    doors,
    async fetch(request) {
      for (const door of doors) {
        const answered = door(request, undefined as never)
        if (answered !== undefined) return answered
      }
      throw new Error('No door answered.')
    },
    demo: (progress) =>
      fillDemo(
        { identity, organizations, keys, capsules, publications, responses, origin: config.origin, secret },
        progress,
      ),
    purge: (request) => delivery.purge(purgedTags(request, (named) => organizations.bySlug(named)?.id ?? named)),
    drain() {
      node.drain()
      realtime.drain()
    },
    async close() {
      retention.close()
      await vitals.close()
      await delivery.close()
      await jobs.close()
      await media.close()
      await ai.close()
      await databases.close()
      metrics.close()
    },
  }
}

function pathOf(url: string): string {
  const start = url.indexOf('/', 8)
  const end = url.indexOf('?', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}
