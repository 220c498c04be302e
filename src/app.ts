import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Elysia } from 'elysia'
import {
  aiDoor,
  aiRoutes,
  capsuleText,
  openAi,
  questionRoutes,
  registerAiFigures,
  type TextOf,
} from '../modules/ai/index.ts'
import {
  type Block,
  Capsules,
  capsuleChanged,
  capsuleRoutes,
  Documents,
  Publications,
  plainText,
  purgeDeletedCapsules,
  Responses,
} from '../modules/capsule/index.ts'
import { type Demo, fillDemo, type Progress } from '../modules/demo/index.ts'
import { Identity, identityRoutes } from '../modules/identity/index.ts'
import { mediaDoor, mediaRoutes, openMedia } from '../modules/media/index.ts'
import {
  AccessControl,
  accessPlugin,
  Keys,
  Members,
  Organizations,
  organizationRoutes,
} from '../modules/organization/index.ts'
import { frameEncoder, pictureDoor, pictureSize, recordingDoor, templates } from '../modules/templates/index.ts'
import { visitorDoor, visitorRoutes } from '../modules/visitor/index.ts'
import { PageCache } from './cache/pages.ts'
import type { Config } from './config.ts'
import { openDatabases } from './db/files.ts'
import { organizationOf } from './db/ids.ts'
import type { LocalDatabases } from './db/local.ts'
import { Retention } from './db/retention.ts'
import { addresses } from './http/addresses.ts'
import { type Assets, assetsFolder, openAssets } from './http/assets.ts'
import { clientAddress } from './http/client-address.ts'
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
import { carrierOf } from './mail/carrier.ts'
import { PostOffice } from './mail/post-office.ts'
import { registerFigures } from './observability/figures.ts'
import { createLogger, type Logger } from './observability/logs.ts'
import { Metrics } from './observability/metrics.ts'
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
  /** From now on the node is not ready. */
  drain(): void
  close(): Promise<void>
}

/** Where the writer's code is: a file beside this one, or the executable's second entry. */
const writerUrl = Bun.isStandaloneExecutable ? './writer.js' : new URL('./writer.ts', import.meta.url).href

/** Builds every part once, in the order in which they need each other. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const log = overrides.log ?? createLogger(config.log.level, process.stdout.isTTY === true)
  const reportBug = (error: unknown) => log.error({ err: error }, 'a bug')
  const metrics = new Metrics()
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
  const mailer = new PostOffice({ databases, jobs, carrier: carrierOf(config, log) })
  const organizations = new Organizations(databases, jobs)
  const members = new Members(databases, mailer, config.origin)
  const keys = new Keys(databases)
  const addressOf = clientAddress(config.onFly)
  const identity = new Identity({
    databases,
    jobs,
    mailer,
    origin: config.origin,
    secret,
    addressOf,
    log,
    onBeforeDelete: ({ userId }) => members.checkMayLeaveAll(userId),
    onDeleted: (userId) => members.leaveAll(userId),
  })
  const nativeFolder = join(config.data.folder, 'native')
  const media = openMedia({ db: databases, jobs, config: config.media, nativeFolder, secrets: [secret], reportBug })
  const documents = new Documents(databases)
  const capsules = new Capsules(databases)
  const publications = new Publications(databases, capsules, documents)
  const responses = new Responses(databases, documents)
  purgeDeletedCapsules(databases, jobs)
  const ai = openAi({ db: databases, config: config.ai, textOf: publishedText(capsules, documents), log, reportBug })
  databases.changes.onConfirmed(capsuleChanged, ({ subject }) => void ai.chat.refresh(subject).catch(reportBug))
  const access = accessPlugin(new AccessControl((request) => identity.sessionOf(request), organizations, members, keys))
  const retention = new Retention(databases, reportBug)
  const pages = new PageCache(config.cacheBytesMax)
  const assets = overrides.assets ?? openAssets(assetsFolder())
  const { routes: healthRoutes, health: node } = health()
  node.check('database', () => {
    databases.readDirectory(() => undefined)
    return undefined
  })
  node.check('data folder', () =>
    overrides.databases || existsSync(config.data.folder) ? undefined : 'the data folder is gone',
  )

  let known: readonly { method: string; path: string }[] = []
  const router = new Elysia({ name: 'encapsify', normalize: false })
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
    .use(aiRoutes({ access, ai, db: databases }))
    .use(questionRoutes({ ai, secret, origin: config.origin, addressOf }))
    .use(mediaRoutes({ access, media, origin: config.origin }))
    .use(
      visitorRoutes({
        origin: config.origin,
        secret,
        databases,
        pages,
        organizations,
        publications,
        responses,
        assets,
        chat: ai.chat,
        addressOf,
        media: media.assets,
        imageSize: pictureSize,
      }),
    )
    .use(documentation(() => assets.url('scalar')))
    .use(description(config.origin))

  known = router.routes
  registerFigures(metrics, databases, jobs, pages)
  registerAiFigures(metrics, ai.figures)
  await jobs.start()

  const handle = observed({
    handle: (request) => router.handle(request),
    metrics,
    log,
    position: () => `${databases.position.epoch}.${databases.position.number}`,
    node: `region=${config.region}; role=primary`,
  })
  const doors: Door[] = [
    visitorDoor({ pages }),
    (request) => assets.handle(request, pathOf(request.url)),
    pictureDoor(),
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
    drain: () => node.drain(),
    async close() {
      retention.close()
      await jobs.close()
      await media.close()
      await ai.close()
      await databases.close()
      metrics.close()
    },
  }
}

/** What a chat knows of a capsule: the words of what is published, block by block. */
function publishedText(capsules: Capsules, documents: Documents): TextOf {
  const wordsOf = (block: Block) => plainText({ format: 1, pages: [{ id: 'one', blocks: [block] }] })
  return (organizationId, capsuleId) => {
    const owner = organizationOf(capsuleId)
    const row = owner === organizationId ? capsules.get(owner, capsuleId) : undefined
    if (row?.state !== 'published' || row.publishedVersion === null) return undefined
    const document = documents.version(capsuleId, row.publishedVersion)
    return document && capsuleText({ version: row.publishedVersion, title: row.title }, document, wordsOf)
  }
}

function pathOf(url: string): string {
  const start = url.indexOf('/', 8)
  const end = url.indexOf('?', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}
