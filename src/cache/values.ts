import type { Static, TSchema } from '@sinclair/typebox'
import { LRUCache } from 'lru-cache'
import type { Change, Changes } from '../db/database.ts'
import type { ChangeKind } from '../db/operation.ts'
import { entries } from './entries.ts'
import { cachePurged } from './operations.ts'
import { everything, TagIndex } from './tags.ts'

interface Kept<V> {
  readonly value: V
  readonly tags: readonly string[]
}

export interface ValueBounds<V> {
  readonly entriesMax: number
  /** The sum of what `sizeOf` says of each, at most; the smallest are counted as `sizeMax / entriesMax`. */
  readonly sizeMax?: number
  readonly sizeOf?: (value: V) => number
}

/**
 * Results of queries and computations in memory: sessions, keys, totals, parsed documents. Bounded, and evicted as pages are:
 * by the tags that a change names, by purges, and all of it when what was shown no longer stands. Reads are synchronous, so
 * nothing can change between a read and its keeping.
 */
export class ValueCache<V extends NonNullable<unknown>> {
  readonly #kept: LRUCache<string, Kept<V>>
  readonly #index = new TagIndex()

  constructor(
    private readonly changes: Pick<Changes, 'onApplied' | 'onReset'>,
    { entriesMax, sizeMax, sizeOf }: ValueBounds<V>,
  ) {
    this.#kept = new LRUCache({
      ...(sizeMax === undefined || sizeOf === undefined
        ? entries(entriesMax)
        : {
            maxSize: sizeMax,
            sizeCalculation: ({ value }) => Math.max(sizeOf(value), Math.ceil(sizeMax / entriesMax)),
          }),
      dispose: ({ tags }, key) => this.#index.remove(key, tags),
    })
    changes.onReset(() => this.clear())
    this.on(cachePurged, ({ payload }) => payload.tags)
  }

  /** What carries one of the tags that a change names is thrown out as soon as the change is applied. */
  on<S extends TSchema>(change: ChangeKind<S>, tagsOf: (change: Change<Static<S>>) => readonly string[]): this {
    this.changes.onApplied(change, (applied) => {
      for (const tag of tagsOf(applied)) this.evictTag(tag)
    })
    return this
  }

  get size(): number {
    return this.#kept.size
  }

  get(key: string): V | undefined {
    return this.#kept.get(key)?.value
  }

  /** Without counting as a use. */
  peek(key: string): V | undefined {
    return this.#kept.peek(key)?.value
  }

  keep(key: string, value: V, tags: readonly string[] = []): V {
    this.#kept.set(key, { value, tags })
    // What is too large for all of it is not in it.
    if (this.#kept.peek(key)?.value === value) this.#index.add(key, tags)
    return value
  }

  /** What is kept under this key, or what `make` reads now. What it throws is kept nowhere. */
  getOrMake(key: string, tags: readonly string[], make: () => V): V {
    return this.get(key) ?? this.keep(key, make(), tags)
  }

  evictTag(tag: string): void {
    if (tag === everything) return this.clear()
    for (const key of this.#index.keysOf(tag)) this.#kept.delete(key)
  }

  clear(): void {
    this.#kept.clear()
  }
}
