import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Elysia } from 'elysia'
import {
  Capsules,
  capsuleRoutes,
  Documents,
  Publications,
  purgeDeletedCapsules,
  Responses,
} from '../modules/capsule/index.ts'
import { type Demo, fillDemo, type Progress } from '../modules/demo/index.ts'
import { Identity, identityRoutes } from '../modules/identity/index.ts'
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
import { formatPosition } from './node/carried-position.ts'
import { Lag, watchNode } from './node/checks.ts'
import { openClusterDatabases } from './node/cluster-databases.ts'
import { clustered } from './node/clustered.ts'
import type { GuardLink } from './node/link.ts'
import { followRole } from './node/role.ts'
import { registerFigures } from './observability/figures.ts'
import { createLogger, type Logger } from './observability/logs.ts'
import { Metrics } from './observability/metrics.ts'
import { writerModules } from './operations.ts'
import { loadSecret } from './secret.ts'

/** What tests put in the place of the real parts. */
export interface Overrides {
  readonly databases?: LocalDatabases
  readonly log?: Logger
  readonly assets?: Assets
  readonly onWriterLost?: (error: Error) => void
  /** The way to this node's guard, in a cluster. */
  readonly link?: GuardLink
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
  const onWriterLost = overrides.onWriterLost ?? reportBug
  const { folder, shards } = config.data
  const opening = { shards, writerUrl, reportBug, onWriterLost }
  const { link } = overrides
  const seat =
    config.cluster === undefined || link === undefined
      ? undefined
      : await openClusterDatabases({
          ...{ ...opening, config: config.cluster, data: folder, link },
          operations: writerModules.flatMap((module) => module.operations),
        })
  const databases =
    overrides.databases ?? seat?.databases ?? (await openDatabases({ ...opening, folder: join(folder, 'db') }))
  const jobs = new JobRunner({ databases, log })
  const mailer = new PostOffice({ databases, jobs, carrier: carrierOf(config, log) })
  const organizations = new Organizations(databases, jobs)
  const members = new Members(databases, mailer, config.origin)
  const keys = new Keys(databases)
  const identity = new Identity({
    databases,
    jobs,
    mailer,
    origin: config.origin,
    secret,
    addressOf: clientAddress(config.onFly),
    log,
    onBeforeDelete: ({ userId }) => members.checkMayLeaveAll(userId),
    onDeleted: (userId) => members.leaveAll(userId),
  })
  const documents = new Documents(databases)
  const capsules = new Capsules(databases)
  const publications = new Publications(databases, capsules, documents)
  const responses = new Responses(databases, documents)
  purgeDeletedCapsules(databases, jobs)
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
        imageSize: pictureSize,
      }),
    )
    .use(documentation(() => assets.url('scalar')))
    .use(description(config.origin))

  known = router.routes
  registerFigures(metrics, databases, jobs, pages)
  const lag = seat === undefined ? undefined : new Lag(databases)
  if (seat !== undefined && lag !== undefined) watchNode({ ...seat, lag }, node, metrics)
  databases.onReset(() => pages.clear())
  if (seat === undefined) await jobs.start()
  else followRole(seat.port, jobs, log)

  const handle = observed({
    handle:
      seat === undefined
        ? (request) => router.handle(request)
        : clustered({ ...seat, handle: (request) => router.handle(request) }),
    metrics,
    log,
    position: () => formatPosition(config.cluster?.name, databases.position),
    node: () => `region=${config.region}; role=${databases.isPrimary ? 'primary' : 'replica'}`,
  })
  const doors: Door[] = [
    visitorDoor({ pages }),
    (request) => assets.handle(request, pathOf(request.url)),
    pictureDoor(),
    recordingDoor(frameEncoder(join(config.data.folder, 'native'))),
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
      await databases.close()
      seat?.close()
      lag?.close()
      metrics.close()
    },
  }
}

function pathOf(url: string): string {
  const start = url.indexOf('/', 8)
  const end = url.indexOf('?', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}
