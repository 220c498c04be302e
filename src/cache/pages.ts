import { createHash } from 'node:crypto'
import { brotliCompress, constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { type Encoding, negotiate } from '../http/encoding.ts'

/** What a renderer gives to be kept. */
export interface Rendered {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** A change of any of these makes the entry wrong. */
  readonly tags: readonly string[]
}

interface Representation {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
  readonly headers: Headers
  readonly notModified: Headers
}

interface Entry {
  readonly key: string
  readonly tags: readonly string[]
  readonly rendered: Rendered
  readonly hash: string
  readonly representations: Map<Encoding, Representation>
  offered: readonly Encoding[]
}

/** Evictions that are remembered, to refuse what was rendered from older data. */
const evictionsMax = 10_000
/** Best compression, in the background: a page is read far more often than written. */
const brotliQuality = 11

/**
 * Ready pages in memory, bounded by bytes: the hot path answers them before the router. An entry made from data older than
 * the last eviction of one of its tags is refused, so no race between a render and a change leaves old bytes behind.
 */
export class PageCache {
  readonly #entries: LRUCache<string, Entry>
  readonly #keysByTag = new Map<string, Set<string>>()
  readonly #evictedAt = new Map<string, number>()
  #evictedBefore = 0
  readonly #rendering = new Map<string, Promise<Entry | Response>>()
  readonly counts = { hits: 0, misses: 0, notModified: 0 }

  constructor(
    bytesMax: number,
    /** The number of the last commit applied here. */
    private readonly appliedNumber: () => number,
  ) {
    this.#entries = new LRUCache({
      maxSize: bytesMax,
      sizeCalculation: (entry) => sizeOf(entry),
      dispose: (entry) => this.#forget(entry),
    })
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  /** The answer to a request when its page is ready. `key` is the page's address in its one normal form. */
  answer(key: string, request: Request): Response | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.counts.hits++
    return this.#respond(entry, request)
  }

  /**
   * The page, rendered once however many ask at the same time. A renderer that answers with a Response (a redirect, a
   * page that is not there) is passed through and not kept.
   */
  async answerOrRender(key: string, request: Request, render: () => Rendered | Response): Promise<Response> {
    const ready = this.answer(key, request)
    if (ready !== undefined) return ready
    this.counts.misses++
    let rendering = this.#rendering.get(key)
    if (rendering === undefined) {
      rendering = this.#render(key, render).finally(() => this.#rendering.delete(key))
      this.#rendering.set(key, rendering)
    }
    const made = await rendering
    return made instanceof Response ? made.clone() : this.#respond(made, request, 'fwd=uri-miss')
  }

  /** Called when a change is applied, before anybody reads the newer data. */
  evictTag(tag: string): void {
    this.#evictedAt.delete(tag)
    this.#evictedAt.set(tag, this.appliedNumber())
    if (this.#evictedAt.size > evictionsMax) {
      for (const [oldest, number] of this.#evictedAt) {
        this.#evictedAt.delete(oldest)
        this.#evictedBefore = Math.max(this.#evictedBefore, number)
        break
      }
    }
    for (const key of [...(this.#keysByTag.get(tag) ?? [])]) this.#entries.delete(key)
  }

  clear(): void {
    this.#evictedBefore = this.appliedNumber()
    this.#entries.clear()
  }

  async #render(key: string, render: () => Rendered | Response): Promise<Entry | Response> {
    const madeFrom = this.appliedNumber()
    const rendered = render()
    if (rendered instanceof Response) return rendered
    const hash = createHash('sha256').update(rendered.body).digest('base64url').slice(0, 20)
    const offered: Encoding[] = ['zstd', 'gzip', 'identity']
    const entry: Entry = { key, tags: rendered.tags, rendered, hash, representations: new Map(), offered }
    if (this.#isCurrent(entry, madeFrom)) this.#keep(entry)
    return entry
  }

  #isCurrent(entry: Entry, madeFrom: number): boolean {
    if (madeFrom < this.#evictedBefore) return false
    return entry.tags.every((tag) => (this.#evictedAt.get(tag) ?? 0) <= madeFrom)
  }

  #keep(entry: Entry): void {
    this.#entries.set(entry.key, entry)
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag)
      if (keys === undefined) this.#keysByTag.set(tag, new Set([entry.key]))
      else keys.add(entry.key)
    }
    const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality }
    brotliCompress(entry.rendered.body, { params }, (error, bytes) => {
      if (error !== null || this.#entries.peek(entry.key) !== entry) return
      entry.representations.set('br', represent(entry, 'br', new Uint8Array(bytes)))
      entry.offered = ['br', 'zstd', 'gzip', 'identity']
    })
  }

  #forget(entry: Entry): void {
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag)
      keys?.delete(entry.key)
      if (keys?.size === 0) this.#keysByTag.delete(tag)
    }
  }

  #respond(entry: Entry, request: Request, status = 'hit'): Response {
    const encoding = negotiate(request.headers.get('accept-encoding'), entry.offered) ?? 'identity'
    const chosen = entry.representations.get(encoding) ?? this.#encode(entry, encoding)
    const match = request.headers.get('if-none-match')
    if (match !== null && matches(match, chosen.etag)) {
      this.counts.notModified++
      return new Response(null, { status: 304, headers: chosen.notModified })
    }
    const body = request.method === 'HEAD' ? null : chosen.bytes
    if (status === 'hit') return new Response(body, { headers: chosen.headers })
    const headers = new Headers(chosen.headers)
    headers.set('cache-status', `encapsify; ${status}`)
    return new Response(body, { headers })
  }

  #encode(entry: Entry, encoding: Encoding): Representation {
    const body = Buffer.from(entry.rendered.body)
    const bytes = encoding === 'gzip' ? gzipSync(body) : encoding === 'zstd' ? zstdCompressSync(body) : body
    const representation = represent(entry, encoding, new Uint8Array(bytes))
    entry.representations.set(encoding, representation)
    return representation
  }
}

/** An entry is charged for all the representations it may come to hold: about twice its text. */
function sizeOf(entry: Entry): number {
  return Math.ceil(entry.rendered.body.length * 2) + 2_048
}

function represent(entry: Entry, encoding: Encoding, bytes: Uint8Array<ArrayBuffer>): Representation {
  const etag = `"${entry.hash}${encoding === 'identity' ? '' : `-${encoding}`}"`
  const shared = { ...entry.rendered.headers, etag, vary: 'Accept-Encoding', 'cache-status': 'encapsify; hit' }
  const coding = encoding === 'identity' ? {} : { 'content-encoding': encoding }
  const { 'content-type': _, ...validators } = shared as Record<string, string>
  return { bytes, etag, headers: new Headers({ ...shared, ...coding }), notModified: new Headers(validators) }
}

/** Weak comparison over the list (RFC 9110, 13.1.2). */
export function matches(header: string, etag: string): boolean {
  if (header === etag || header === '*') return true
  return header.includes(etag) && header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
