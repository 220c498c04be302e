import { type BlobKey, type BlobStore, pathOf, type StoredBlob } from './blobs/store.ts'
import type { DiskCache } from './disk-cache.ts'
import { limits } from './limits.ts'

/** Where a blob may be had that this node's store lacks: another node of the cluster. What it gave once is kept here. */
export interface BlobOrigin {
  find(key: BlobKey): Promise<StoredBlob | undefined>
}

/** A blob as a file of this machine, until it is disposed of. */
export interface LocalBlob extends Disposable {
  readonly path: string
  readonly bytes: number
}

/** Blobs, wherever they are: as they are stored, or as files near by. */
export class Originals {
  constructor(
    private readonly store: BlobStore,
    private readonly cache: DiskCache,
    private readonly origin?: BlobOrigin,
  ) {}

  /** For reading parts and streams. Small ones that come from afar are kept here first, so that they come once. */
  async find(key: BlobKey): Promise<(StoredBlob & { readonly held?: Disposable }) | undefined> {
    const found = await this.#locate(key)
    if (found === undefined || found.path !== undefined || found.bytes > limits.shieldedBytesMax) return found
    const held = await this.#keep(key, found)
    return { bytes: held.bytes, path: held.path, held, stream: () => Bun.file(held.path).stream() }
  }

  /** As a file, whatever its size. Undefined: nobody has it. */
  async open(key: BlobKey): Promise<LocalBlob | undefined> {
    const found = await this.#locate(key)
    if (found === undefined) return undefined
    if (found.path === undefined) return this.#keep(key, found)
    return { path: found.path, bytes: found.bytes, [Symbol.dispose]: () => {} }
  }

  async #locate(key: BlobKey): Promise<StoredBlob | undefined> {
    const held = await this.cache.hold(cacheKey(key))
    if (held !== undefined) {
      held[Symbol.dispose]()
      return { bytes: held.bytes, stream: () => Bun.file(held.path).stream() }
    }
    return (await this.store.find(key)) ?? this.origin?.find(key)
  }

  #keep(key: BlobKey, found: StoredBlob): Promise<LocalBlob> {
    return this.cache.fill(cacheKey(key), (path) => writeStream(path, found.stream()))
  }
}

/** Writes as the bytes come, and waits for the disk. */
export async function writeStream(path: string, stream: ReadableStream<Uint8Array>): Promise<void> {
  const writer = Bun.file(path).writer()
  for await (const chunk of stream) {
    writer.write(chunk)
    await writer.flush()
  }
  await writer.end()
}

function cacheKey(key: BlobKey): string {
  return `original/${pathOf(key)}`
}
