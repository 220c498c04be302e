import { LRUCache } from 'lru-cache'
import type { Encoding } from '../http/encoding.ts'
import { type Entry, type Representation, readySizeOf, represent, sizeOf } from './entry.ts'
import { SegmentedCache } from './segmented.ts'
import { everything, isAt, pathOfTag, TagIndex } from './tags.ts'

/** Of the memory, what Responses ready to be cloned may take, and what is known not to be there. */
const readyShare = 1 / 16
const negativeShare = 1 / 64
const visitsPerUse = 8
const hit = { 'cache-status': 'encapsify; hit', 'server-timing': 'cache;desc=hit' }

export interface PageMemoryOptions {
  /** Hears of each page that there was no room for any more. */
  readonly onDropped: (entry: Entry) => void
  /** Which node answers; absent: nobody is told. */
  readonly node?: (() => string) | undefined
}

/** The entries of a page cache in memory, bounded by bytes, with their tags. */
export class PageMemory {
  readonly #pages: SegmentedCache<Entry>
  /** What is known not to be there: apart, so that a scan for addresses pushes no page out. */
  readonly #negative: LRUCache<string, Entry>
  /** The entries whose Responses are made. */
  readonly #ready: LRUCache<string, Entry>
  readonly #index = new TagIndex()

  constructor(
    bytesMax: number,
    private readonly options: PageMemoryOptions,
  ) {
    const negativeBytes = Math.ceil(bytesMax * negativeShare)
    const readyBytes = Math.ceil(bytesMax * readyShare)
    this.#pages = new SegmentedCache({
      bytesMax: bytesMax - negativeBytes - readyBytes,
      sizeOf,
      onGone: (entry, key, why) => {
        this.#index.remove(key, entry.tags)
        if (why === 'evict') options.onDropped(entry)
        if (why !== 'set') this.#ready.delete(key)
      },
    })
    this.#negative = new LRUCache({
      maxSize: negativeBytes,
      sizeCalculation: sizeOf,
      dispose: (entry, key) => this.#index.remove(key, entry.tags),
    })
    this.#ready = new LRUCache({
      maxSize: readyBytes,
      sizeCalculation: readySizeOf,
      dispose: (entry) => {
        entry.ready = undefined
      },
    })
  }

  get bytes(): number {
    return this.#pages.bytes + this.#negative.calculatedSize + this.#ready.calculatedSize
  }

  get size(): number {
    return this.#pages.size
  }

  page(key: string): Entry | undefined {
    return this.#pages.get(key)
  }

  negative(key: string): Entry | undefined {
    return this.#negative.get(key)
  }

  pages(): Entry[] {
    return this.#pages.values()
  }

  /** Without counting as a use. */
  holds(entry: Entry): boolean {
    return this.#pages.peek(entry.key) === entry
  }

  /** Whether somebody who asks next is answered by it. */
  keeps(entry: Entry): boolean {
    return this.holds(entry) || this.#negative.peek(entry.key) === entry
  }

  /** A page that has come to be takes the place of its absence, and the other way round. */
  keep(entry: Entry): void {
    const isPage = entry.status === 200
    const kept = isPage ? this.#pages : this.#negative
    const other = isPage ? this.#negative : this.#pages
    other.delete(entry.key)
    kept.set(entry.key, entry)
    if (kept.peek(entry.key) === entry) this.#index.add(entry.key, entry.tags)
  }

  /** Takes it out; the page that was there. */
  delete(key: string): Entry | undefined {
    const page = this.#pages.peek(key)
    this.#pages.delete(key)
    this.#negative.delete(key)
    return page
  }

  /** What is ready says of the node what is no longer true. */
  retell(): void {
    this.#ready.clear()
  }

  clear(): void {
    this.#pages.clear()
    this.#negative.clear()
  }

  /** By index, but for what an address alone says: that is asked for by people, not by changes. */
  keysOf(tag: string): string[] {
    const path = pathOfTag(tag)
    if (path === undefined && tag !== everything) return this.#index.keysOf(tag)
    const keys = [...this.#pages.keys(), ...this.#negative.keys()]
    return path === undefined ? keys : keys.filter((key) => isAt(key, path))
  }

  /** Made once for a page that is visited often enough to stay among those that are ready. */
  representation(entry: Entry, encoding: Encoding): Representation {
    const ready = entry.ready?.get(encoding)
    if (ready !== undefined) {
      // What is asked for often stays: one use in some is told on, for telling it costs as much as finding it.
      if (entry.visits % visitsPerUse === 0) this.#ready.get(entry.key)
      return ready
    }
    const node = this.options.node?.()
    const made = represent(entry, encoding, node === undefined ? hit : { ...hit, 'encapsify-node': node })
    if (this.holds(entry)) {
      entry.ready = (entry.ready ?? new Map()).set(encoding, made)
      this.#ready.set(entry.key, entry)
      if (this.#ready.peek(entry.key) !== entry) entry.ready = undefined
    }
    return made
  }
}
