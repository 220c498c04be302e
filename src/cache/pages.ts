import { negotiate } from '../http/encoding.ts'
import { strongTags } from '../http/etag.ts'
import { matches } from '../http/validators.ts'
import { Compression } from './compression.ts'
import { type Entry, entryOf, offeredBy, plainOf, type Rendered } from './entry.ts'
import { PageMemory } from './page-memory.ts'
import { rules } from './rules.ts'
import { TagClock, tagsOfKey } from './tags.ts'

export type { Rendered } from './entry.ts'

/** Reads and renders in one go, so that what it read belongs together. A Response (one visitor's own, say) is passed through. */
export type Render = () => Rendered | Response | Promise<Rendered | Response>

/** Where pages go that memory has no room for. Only what the cache says still stands is taken from it. */
export interface PageStore {
  readonly bytes: number
  has(key: string): boolean
  /** Reads a page back; undefined when it is not there or not whole. */
  read(key: string): Promise<Entry | undefined>
  /** Keeps a page that stands now; undefined behaviour of the disk is its own to swallow. */
  keep(entry: Entry): void
  evictTag(tag: string): void
  clear(): void
}

export interface PageCacheOptions {
  readonly store?: PageStore
  readonly nowMs?: () => number
  /** Which node answers, for `Encapsify-Node`; `retell` when it is another. */
  readonly node?: (() => string) | undefined
}

/** How an answer came about, when it did not lie ready (RFC 9211, Server-Timing). */
interface Told {
  readonly status: string
  readonly timing: string
}

interface Flight {
  readonly made: Promise<Entry | Response>
  readonly startedAt: number
}

/** Visited so often, a page is worth the best compression. */
const visitsToCompress = 2

/**
 * Ready pages in memory, bounded by bytes: the hot path answers them before the router. Each is kept in one coding. Evictions
 * are counted, and that count is the cache's clock: what was begun before the last eviction of one of its tags is not kept,
 * and who asks after an eviction never joins a rendering that began before it. So no race between a change and a rendering
 * leaves old bytes behind.
 */
export class PageCache {
  readonly #memory: PageMemory
  readonly #clock = new TagClock()
  readonly #flights = new Map<string, Flight>()
  readonly #compression = new Compression()
  readonly #store: PageStore | undefined
  readonly #nowMs: () => number
  #onEvicted: (key: string, visits: number) => void = () => {}
  readonly counts = { hits: 0, misses: 0, diskHits: 0, stale: 0, notModified: 0, evictions: 0 }

  constructor(bytesMax: number, { store, nowMs = Date.now, node }: PageCacheOptions = {}) {
    this.#store = store
    this.#nowMs = nowMs
    this.#memory = new PageMemory(bytesMax, { node, onDropped: (entry) => this.#store?.keep(entry) })
  }

  get bytes(): number {
    return this.#memory.bytes
  }

  get size(): number {
    return this.#memory.size
  }

  get diskBytes(): number {
    return this.#store?.bytes ?? 0
  }

  /** Hears of every page that a change evicted, and how often it had been visited. */
  onEvicted(listener: (key: string, visits: number) => void): void {
    this.#onEvicted = listener
  }

  /** The answer to a GET or HEAD when its page is ready and fresh. `key` is the page's address in its one normal form. */
  answer(key: string, request: Request): Response | undefined {
    const entry = this.#memory.page(key)
    if (entry === undefined || entry.freshUntilMs <= this.#nowMs()) return undefined
    this.counts.hits++
    if (++entry.visits === visitsToCompress) this.#compress(entry)
    return this.#respond(entry, request)
  }

  /** The page, rendered once however many ask at the same time. What is not kept is not shared either. */
  async answerOrRender(key: string, request: Request, render: Render): Promise<Response> {
    const ready = this.answer(key, request) ?? this.#answerNegative(key, request)
    if (ready !== undefined) return ready
    const kept = this.#memory.page(key)
    const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() - kept.freshUntilMs
    if (kept !== undefined && ageMs < rules[kept.kind].staleWhileRevalidateMs) {
      this.counts.stale++
      this.#refresh(key, render)
      return this.#respond(kept, request, {
        status: `hit; ttl=${-Math.ceil(ageMs / 1_000)}`,
        timing: 'cache;desc=stale',
      })
    }
    try {
      return await this.#answerAnew(key, request, render)
    } catch (error) {
      if (kept === undefined || ageMs >= rules[kept.kind].staleIfErrorMs || !this.#memory.holds(kept)) throw error
      this.counts.stale++
      return this.#respond(kept, request, { status: 'fwd=stale; detail=error', timing: 'cache;desc=stale' })
    }
  }

  /** Makes a page ready before anybody asks. @param visits what its predecessor had */
  async warm(key: string, render: Render, visits = 0): Promise<void> {
    if (this.#memory.page(key) !== undefined) return
    const made = await this.#fly(key, render, false)
    if (made instanceof Response || !this.#memory.holds(made)) return
    made.visits += visits
    made.visitsTold += visits
    this.#compress(made)
  }

  /** Called when a change is applied, before anybody reads the newer data. */
  evictTag(tag: string): void {
    this.#clock.evict(tag)
    this.counts.evictions++
    for (const key of this.#memory.keysOf(tag)) this.#evict(key)
    this.#store?.evictTag(tag)
  }

  clear(): void {
    this.#clock.evictAll()
    this.#memory.clear()
    this.#store?.clear()
  }

  /** The node has another role: what is ready is made again when it is asked for. */
  retell(): void {
    this.#memory.retell()
  }

  /** The most visited pages, with their visits since they were last taken. */
  takeVisits(pagesMax: number): { key: string; visits: number }[] {
    const visited = this.#memory.pages().filter((entry) => entry.visits > entry.visitsTold)
    const most = visited.toSorted((a, b) => b.visits - b.visitsTold - (a.visits - a.visitsTold)).slice(0, pagesMax)
    return most.map((entry) => {
      const visits = entry.visits - entry.visitsTold
      entry.visitsTold = entry.visits
      return { key: entry.key, visits }
    })
  }

  /** The pages in memory that were visited most, and how often since they are there. One pass: somebody may look every second. */
  most(pagesMax: number): { key: string; visits: number }[] {
    const most: { key: string; visits: number }[] = []
    for (const { key, visits } of this.#memory.pages()) {
      if (visits === 0 || (most.length >= pagesMax && visits <= (most.at(-1)?.visits ?? 0))) continue
      const at = most.findIndex((one) => one.visits < visits)
      most.splice(at === -1 ? most.length : at, 0, { key, visits })
      if (most.length > pagesMax) most.pop()
    }
    return most
  }

  /** Lays down what memory holds, so that a restart finds it. */
  settle(): void {
    for (const entry of this.#memory.pages()) this.#store?.keep(entry)
  }

  #answerNegative(key: string, request: Request): Response | undefined {
    const entry = this.#memory.negative(key)
    if (entry === undefined || entry.freshUntilMs <= this.#nowMs()) return undefined
    this.counts.hits++
    return this.#respond(entry, request)
  }

  async #answerAnew(key: string, request: Request, render: Render): Promise<Response> {
    const startedMs = performance.now()
    const flight = this.#flights.get(key)
    if (flight?.startedAt === this.#clock.now) {
      const made = await flight.made
      if (!(made instanceof Response)) {
        return this.#respond(made, request, { status: 'fwd=uri-miss; collapsed', timing: 'cache;desc=miss' })
      }
    }
    const made = await this.#fly(key, render, true)
    if (made instanceof Response) return made
    const took = `dur=${(performance.now() - startedMs).toFixed(2)}`
    if (made.onDisk)
      return this.#respond(made, request, { status: 'hit; detail=disk', timing: `cache;desc=disk;${took}` })
    const status = this.#memory.keeps(made) ? 'fwd=uri-miss; stored' : 'fwd=uri-miss'
    return this.#respond(made, request, { status, timing: `cache;desc=miss, render;${took}` })
  }

  /** Behind an answer that was already given: what goes wrong is the next one's to see. */
  #refresh(key: string, render: Render): void {
    if (this.#flights.get(key)?.startedAt === this.#clock.now) return
    this.#fly(key, render, false).catch(() => {})
  }

  async #fly(key: string, render: Render, fromStore: boolean): Promise<Entry | Response> {
    const flight = { made: this.#make(key, render, fromStore), startedAt: this.#clock.now }
    this.#flights.set(key, flight)
    try {
      return await flight.made
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  async #make(key: string, render: Render, fromStore: boolean): Promise<Entry | Response> {
    const stored = fromStore && this.#store?.has(key) ? await this.#fromStore(this.#store, key) : undefined
    if (stored !== undefined) return stored
    this.counts.misses++
    const startedAt = this.#clock.now
    const made = render()
    const rendered = made instanceof Promise ? await made : made
    if (rendered instanceof Response) return rendered
    const entry = entryOf(key, rendered, this.#nowMs())
    if (this.#clock.stands([...entry.tags, ...tagsOfKey(key)], startedAt)) this.#keep(entry)
    return entry
  }

  async #fromStore(store: PageStore, key: string): Promise<Entry | undefined> {
    const startedAt = this.#clock.now
    const entry = await store.read(key)
    if (entry === undefined || entry.freshUntilMs <= this.#nowMs()) return undefined
    if (!this.#clock.stands([...entry.tags, ...tagsOfKey(key)], startedAt)) return undefined
    this.counts.diskHits++
    entry.visits++
    this.#keep(entry)
    return entry
  }

  #keep(entry: Entry): void {
    if (rules[entry.kind].freshMs > 0) this.#memory.keep(entry)
  }

  #evict(key: string): void {
    const page = this.#memory.delete(key)
    if (page !== undefined) this.#onEvicted(key, page.visits)
  }

  #compress(entry: Entry): void {
    if (entry.encoding === 'br' || entry.plainBytes === 0) return
    const isKept = () => this.#memory.holds(entry)
    const done = (bytes: Entry['body']) => {
      entry.encoding = 'br'
      entry.body = bytes
      entry.onDisk = false
      entry.ready?.delete('zstd')
      // Again, for its size is another.
      this.#memory.keep(entry)
    }
    this.#compression.brotli(() => plainOf(entry), isKept, done)
  }

  /** By the preconditions in their order (RFC 9110, 13.2.2); a page has no ranges. */
  #respond(entry: Entry, request: Request, told?: Told): Response {
    const asked = request.headers
    const encoding = negotiate(asked.get('accept-encoding'), offeredBy(entry)) ?? 'identity'
    const chosen = this.#memory.representation(entry, encoding)
    const required = asked.get('if-match')
    if (required !== null && !meets(required, chosen.etag)) return failed()
    const known = asked.get('if-none-match')
    if (known !== null && entry.status === 200 && matches(known, chosen.etag)) {
      this.counts.notModified++
      return tell(chosen.notModified.clone(), told)
    }
    return tell(chosen.full.clone(), told)
  }
}

/** If-Match by the strong comparison (RFC 9110, 13.1.1). */
function meets(header: string, etag: string): boolean {
  const tags = strongTags(header)
  return tags === '*' || tags.includes(etag.slice(1, -1))
}

function tell(answer: Response, told: Told | undefined): Response {
  if (told === undefined) return answer
  answer.headers.set('cache-status', `encapsify; ${told.status}`)
  answer.headers.set('server-timing', told.timing)
  return answer
}

function failed(): Response {
  return new Response(null, { status: 412, headers: { 'cache-control': 'no-store' } })
}
