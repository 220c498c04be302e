import { LRUCache } from 'lru-cache'
import { TagIndex } from './tags.ts'

interface Kept<V> {
  readonly value: V
  readonly tags: readonly string[]
}

/**
 * Results of queries and computations in memory, bounded by number, under tags as pages are. Reads are
 * synchronous, so nothing can change between a read and its keeping.
 */
export class ValueCache<V extends NonNullable<unknown>> {
  readonly #kept: LRUCache<string, Kept<V>>
  readonly #index = new TagIndex()

  constructor(entriesMax: number) {
    this.#kept = new LRUCache({ max: entriesMax, dispose: ({ tags }, key) => this.#index.remove(key, tags) })
  }

  get size(): number {
    return this.#kept.size
  }

  /** What is kept under this key, or what `make` reads now. What it throws is kept nowhere. */
  get(key: string, tags: readonly string[], make: () => V): V {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept.value
    const value = make()
    this.#kept.set(key, { value, tags })
    this.#index.add(key, tags)
    return value
  }

  evictTag(tag: string): void {
    for (const key of this.#index.keysOf(tag)) this.#kept.delete(key)
  }

  clear(): void {
    this.#kept.clear()
  }
}
