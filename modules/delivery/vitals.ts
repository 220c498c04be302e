import { and, eq, gte } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import type { Capsules } from '../capsule/index.ts'
import { addVitals, vitalsPerOperationMax } from './operations.ts'
import { webVital } from './schema.ts'
import { bucketOf, type Histogram, histogramOf, type Metric, metrics } from './vital-buckets.ts'

/** Capsules, and counts of them, that wait in memory; past it visits go uncounted: a sample is a sample. */
const capsulesMax = 2_000
const countsMax = 20_000
const everyMs = 30_000
const dayMs = 24 * 3_600_000

export const devices = ['phone', 'tablet', 'desktop'] as const

/** What a browser tells of one visit. */
export interface Beacon {
  readonly capsule: string
  readonly device: (typeof devices)[number]
  readonly metrics: Readonly<Partial<Record<Metric, number>>>
}

export interface DeviceVitals {
  readonly device: string
  readonly region: string | null
  readonly metrics: Readonly<Record<string, Histogram>>
}

/** Web Vitals from the field: gathered in memory, stored as histograms a few times a minute. */
export class Vitals {
  /** Capsule → `device metric bucket` → count. */
  #waiting = new Map<string, Map<string, number>>()
  #counts = 0
  readonly #timer: ReturnType<typeof setInterval>

  constructor(
    private readonly databases: Databases,
    private readonly capsules: Pick<Capsules, 'get'>,
    private readonly region: string,
    private readonly nowMs = Date.now,
  ) {
    this.#timer = setInterval(() => void this.store().catch(() => {}), everyMs)
    this.#timer.unref()
  }

  add({ capsule, device, metrics: told }: Beacon): void {
    let counts = this.#waiting.get(capsule)
    if (counts === undefined) {
      if (this.#waiting.size >= capsulesMax) return
      counts = new Map()
      this.#waiting.set(capsule, counts)
    }
    for (const metric of metrics) {
      const value = told[metric]
      if (value === undefined) continue
      const key = `${device} ${metric} ${bucketOf(metric, value)}`
      const before = counts.get(key) ?? 0
      if (before === 0 && ++this.#counts > countsMax) return
      counts.set(key, before + 1)
    }
  }

  /** Writes what waits, a capsule an operation. What names no capsule of ours is dropped here, where it costs nobody a wait. */
  async store(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = new Map()
    this.#counts = 0
    for (const [capsuleId, counts] of waiting) {
      const organizationId = this.#ownerOf(capsuleId)
      if (organizationId === undefined) continue
      const rows = [...counts].map(([key, count]) => {
        const [device = '', metric = '', bucket = ''] = key.split(' ')
        return { region: this.region, device, metric, bucket: Number(bucket), count }
      })
      for (let at = 0; at < rows.length; at += vitalsPerOperationMax) {
        const some = rows.slice(at, at + vitalsPerOperationMax)
        await this.databases.write(addVitals, organizationId, { capsuleId, rows: some })
      }
    }
  }

  /** The last days of a capsule, by device, and by region where that is asked for. */
  of(organizationId: OrganizationId, capsuleId: string, days: number, byRegion: boolean): DeviceVitals[] {
    const from = Math.floor(this.nowMs() / dayMs) - days + 1
    const rows = this.databases.read(organizationId, (tx) =>
      tx
        .select()
        .from(webVital)
        .where(and(eq(webVital.capsuleId, capsuleId), gte(webVital.day, from)))
        .all(),
    )
    const groups = Map.groupBy(rows, (row) => `${row.device} ${byRegion ? row.region : ''}`)
    return [...groups]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, its]) => {
        const [device = '', region = ''] = key.split(' ')
        const histograms = metrics.map((metric) => [metric, histogramOf(metric, countsOf(its, metric))] as const)
        return { device, region: region === '' ? null : region, metrics: Object.fromEntries(histograms) }
      })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.store().catch(() => {})
  }

  #ownerOf(capsuleId: string): OrganizationId | undefined {
    try {
      const organizationId = organizationOf(capsuleId)
      this.capsules.get(organizationId, capsuleId)
      return organizationId
    } catch (error) {
      if (error instanceof AppError) return undefined
      throw error
    }
  }
}

function countsOf(rows: readonly (typeof webVital.$inferSelect)[], metric: Metric): Map<number, number> {
  const counts = new Map<number, number>()
  for (const row of rows) {
    if (row.metric === metric) counts.set(row.bucket, (counts.get(row.bucket) ?? 0) + row.count)
  }
  return counts
}
