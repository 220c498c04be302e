import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { aiDoor, registerAiFigures } from '../modules/ai/index.ts'
import type { Availability } from '../modules/availability/index.ts'
import { type PurgeRequest, purgedTags, Vitals } from '../modules/delivery/index.ts'
import { type Demo, fillDemo, type Progress } from '../modules/demo/index.ts'
import type { Site } from '../modules/domains/index.ts'
import { mediaDoor, uploadsPath } from '../modules/media/index.ts'
import { openOps } from '../modules/ops/index.ts'
import { frameEncoder, pictureDoor, recordingDoor } from '../modules/templates/index.ts'
import { visitorDoor } from '../modules/visitor/index.ts'
import { version } from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { makeDataFolder } from './data-folder.ts'
import { type FileOptions, openDatabases } from './db/files.ts'
import type { LocalDatabases } from './db/local.ts'
import { Retention } from './db/retention.ts'
import { type Assets, assetDoor, assetsFolder, openAssets } from './http/assets.ts'
import { clientAddress } from './http/client-address.ts'
import { restoreHeadLength } from './http/head-length.ts'
import { health } from './http/health.ts'
import { measured, observed } from './http/request-log.ts'
import { type Door, Traffic } from './http/server.ts'
import { JobRunner } from './jobs/jobs.ts'
import { Lag, watchNode } from './node/checks.ts'
import { openClusterDatabases } from './node/cluster-databases.ts'
import { clustered, clusteredLive } from './node/clustered.ts'
import type { GuardLink } from './node/link.ts'
import { followRole } from './node/role.ts'
import { cacheFigures, registerFigures } from './observability/figures.ts'
import type { Logger } from './observability/logs.ts'
import { Observability } from './observability/observability.ts'
import { writerModules } from './operations.ts'
import { createParts } from './parts.ts'
import { createRouter } from './router.ts'
import { loadSecret, type Secrets } from './secret.ts'

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
  /** Requests under way: given to the server, shown to operators. */
  readonly traffic: Traffic
  /** Which site a request sees by its host; the doors are given what it says. */
  readonly site: Site
  /** The doors of the server, in order: ready pages, assets, the router. */
  readonly doors: readonly Door[]
  /** All doors as one function, for tests. */
  fetch(request: Request): Promise<Response>
  /** Fills the data with the demo's organization and capsules; told again it changes nothing but makes a fresh key. */
  demo(progress?: Progress): Promise<Demo>
  /** From now on the node is not ready, and live connections are sent elsewhere. */
  drain(): void
  /** What was promised and what was kept, for the command line. */
  readonly availability: Availability
  /** Throws pages out of every cache. */
  purge(request: PurgeRequest): Promise<void>
  close(): Promise<void>
}

/** Where the writer's code is: a file beside this one, or the executable's second entry. */
const writerUrl = Bun.isStandaloneExecutable ? './writer.js' : new URL('./writer.ts', import.meta.url).href

/** Builds every part once, in the order in which they need each other. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const traffic = new Traffic()
  const observability = new Observability({
    telemetry: config.telemetry,
    level: config.log.level,
    terminal: process.stdout.isTTY === true,
    version,
    region: config.region,
    traffic,
    log: overrides.log,
  })
  const { log, metrics, tracer } = observability
  const reportBug = (error: unknown) => log.error({ err: error }, 'a bug')
  const assets = overrides.assets ?? openAssets(assetsFolder())
  makeDataFolder(config.data.folder)
  const secrets: Secrets = [loadSecret(config.data.folder, config.secret), ...config.formerSecrets]
  const { link, onWriterLost = reportBug } = overrides
  const { folder, shards } = config.data
  const onReader: NonNullable<FileOptions['onReader']> = (sqlite, database) =>
    observability.statements.watch(sqlite, database)
  const opening = { shards, writerUrl, reportBug, onWriterLost, onReader }
  const seat =
    config.cluster === undefined || link === undefined
      ? undefined
      : await openClusterDatabases({
          ...{ ...opening, config: config.cluster, data: folder, link, clientOf: clientAddress(config.onFly) },
          operations: writerModules.flatMap((module) => module.operations),
        })
  const databases =
    overrides.databases ?? seat?.databases ?? (await openDatabases({ ...opening, folder: join(folder, 'db') }))
  const jobs = new JobRunner({ databases, log })
  observability.observe(databases, jobs)
  const onDisk = overrides.databases === undefined
  const { neighbours, files } = seat ?? {}
  const kernel = {
    config,
    log,
    metrics,
    tracer,
    reportBug,
    databases,
    onDisk,
    jobs,
    secrets,
    assets,
    neighbours,
    files,
  }
  const parts = createParts(kernel)
  const { organizations, keys, identity, media, capsules, visitorPages, nativeFolder } = parts
  const { availability, sharing, notifications, position, realtime, analytics, ai, delivery } = parts
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

  const watchman = observability.guard({
    isReady: () => Object.keys(node.reasons()).length === 0,
    alerts: { config: config.alerts, mailer: parts.mailer, origin: config.origin, node: config.region },
    conditions: () => availability.conditions,
    historyPath: onDisk ? join(folder, 'objectives.json') : undefined,
  })
  const ops = openOps({
    ...{ origin: config.origin, region: config.region, version, assets, databases, jobs, observability, watchman },
    operators: {
      sessionOf: (request) => identity.sessionOf(request),
      hasProvenAddress: (person) => identity.hasProvenAddress(person),
      addresses: config.operators,
    },
    reasons: () => node.reasons(),
    purge: (tags) => delivery.purge(tags === 'all' ? purgedTags({ everything: true }, String) : tags),
    availability,
    topPages: (pagesMax) => delivery.pages.most(pagesMax),
  })

  const router = createRouter({
    config,
    parts,
    databases,
    assets,
    secrets,
    log,
    metrics,
    vitals,
    health: healthRoutes,
    ops: ops.routes,
  })
  registerFigures(metrics, {
    databases,
    jobs,
    traffic,
    folder: onDisk ? (seat?.config.mount ?? join(folder, 'db')) : undefined,
    caches: { pages: cacheFigures(delivery.pages), media: cacheFigures(media.cache) },
  })
  metrics.gauges('encapsify_media_tasks', 'Pictures being made, and waiting.', 'state', () =>
    Object.entries(media.workroom.counts),
  )
  registerAiFigures(metrics, ai.figures)
  ai.figures.onFirstToken = (ms) => observability.firstToken.of().observe(ms / 1_000)
  const lag = seat === undefined ? undefined : new Lag(databases)
  if (seat !== undefined && lag !== undefined) watchNode({ ...seat, lag }, node, metrics)
  availability.nodes.lagMs = () => lag?.ms ?? 0
  databases.changes.onReset(() => realtime.live.restart())
  if (seat === undefined) await jobs.start()
  else followRole(seat.port, jobs, log)
  delivery.begin((key, visits) => visitorPages.warm(key, visits))
  const beginWriting = () => {
    void notifications.begin().catch(reportBug)
    void ai.begin(databases).catch(reportBug)
  }
  const lead = () => {
    delivery.lead()
    beginWriting()
  }
  if (seat === undefined || seat.port.isPrimary) beginWriting()
  seat?.port.onRole(() => {
    delivery.pages.retell()
    if (seat.port.isPrimary) lead()
  })

  const routed = async (request: Request) => restoreHeadLength(await router.fetch(request))
  const handle = observed({
    handle: seat === undefined ? routed : clustered({ ...seat, primaryPaths: [uploadsPath] }, routed),
    ...{ metrics, log, tracer, position, record: availability.record, node: parts.node },
  })
  seat?.takeRequests(handle)
  const { record } = availability
  const measure = (route: string, door: Door) => measured(route, door, { metrics, tracer, record })
  const doors: Door[] = [
    measure('page', visitorDoor(delivery)),
    measure('asset', assetDoor(assets)),
    pictureDoor(),
    measure('visit', analytics.beaconDoor),
    analytics.watchDoor,
    seat === undefined ? realtime.door : clusteredLive(seat, realtime.door),
    recordingDoor(frameEncoder(nativeFolder)),
    measure('media', mediaDoor(media)),
    measure('ai', aiDoor({ ai, keys, reportBug })),
    (request) => handle(request),
  ]
  const ask = async (sent: Request): Promise<Response> => {
    const request = parts.site(sent)
    if (request instanceof Response) return request
    for (const door of doors) {
      const answered = door(request, undefined as never)
      if (answered !== undefined) return answered
    }
    throw new Error('No door answered.')
  }
  availability.begin(ask)
  traffic.onShed = (request) => record.note(request.url, 503)
  return {
    ...{ log, databases, traffic, doors, site: parts.site, availability, fetch: ask },
    demo: (progress) => fillDemo({ ...parts, origin: config.origin, secret: secrets[0] }, progress),
    purge: (request) => delivery.purge(purgedTags(request, (named) => organizations.bySlug(named)?.id ?? named)),
    drain() {
      node.drain()
      realtime.drain()
      media.drain()
      analytics.drain()
    },
    async close() {
      retention.close()
      await availability.close()
      await watchman.close()
      ops.close()
      await vitals.close()
      await sharing.close()
      await analytics.close()
      await delivery.close()
      await notifications.close()
      await jobs.close()
      await media.close()
      await ai.close()
      await databases.close()
      seat?.close()
      lag?.close()
      await observability.close()
    },
  }
}
