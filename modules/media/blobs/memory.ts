import { rm } from 'node:fs/promises'
import { type BlobKey, type BlobStore, pathOf, type StoredBlob } from './store.ts'

/** Blobs in memory, for tests and for a look around: the same contract, gone at the end. */
export class MemoryBlobs implements BlobStore {
  readonly kind = 'memory'
  readonly #blobs = new Map<string, Uint8Array<ArrayBuffer>>()

  async keep(key: BlobKey, path: string): Promise<void> {
    const name = pathOf(key)
    const bytes = await Bun.file(path).bytes()
    if (!this.#blobs.has(name)) this.#blobs.set(name, bytes)
    await rm(path, { force: true })
  }

  async find(key: BlobKey): Promise<StoredBlob | undefined> {
    const bytes = this.#blobs.get(pathOf(key))
    if (bytes === undefined) return undefined
    return {
      bytes: bytes.byteLength,
      stream: (range) => new Blob([range === undefined ? bytes : bytes.subarray(range.start, range.end)]).stream(),
    }
  }

  async remove(key: BlobKey): Promise<void> {
    const name = pathOf(key)
    this.#blobs.delete(name)
    if (key.derived !== undefined) return
    for (const other of this.#blobs.keys()) if (other.startsWith(`${name}.d/`)) this.#blobs.delete(other)
  }
}
