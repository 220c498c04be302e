import { LRUCache } from 'lru-cache'
import { type Encoding, negotiate } from '../http/encoding.ts'
import { strongTags } from '../http/etag.ts'
import { matches } from '../http/validators.ts'
import { Compression } from './compression.ts'
import {
  type Entry,
  entryOf,
  offeredBy,
  plainOf,
  type Rendered,
  type Representation,
  readySizeOf,
  represent,
  sizeOf,
} from './entry.ts'
import { rules } from './rules.ts'
import { everything, isAt, pathOfTag, TagClock, TagIndex, tagsOfKey } from './tags.ts'

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
}

interface Flight {
  readonly made: Promise<Entry | Response>
  readonly startedAt: number
}

/** Of the memory, what Responses ready to be cloned may take, and what is known not to be there. */
const readyShare = 1 / 16
const negativeShare = 1 / 64
/** Visited so often, a page is worth the best compression. */
const visitsToCompress = 2
const hit = { 'cache-status': 'encapsify; hit', 'server-timing': 'cache;desc=hit' }

/**
 * Ready pages in memory, bounded by bytes: the hot path answers them before the router. Each is kept in one coding. Evictions
 * are counted, and that count is the cache's clock: what was begun before the last eviction of one of its tags is not kept,
 * and who asks after an eviction never joins a rendering that began before it. So no race between a change and a rendering
 * leaves old bytes behind.
 */
export class PageCache {
  readonly #entries: LRUCache<string, Entry>
  /** What is known not to be there: apart, so that a scan for addresses pushes no page out. */
  readonly #negative: LRUCache<string, Entry>
  /** The entries whose Responses are made. */
  readonly #ready: LRUCache<string, Entry>
  readonly #index = new TagIndex()
  readonly #clock = new TagClock()
  readonly #flights = new Map<string, Flight>()
  readonly #compression = new Compression()
  readonly #store: PageStore | undefined
  readonly #nowMs: () => number
  #onEvicted: (key: string, visits: number) => void = () => {}
  readonly counts = { hits: 0, misses: 0, diskHits: 0, stale: 0, notModified: 0, evictions: 0 }

  constructor(bytesMax: number, { store, nowMs = Date.now }: PageCacheOptions = {}) {
    this.#store = store
    this.#nowMs = nowMs
    const negativeBytes = Math.ceil(bytesMax * negativeShare)
    const readyBytes = Math.ceil(bytesMax * readyShare)
    this.#entries = new LRUCache({
      maxSize: bytesMax - negativeBytes - readyBytes,
      sizeCalculation: sizeOf,
      dispose: (entry, key, reason) => {
        this.#forget(entry)
        if (reason === 'evict') this.#store?.keep(entry)
        if (reason !== 'set') this.#ready.delete(key)
      },
    })
    this.#negative = new LRUCache({
      maxSize: negativeBytes,
      sizeCalculation: (entry) => sizeOf(entry) + readySizeOf(entry),
      dispose: (entry) => this.#forget(entry),
    })
    this.#ready = new LRUCache({
      maxSize: readyBytes,
      sizeCalculation: readySizeOf,
      dispose: (entry) => entry.ready.clear(),
    })
  }

  get bytes(): number {
    return this.#entries.calculatedSize + this.#negative.calculatedSize + this.#ready.calculatedSize
  }

  get size(): number {
    return this.#entries.size
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
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.freshUntilMs <= this.#nowMs()) return undefined
    this.counts.hits++
    if (++entry.visits === visitsToCompress) this.#compress(entry)
    return this.#respond(entry, request)
  }

  /** The page, rendered once however many ask at the same time. What is not kept is not shared either. */
  async answerOrRender(key: string, request: Request, render: Render): Promise<Response> {
    const ready = this.answer(key, request) ?? this.#answerNegative(key, request)
    if (ready !== undefined) return ready
    const kept = this.#entries.get(key)
    const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() - kept.freshUntilMs
    if (kept !== undefined && ageMs < rules[kept.kind].staleWhileRevalidateMs) {
      this.counts.stale++
      this.#refresh(key, render)
      return this.#respond(kept, request, `encapsify; hit; ttl=${-Math.ceil(ageMs / 1_000)}`)
    }
    try {
      return await this.#answerAnew(key, request, render)
    } catch (error) {
      if (kept === undefined || ageMs >= rules[kept.kind].staleIfErrorMs || this.#entries.peek(key) !== kept) throw error
      this.counts.stale++
      return this.#respond(kept, request, 'encapsify; fwd=stale; detail=error')
    }
  }

  /** Makes a page ready before anybody asks. @param visits what its predecessor had */
  async warm(key: string, render: Render, visits = 0): Promise<void> {
    if (this.#entries.has(key)) return
    const made = await this.#fly(key, render, false)
    if (made instanceof Response || this.#entries.peek(key) !== made) return
    made.visits += visits
    made.visitsTold += visits
    this.#compress(made)
  }

  /** Called when a change is applied, before anybody reads the newer data. */
  evictTag(tag: string): void {
    this.#clock.evict(tag)
    this.counts.evictions++
    for (const key of this.#keysOf(tag)) this.#evict(key)
    this.#store?.evictTag(tag)
  }

  clear(): void {
    this.#clock.evictAll()
    this.#entries.clear()
    this.#negative.clear()
    this.#store?.clear()
  }

  /** The most visited pages, with their visits since they were last taken. */
  takeVisits(pagesMax: number): { key: string; visits: number }[] {
    const visited = [...this.#entries.values()].filter((entry) => entry.visits > entry.visitsTold)
    const most = visited.toSorted((a, b) => b.visits - b.visitsTold - (a.visits - a.visitsTold)).slice(0, pagesMax)
    return most.map((entry) => {
      const visits = entry.visits - entry.visitsTold
      entry.visitsTold = entry.visits
      return { key: entry.key, visits }
    })
  }

  /** Lays down what memory holds, so that a restart finds it. */
  settle(): void {
    for (const entry of this.#entries.values()) this.#store?.keep(entry)
  }

  /** By index, but for what an address alone says: asked for by people, not by changes. */
  #keysOf(tag: string): string[] {
    const path = pathOfTag(tag)
    if (path === undefined && tag !== everything) return this.#index.keysOf(tag)
    const keys = [...this.#entries.keys(), ...this.#negative.keys()]
    return path === undefined ? keys : keys.filter((key) => isAt(key, path))
  }

  #answerNegative(key: string, request: Request): Response | undefined {
    const entry = this.#negative.get(key)
    if (entry === undefined || entry.freshUntilMs <= this.#nowMs()) return undefined
    this.counts.hits++
    return this.#respond(entry, request)
  }

  async #answerAnew(key: string, request: Request, render: Render): Promise<Response> {
    const startedMs = performance.now()
    const flight = this.#flights.get(key)
    if (flight?.startedAt === this.#clock.now) {
      const made = await flight.made
      if (!(made instanceof Response)) return this.#respond(made, request, 'encapsify; fwd=uri-miss; collapsed')
    }
    const made = await this.#fly(key, render, true)
    if (made instanceof Response) return made
    const status = made.onDisk ? 'encapsify; hit; detail=disk' : 'encapsify; fwd=uri-miss; stored'
    const answer = this.#respond(made, request, status)
    answer.headers.set('server-timing', `cache;desc=miss, render;dur=${(performance.now() - startedMs).toFixed(2)}`)
    return answer
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
    if (rules[entry.kind].freshMs === 0) return
    const isPage = entry.status === 200
    const kept = isPage ? this.#entries : this.#negative
    // A page that has come to be takes the place of its absence, and the other way round.
    ;(isPage ? this.#negative : this.#entries).delete(entry.key)
    kept.set(entry.key, entry)
    if (kept.peek(entry.key) === entry) this.#index.add(entry.key, entry.tags)
  }

  #evict(key: string): void {
    const entry = this.#entries.peek(key)
    if (entry !== undefined) this.#onEvicted(key, entry.visits)
    this.#entries.delete(key)
    this.#negative.delete(key)
  }

  #forget(entry: Entry): void {
    this.#index.remove(entry.key, entry.tags)
  }

  #compress(entry: Entry): void {
    if (entry.encoding === 'br' || entry.plainBytes === 0) return
    const isKept = () => this.#entries.peek(entry.key) === entry
    const done = (bytes: Entry['body']) => {
      entry.encoding = 'br'
      entry.body = bytes
      entry.onDisk = false
      entry.ready.delete('zstd')
      // Again, for its size is another; it is not used by that.
      this.#entries.set(entry.key, entry)
      if (isKept()) this.#index.add(entry.key, entry.tags)
    }
    this.#compression.brotli(() => plainOf(entry), isKept, done)
  }

  /** By the preconditions in their order (RFC 9110, 13.2.2); a page has no ranges. */
  #respond(entry: Entry, request: Request, status?: string): Response {
    const asked = request.headers
    const encoding = negotiate(asked.get('accept-encoding'), offeredBy(entry)) ?? 'identity'
    const chosen = this.#representation(entry, encoding)
    const required = asked.get('if-match')
    if (required !== null && !meets(required, chosen.etag)) return failed()
    const known = asked.get('if-none-match')
    if (known !== null && entry.status === 200 && matches(known, chosen.etag)) {
      this.counts.notModified++
      return chosen.notModified.clone()
    }
    const answer = chosen.full.clone()
    if (status !== undefined) answer.headers.set('cache-status', status)
    return answer
  }

  #representation(entry: Entry, encoding: Encoding): Representation {
    const ready = entry.ready.get(encoding)
    if (ready !== undefined) {
      this.#ready.get(entry.key)
      return ready
    }
    const made = represent(entry, encoding, hit)
    if (this.#entries.peek(entry.key) === entry) {
      entry.ready.set(encoding, made)
      this.#ready.set(entry.key, entry)
      if (this.#ready.peek(entry.key) !== entry) entry.ready.clear()
    }
    return made
  }
}

/** If-Match by the strong comparison (RFC 9110, 13.1.1). */
function meets(header: string, etag: string): boolean {
  const tags = strongTags(header)
  return tags === '*' || tags.includes(etag.slice(1, -1))
}

function failed(): Response {
  return new Response(null, { status: 412, headers: { 'cache-control': 'no-store' } })
}
