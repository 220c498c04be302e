import { sql } from 'drizzle-orm'
import { isOrganizationId } from '../../db/ids.ts'
import type { LocalDatabases } from '../../db/local.ts'
import type { JobContext, Jobs } from '../../jobs/jobs.ts'
import { tracedFetch } from '../../observability/tracing/outbound.ts'
import type { Invalidation } from '../invalidation.ts'
import { enqueueTelling, moveCursor, tellCdn } from '../operations.ts'
import { everything, pathOfTag } from '../tags.ts'
import { bunny } from './bunny.ts'
import type { Cdn, CdnConfig, Purge } from './cdn.ts'
import { cloudflare } from './cloudflare.ts'
import { fastly } from './fastly.ts'

/** Rows that one step looks at. */
const rowsPerStep = 1_000
/** Above so many tags at once it is cheaper for everybody to begin anew. */
const tagsMax = 1_000
/** How long changes are gathered before they are told: one request for many. */
const gatherMs = 200
const timeoutMs = 10_000

export interface TellingOptions {
  readonly databases: LocalDatabases
  readonly jobs: Jobs
  readonly invalidation: Pick<Invalidation, 'tagsOf' | 'onConfirmed'>
  readonly cdn: Cdn
  /** The public origin: addresses are made of it. */
  readonly origin: string
  readonly reportBug: (error: unknown) => void
  readonly nowMs?: () => number
  /** Resolves after so many milliseconds, or rejects when the signal says so. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

export function cdnOf(config: CdnConfig): Cdn {
  return { cloudflare, fastly, bunny }[config.name](config)
}

interface Row {
  readonly row: number
  readonly kind: string
  readonly subject: string
  readonly payload: string
  readonly organization: string
}

/**
 * Tells a CDN what changed. The change log itself is the queue: each database keeps the row up to which was told, and a job
 * reads on from there, so that a crash between a publication and its telling forgets nothing. Told twice is harmless.
 */
export class CdnTelling {
  readonly #allowance: Allowance
  readonly #enqueuing = new Set<Promise<void>>()

  constructor(private readonly options: TellingOptions) {
    const { jobs, invalidation, cdn, nowMs = Date.now } = options
    this.#allowance = new Allowance(cdn, nowMs)
    jobs.handle(tellCdn, ({ database }, context) => this.#tell(database, context))
    invalidation.onConfirmed((database) => this.#enqueue(database, gatherMs))
  }

  /** Once after a start, and whenever this node begins to write: what was confirmed and never told. */
  begin(): void {
    for (const database of this.options.databases.names) this.#enqueue(database, 0)
  }

  /** Resolves when a job stands for whatever was confirmed. */
  async enqueued(): Promise<void> {
    await Promise.all(this.#enqueuing)
  }

  #enqueue(database: string, afterMs: number): void {
    const { databases, reportBug } = this.options
    // In a cluster the primary tells, for all.
    if (!databases.isPrimary) return
    const enqueuing: Promise<void> = databases
      .writeTo(database, enqueueTelling, { database, afterMs })
      .catch(reportBug)
      .then(() => {
        this.#enqueuing.delete(enqueuing)
      })
    this.#enqueuing.add(enqueuing)
  }

  async #tell(database: string, { signal }: JobContext): Promise<void> {
    for (;;) {
      const { tags, row, isLast } = this.#step(database)
      for (const purge of purgesOf(tags, this.options.cdn, this.options.origin)) await this.#send(purge, signal)
      if (row !== undefined) await this.options.databases.writeTo(database, moveCursor, { row })
      if (isLast) return
    }
  }

  /** What comes next; everything, when rows that were not told are no longer there. */
  #step(database: string): { tags: Set<string>; row: number | undefined; isLast: boolean } {
    const { databases, invalidation } = this.options
    return databases.readFrom(database, (tx) => {
      const [cursor] = tx.all<{ row: number }>(sql`SELECT row FROM cdn_cursor WHERE name = 'cdn'`)
      const [ends] = tx.all<{ first: number | null; last: number | null }>(
        sql`SELECT (SELECT min(row) FROM change) AS first, (SELECT max(row) FROM change) AS last`,
      )
      const last = ends?.last ?? undefined
      // Told for the first time: what shared caches hold from before is not known.
      const isBroken = last !== undefined && (cursor === undefined || (ends?.first ?? 0) > cursor.row + 1)
      if (isBroken) return { tags: new Set([everything]), row: last, isLast: true }
      const rows = tx.all<Row>(
        sql`SELECT row, kind, subject, payload, organization_id AS organization FROM change WHERE row > ${cursor?.row ?? 0} ORDER BY row LIMIT ${rowsPerStep}`,
      )
      const tags = new Set(
        rows.flatMap((row) =>
          invalidation.tagsOf({
            kind: row.kind,
            subject: row.subject,
            organizationId: isOrganizationId(row.organization) ? row.organization : null,
            payload: JSON.parse(row.payload) as unknown,
          }),
        ),
      )
      return { tags, row: rows.at(-1)?.row, isLast: rows.length < rowsPerStep }
    })
  }

  async #send(purge: Purge, signal: AbortSignal): Promise<void> {
    const { cdn, wait = waitMs } = this.options
    for (let ms = this.#allowance.waitMs(); ms > 0; ms = this.#allowance.waitMs()) await wait(ms, signal)
    this.#allowance.take()
    const { url, ...init } = cdn.request(purge)
    const answer = await tracedFetch(url, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const body: unknown = await answer.json().catch(() => undefined)
    if (!answer.ok || cdn.isRefusal?.(body)) throw new Error(`${cdn.name} answered a purge with ${answer.status}.`)
  }
}

/** So many at once, then one each interval. */
class Allowance {
  #left: number
  #atMs: number

  constructor(
    private readonly cdn: Pick<Cdn, 'burst' | 'msPerRequest'>,
    private readonly nowMs: () => number,
  ) {
    this.#left = cdn.burst
    this.#atMs = nowMs()
  }

  /** How long until the next may be sent; 0: now. */
  waitMs(): number {
    const now = this.nowMs()
    this.#left = Math.min(this.cdn.burst, this.#left + (now - this.#atMs) / this.cdn.msPerRequest)
    this.#atMs = now
    return this.#left >= 1 ? 0 : Math.ceil((1 - this.#left) * this.cdn.msPerRequest)
  }

  take(): void {
    this.#left--
  }
}

/** As few requests as there may be. */
export function purgesOf(tags: ReadonlySet<string>, cdn: Pick<Cdn, 'tagsMax' | 'urlsMax'>, origin: string): Purge[] {
  if (tags.has(everything) || tags.size > tagsMax) return [{ everything: true }]
  const paths = [...tags].map(pathOfTag).filter((path) => path !== undefined)
  const named = [...tags].filter((tag) => pathOfTag(tag) === undefined)
  return [
    ...slices(named, cdn.tagsMax).map((some) => ({ tags: some })),
    ...slices(
      paths.map((path) => origin + path),
      cdn.urlsMax,
    ).map((some) => ({ urls: some })),
  ]
}

function slices<T>(list: readonly T[], length: number): T[][] {
  const found: T[][] = []
  for (let at = 0; at < list.length; at += length) found.push(list.slice(at, at + length))
  return found
}

function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
}
