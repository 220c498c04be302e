import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'

/** A variant as it is sent. A Blob, because a Response of one shares its bytes where one of an array copies them. */
export interface ReadyVariant {
  readonly assetId: string
  readonly blob: Blob
  readonly etag: string
  readonly fields: Readonly<Record<string, string>>
  /** The same, and what goes with every answer: made once. */
  readonly headers: Headers
}

/** Small variants in memory, by their address and what the browser accepts: answered without a look at any row or file. */
export class ReadyVariants {
  readonly #keys = new Map<string, Set<string>>()
  readonly #variants = new LRUCache<string, ReadyVariant>({
    maxSize: limits.readyBytesMax,
    maxEntrySize: limits.readyVariantBytesMax,
    sizeCalculation: ({ blob }, key) => blob.size + 2 * key.length + 1_000,
    dispose: ({ assetId }, key) => this.#forget(assetId, key),
  })

  get(key: string): ReadyVariant | undefined {
    return this.#variants.get(key)
  }

  set(
    key: string,
    assetId: string,
    bytes: Uint8Array<ArrayBuffer>,
    etag: string,
    fields: Record<string, string>,
  ): void {
    if (bytes.byteLength > limits.readyVariantBytesMax / 2) return
    const headers = new Headers({ ...fields, etag, 'accept-ranges': 'bytes', 'cache-status': 'encapsify; hit' })
    this.#variants.set(key, { assetId, blob: new Blob([bytes]), etag, fields, headers })
    const keys = this.#keys.get(assetId) ?? new Set()
    this.#keys.set(assetId, keys.add(key))
  }

  /** The asset changed: none of its addresses may be answered from here any more. */
  evict(assetId: string): void {
    for (const key of this.#keys.get(assetId) ?? []) this.#variants.delete(key)
  }

  /** What was known of assets no longer stands. */
  clear(): void {
    this.#variants.clear()
  }

  #forget(assetId: string, key: string): void {
    const keys = this.#keys.get(assetId)
    keys?.delete(key)
    if (keys?.size === 0) this.#keys.delete(assetId)
  }
}
