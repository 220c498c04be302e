import { join } from 'node:path'
import type { LocalDatabases } from '../db/local.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { CdnConfig } from './cdn/cdn.ts'
import { CdnTelling, cdnOf } from './cdn/telling.ts'
import { Invalidation } from './invalidation.ts'
import { cachePurged, purgeCaches } from './operations.ts'
import { PageDisk } from './page-disk.ts'
import { PageCache } from './pages.ts'
import { Provenance } from './provenance.ts'
import { Visits } from './visits.ts'
import { Warming } from './warming.ts'

export interface DeliveryOptions {
  readonly databases: LocalDatabases
  readonly jobs: Jobs
  readonly bytesMax: number
  /** Where pages go that memory has no room for; absent: nowhere. `generation`: of the code that renders. */
  readonly disk: { readonly folder: string; readonly bytesMax: number; readonly generation: string } | undefined
  readonly cdn: CdnConfig | undefined
  readonly origin: string
  readonly reportBug: (error: unknown) => void
  /** Region and role of this node. */
  readonly node?: () => string
}

/** The parts of the cache, built in their order: pages, what evicts them, the disk, the CDN, warming. */
export class Delivery {
  readonly pages: PageCache
  readonly invalidation: Invalidation
  readonly #disk: PageDisk | undefined
  readonly #visits: Visits
  readonly #telling: CdnTelling | undefined
  #warming: Warming | undefined

  constructor(private readonly options: DeliveryOptions) {
    const { databases, jobs, cdn, origin, reportBug } = options
    this.invalidation = new Invalidation(databases.changes, (tag) => this.pages.evictTag(tag))
    const provenance = new Provenance(databases, this.invalidation)
    this.#disk =
      options.disk === undefined
        ? undefined
        : new PageDisk({ ...options.disk, folder: join(options.disk.folder, 'pages'), provenance })
    this.pages = new PageCache(options.bytesMax, {
      node: options.node,
      ...(this.#disk !== undefined && { store: this.#disk }),
    })
    this.invalidation.on(cachePurged, ({ payload }) => (payload as { tags: string[] }).tags)
    databases.changes.onReset(() => this.pages.clear())
    this.#visits = new Visits(databases, this.pages)
    if (cdn !== undefined) {
      this.#telling = new CdnTelling({
        databases,
        jobs,
        invalidation: this.invalidation,
        cdn: cdnOf(cdn),
        origin,
        reportBug,
      })
    }
  }

  /**
   * Once everything that evicts is registered: takes over the disk's pages, tells the CDN what it missed, and makes the most
   * visited pages ready, all behind the first answers.
   * @param warm makes the page of a key ready
   */
  begin(warm: (key: string, visits: number) => Promise<void>): void {
    const warming = new Warming(warm)
    this.#warming = warming
    this.#disk?.restore().catch(this.options.reportBug)
    this.#telling?.begin()
    for (const { key, visits } of this.#visits.most(Date.now())) warming.add(key, visits)
    this.pages.onEvicted((key, visits) => warming.add(key, visits))
  }

  /** This node writes from now on: tells the CDN what was confirmed and never told. */
  lead(): void {
    this.#telling?.begin()
  }

  /** Throws out of every cache, on every node and in the CDN, what carries one of these tags. Resolves when it is announced. */
  async purge(tags: readonly string[]): Promise<void> {
    await this.options.databases.write(purgeCaches, null, { tags: [...tags] })
  }

  async close(): Promise<void> {
    await this.#warming?.close()
    await this.#visits.close()
    await this.#telling?.enqueued()
    this.pages.settle()
    await this.#disk?.close()
  }
}
