import { createHash } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { type Encoding, negotiate } from '../http/encoding.ts'
import { matches } from '../http/validators.ts'
import { Compression } from './compression.ts'

/** What a renderer gives to be kept. */
export interface Rendered {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** A change of any of these makes the entry wrong. */
  readonly tags: readonly string[]
}

/** Reads and renders in one go, so that what it read belongs together. A Response (a redirect, a page that is not there) is passed through. */
export type Render = () => Rendered | Response | Promise<Rendered | Response>

interface Representation {
  readonly etag: string
  /**
   * Made once and cloned for each answer: measured, that costs less than a new Response of the same bytes, of a Blob or of a
   * string, with prepared Headers (and far less than with a record of them), because the body is shared and not copied.
   */
  readonly full: Response
  readonly notModified: Response
}

interface Entry {
  readonly key: string
  readonly tags: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly hash: string
  readonly identity: Uint8Array<ArrayBuffer>
  readonly representations: Map<Encoding, Representation>
  offered: readonly Encoding[]
}

interface Flight {
  readonly made: Promise<Entry | Response>
  readonly startedAt: number
}

/** Evictions that are remembered, to refuse what was rendered from older data. */
const evictionsMax = 10_000
const atOnce: readonly Encoding[] = ['zstd', 'gzip', 'identity']
const withBrotli: readonly Encoding[] = ['br', ...atOnce]

/**
 * Ready pages in memory, bounded by bytes: the hot path answers them before the router. Evictions are counted, and that count
 * is the cache's clock: what was begun before the last eviction of one of its tags is not kept, and who asks after an
 * eviction never joins a rendering that began before it. So no race between a change and a rendering leaves old bytes behind.
 * (Commit numbers would not do: those of several databases may be applied out of order.)
 */
export class PageCache {
  readonly #entries: LRUCache<string, Entry>
  readonly #keysByTag = new Map<string, Set<string>>()
  /** Tag → the count at its last eviction. */
  readonly #evictedAt = new Map<string, number>()
  readonly #flights = new Map<string, Flight>()
  readonly #compression = new Compression()
  /** What began before this count is not kept: evictions up to it are no longer remembered by tag. */
  #forgottenAt = 0
  #evictions = 0
  readonly counts = { hits: 0, misses: 0, notModified: 0 }

  constructor(bytesMax: number) {
    this.#entries = new LRUCache({
      maxSize: bytesMax,
      sizeCalculation: (entry) => sizeOf(entry),
      dispose: (entry) => this.#forget(entry),
    })
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  /** The answer to a GET or HEAD when its page is ready. `key` is the page's address in its one normal form. */
  answer(key: string, request: Request): Response | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.counts.hits++
    return this.#respond(entry, request, false)
  }

  /** The page, rendered once however many ask at the same time. What is not kept is not shared either. */
  async answerOrRender(key: string, request: Request, render: Render): Promise<Response> {
    const ready = this.answer(key, request)
    if (ready !== undefined) return ready
    this.counts.misses++
    const flight = this.#flights.get(key)
    if (flight?.startedAt === this.#evictions) {
      const made = await flight.made
      if (!(made instanceof Response)) return this.#respond(made, request, true)
    }
    const made = await this.#fly(key, render)
    return made instanceof Response ? made : this.#respond(made, request, true)
  }

  /** Called when a change is applied, before anybody reads the newer data. */
  evictTag(tag: string): void {
    this.#evictions++
    this.#evictedAt.delete(tag)
    this.#evictedAt.set(tag, this.#evictions)
    if (this.#evictedAt.size > evictionsMax) this.#forgetOldestEviction()
    for (const key of [...(this.#keysByTag.get(tag) ?? [])]) this.#entries.delete(key)
  }

  clear(): void {
    this.#forgottenAt = ++this.#evictions
    this.#evictedAt.clear()
    this.#entries.clear()
  }

  async #fly(key: string, render: Render): Promise<Entry | Response> {
    const flight = { made: this.#render(key, render), startedAt: this.#evictions }
    this.#flights.set(key, flight)
    try {
      return await flight.made
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  async #render(key: string, render: Render): Promise<Entry | Response> {
    const startedAt = this.#evictions
    const made = render()
    const rendered = made instanceof Promise ? await made : made
    if (rendered instanceof Response) return rendered
    const entry: Entry = {
      key,
      tags: rendered.tags,
      headers: rendered.headers,
      hash: createHash('sha256').update(rendered.body).digest('base64url').slice(0, 20),
      identity: new TextEncoder().encode(rendered.body),
      representations: new Map(),
      offered: atOnce,
    }
    if (this.#isCurrent(entry, startedAt)) this.#keep(entry)
    return entry
  }

  #isCurrent(entry: Entry, startedAt: number): boolean {
    if (startedAt < this.#forgottenAt) return false
    return entry.tags.every((tag) => (this.#evictedAt.get(tag) ?? 0) <= startedAt)
  }

  #keep(entry: Entry): void {
    this.#entries.set(entry.key, entry)
    const isKept = () => this.#entries.peek(entry.key) === entry
    if (!isKept()) return
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag)
      if (keys === undefined) this.#keysByTag.set(tag, new Set([entry.key]))
      else keys.add(entry.key)
    }
    this.#compression.brotli(entry.identity, isKept, (bytes) => {
      entry.representations.set('br', represent(entry, 'br', bytes))
      entry.offered = withBrotli
    })
  }

  #forget(entry: Entry): void {
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag)
      keys?.delete(entry.key)
      if (keys?.size === 0) this.#keysByTag.delete(tag)
    }
  }

  #forgetOldestEviction(): void {
    for (const [oldest, count] of this.#evictedAt) {
      this.#evictedAt.delete(oldest)
      this.#forgottenAt = Math.max(this.#forgottenAt, count)
      return
    }
  }

  #respond(entry: Entry, request: Request, missed: boolean): Response {
    const asked = request.headers
    const encoding = negotiate(asked.get('accept-encoding'), entry.offered) ?? 'identity'
    const chosen = entry.representations.get(encoding) ?? encode(entry, encoding)
    const match = asked.get('if-none-match')
    if (match !== null && matches(match, chosen.etag)) {
      this.counts.notModified++
      return chosen.notModified.clone()
    }
    const answer = chosen.full.clone()
    if (missed) answer.headers.set('cache-status', 'encapsify; fwd=uri-miss')
    return answer
  }
}

/** An entry is charged for all the representations it may come to hold: about twice its bytes. */
function sizeOf(entry: Entry): number {
  return entry.identity.length * 2 + 2_048
}

/** zstd and gzip on first use, here and now: a page of 60 KB takes a fraction of a millisecond. */
function encode(entry: Entry, encoding: Encoding): Representation {
  const body = entry.identity
  const bytes = encoding === 'gzip' ? gzipSync(body) : encoding === 'zstd' ? zstdCompressSync(body) : body
  const representation = represent(entry, encoding, new Uint8Array(bytes))
  entry.representations.set(encoding, representation)
  return representation
}

function represent(entry: Entry, encoding: Encoding, bytes: Uint8Array<ArrayBuffer>): Representation {
  const etag = `"${entry.hash}${encoding === 'identity' ? '' : `-${encoding}`}"`
  const shared = { ...entry.headers, etag, vary: 'Accept-Encoding', 'cache-status': 'encapsify; hit' }
  const coding = encoding === 'identity' ? {} : { 'content-encoding': encoding }
  const { 'content-type': _, ...validators } = shared as Record<string, string>
  return {
    etag,
    full: new Response(bytes, { headers: { ...shared, ...coding } }),
    notModified: new Response(null, { status: 304, headers: validators }),
  }
}
