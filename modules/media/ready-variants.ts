import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'

/** A variant as it is sent: its bytes and the headers that never differ. */
export interface ReadyVariant {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
}

/** Small variants in memory, by their address and what the browser accepts: answered without a look at any row or file. */
export class ReadyVariants {
  readonly #keys = new Map<string, Set<string>>()
  readonly #variants = new LRUCache<string, ReadyVariant & { readonly assetId: string }>({
    maxSize: limits.readyBytesMax,
    maxEntrySize: limits.readyVariantBytesMax,
    sizeCalculation: ({ bytes }, key) => bytes.byteLength + 2 * key.length + 500,
    dispose: ({ assetId }, key) => this.#forget(assetId, key),
  })

  get(key: string): ReadyVariant | undefined {
    return this.#variants.get(key)
  }

  set(key: string, assetId: string, variant: ReadyVariant): void {
    if (variant.bytes.byteLength > limits.readyVariantBytesMax / 2) return
    this.#variants.set(key, { ...variant, assetId })
    const keys = this.#keys.get(assetId) ?? new Set()
    this.#keys.set(assetId, keys.add(key))
  }

  /** The asset changed: none of its addresses may be answered from here any more. */
  evict(assetId: string): void {
    for (const key of this.#keys.get(assetId) ?? []) this.#variants.delete(key)
  }

  #forget(assetId: string, key: string): void {
    const keys = this.#keys.get(assetId)
    keys?.delete(key)
    if (keys?.size === 0) this.#keys.delete(assetId)
  }
}
