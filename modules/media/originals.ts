import { AppError } from '../../src/errors.ts'
import { fileStream } from './blobs/files.ts'
import { type BlobKey, type BlobStore, type ByteRange, keyOf, pathOf, type StoredBlob } from './blobs/store.ts'
import type { DiskCache } from './disk-cache.ts'
import { limits } from './limits.ts'

/** Where a blob may be had that this node's store lacks: another node of the cluster. What it gave once is kept here. */
export interface BlobOrigin {
  find(name: string): Promise<Pick<StoredBlob, 'bytes' | 'stream'> | undefined>
}

/** A blob as a file of this machine, until it is disposed of. */
export interface LocalBlob extends Disposable {
  readonly path: string
  readonly bytes: number
}

/** Blobs, wherever they are: as they are stored, or as files near by. */
export class Originals {
  readonly #locating = new Map<string, Promise<StoredBlob | undefined>>()

  constructor(
    private readonly store: BlobStore,
    private readonly cache: DiskCache,
    private readonly origin?: BlobOrigin,
  ) {}

  /** For reading parts and streams. Small ones that come from afar are kept here first, so that they come once. */
  async find(key: BlobKey): Promise<(StoredBlob & { readonly held?: Disposable }) | undefined> {
    const known = await this.cache.hold(cacheKey(key))
    if (known !== undefined) return kept(known)
    const found = await this.#locate(key)
    if (found === undefined || found.path !== undefined || found.bytes > limits.shieldedBytesMax) return found
    return kept(await this.#keep(key, found))
  }

  /** As a file, whatever its size. Undefined: nobody has it. */
  async open(key: BlobKey): Promise<LocalBlob | undefined> {
    const known = await this.cache.hold(cacheKey(key))
    if (known !== undefined) return known
    const found = await this.#locate(key)
    if (found === undefined) return undefined
    if (found.path === undefined) return this.#keep(key, found)
    return { path: found.path, bytes: found.bytes, [Symbol.dispose]: () => {} }
  }

  /** What lies on this node's own disk under a blob's path, for another node. */
  async near(name: string): Promise<{ bytes: number; read(range: ByteRange): Promise<Uint8Array> } | undefined> {
    const key = keyOf(name)
    if (key === undefined) return undefined
    const held = await this.cache.hold(cacheKey(key))
    held?.[Symbol.dispose]()
    const found = held ?? (await this.store.find(key))
    if (found?.path === undefined) return undefined
    const { path, bytes } = found
    return { bytes, read: (range) => new Response(fileStream(path, range)).bytes() }
  }

  /** Asked for by many at once it is looked for once. */
  #locate(key: BlobKey): Promise<StoredBlob | undefined> {
    const name = pathOf(key)
    const known = this.#locating.get(name)
    if (known !== undefined) return known
    const locating = this.#look(key, name).finally(() => this.#locating.delete(name))
    this.#locating.set(name, locating)
    return locating
  }

  async #look(key: BlobKey, name: string): Promise<StoredBlob | undefined> {
    return (await this.store.find(key)) ?? this.origin?.find(name)
  }

  #keep(key: BlobKey, found: StoredBlob): Promise<LocalBlob> {
    return this.cache.fill(cacheKey(key), async (path) => {
      const { bytes, hash } = await writeStream(path, found.stream())
      // Of what was derived only the length is known here; its bytes were proven on their way.
      if (bytes !== found.bytes || (key.derived === undefined && hash !== key.hash)) throw broken()
    })
  }
}

/** Writes as the bytes come, and waits for the disk. Says what was written. */
export async function writeStream(
  path: string,
  stream: ReadableStream<Uint8Array>,
): Promise<{ readonly bytes: number; readonly hash: string }> {
  const writer = Bun.file(path).writer()
  const hasher = new Bun.CryptoHasher('sha256')
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.byteLength
    hasher.update(chunk)
    writer.write(chunk)
    await writer.flush()
  }
  await writer.end()
  return { bytes, hash: hasher.digest('hex') }
}

function kept(held: LocalBlob): StoredBlob & { readonly held: Disposable } {
  return { bytes: held.bytes, path: held.path, held, stream: (range) => fileStream(held.path, range) }
}

function broken(): AppError {
  return new AppError('unavailable', 'The bytes of this file did not arrive as they were sent.', { retryAfterS: 2 })
}

function cacheKey(key: BlobKey): string {
  return `original/${pathOf(key)}`
}
