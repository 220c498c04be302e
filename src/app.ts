import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Elysia } from 'elysia'
import { PageCache } from './cache/pages.ts'
import type { Config } from './config.ts'
import { openDatabases } from './db/files.ts'
import type { LocalDatabases } from './db/local.ts'
import { Retention } from './db/retention.ts'
import { AppError } from './errors.ts'
import { type Assets, assetsFolder, openAssets } from './http/assets.ts'
import { health } from './http/health.ts'
import { jsonBody } from './http/json-body.ts'
import { description, documentation } from './http/openapi.ts'
import { problems } from './http/problem.ts'
import { observed, routeTemplates } from './http/request-log.ts'
import type { Door } from './http/server.ts'
import { JobRunner } from './jobs/jobs.ts'
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
  loadSecret(config.data.folder, config.secret)
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
  const retention = new Retention(databases, reportBug)
  const pages = new PageCache(config.cacheBytesMax)
  let assets = overrides.assets
  const builtAssets = () => {
    assets ??= openAssets(assetsFolder())
    return assets
  }
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
    .use(jsonBody())
    .use(healthRoutes)
    .use(metricsRoute(metrics, config.metricsToken))
    .use(documentation(() => builtAssets().url('scalar')))
    .use(description(config.origin))

  known = router.routes
  registerFigures(metrics, databases, jobs, pages)
  await jobs.start()

  const handle = observed((request) => router.handle(request), metrics, log)
  const doors: Door[] = [(request) => builtAssets().handle(request, pathOf(request.url)), (request) => handle(request)]
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
    drain: () => node.drain(),
    async close() {
      retention.close()
      await jobs.close()
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

/** `/metrics` opens for the operators' token alone; an owner's key or session is never enough. */
function metricsRoute(metrics: Metrics, token: string | undefined) {
  const expected = token === undefined ? undefined : new Bun.CryptoHasher('sha256').update(token).digest('hex')
  return new Elysia({ name: 'metrics' }).get('/metrics', async ({ request }) => {
    const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const hash = new Bun.CryptoHasher('sha256').update(given).digest('hex')
    if (expected === undefined || hash !== expected) {
      throw new AppError('forbidden', 'Metrics are for operators: send the token of ENCAPSIFY_METRICS_TOKEN.')
    }
    return new Response(await metrics.text(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  })
}

function registerFigures(metrics: Metrics, databases: LocalDatabases, jobs: JobRunner, pages: PageCache): void {
  metrics.counter('encapsify_db_commits_total', 'Group commits.', () => databases.stats.commits)
  metrics.counter('encapsify_db_operations_total', 'Operations in them.', () => databases.stats.operations)
  metrics.counter('encapsify_db_commit_seconds_total', 'Time spent in them.', () => databases.stats.commitMs / 1_000)
  metrics.gauge('encapsify_db_queue_depth', 'Writes that wait.', () => databases.stats.queueDepth)
  metrics.gauge('encapsify_jobs_waiting', 'Jobs that wait.', () => jobs.counts().waiting)
  metrics.gauge('encapsify_jobs_dead', 'Jobs that were given up.', () => jobs.counts().dead)
  metrics.counter('encapsify_cache_hits_total', 'Pages answered from memory.', () => pages.counts.hits)
  metrics.counter('encapsify_cache_misses_total', 'Pages that had to be rendered.', () => pages.counts.misses)
  metrics.gauge('encapsify_cache_bytes', 'Memory charged to ready pages.', () => pages.bytes)
}

/** The methods for which some route matches this path. */
function methodsAt(routes: readonly { method: string; path: string }[], path: string): string[] {
  const matching = routes.filter((route) =>
    new RegExp(
      `^${route.path
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/:[^/]+/g, '[^/]+')
        .replace(/\*$/, '.*')}$`,
    ).test(path),
  )
  return [...new Set(matching.map((route) => route.method.toUpperCase()))].sort()
}
