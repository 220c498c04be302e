import { sql } from 'drizzle-orm'
import type { Databases } from '../db/database.ts'
import { faded, rememberVisits, type Visited, visitedPagesMax } from './operations.ts'
import type { PageCache } from './pages.ts'

/** One small operation a minute at most, and none when nobody came. A GET never writes. */
const everyMs = 60_000

/** Remembers which pages are visited most, across restarts and on every node. */
export class Visits {
  readonly #timer: ReturnType<typeof setInterval>

  constructor(
    private readonly databases: Pick<Databases, 'readDirectory' | 'write'>,
    private readonly pages: Pick<PageCache, 'takeVisits'>,
  ) {
    // A hint that was not stored is worth no line in a log: the next one brings what the page counts then.
    this.#timer = setInterval(() => void this.remember().catch(() => {}), everyMs)
    this.#timer.unref()
  }

  async remember(): Promise<void> {
    const pages = this.pages.takeVisits(visitedPagesMax)
    if (pages.length > 0) await this.databases.write(rememberVisits, null, { pages })
  }

  /** The most visited, first first. */
  most(nowMs: number): Visited[] {
    const rows = this.databases.readDirectory((tx) =>
      tx.all<Visited & { at: number }>(sql`SELECT key, visits, at_ms AS at FROM cache_visit`),
    )
    const now = rows.map(({ key, visits, at }) => ({ key, visits: Math.ceil(faded(visits, nowMs - at)) }))
    return now.toSorted((a, b) => b.visits - a.visits).slice(0, visitedPagesMax)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.remember().catch(() => {})
  }
}
