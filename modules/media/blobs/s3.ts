import { rm } from 'node:fs/promises'
import { S3Client } from 'bun'
import { AppError } from '../../../src/errors.ts'
import { tracedCall } from '../../../src/observability/tracing/outbound.ts'
import {
  type BlobKey,
  type BlobStore,
  type ByteRange,
  type DirectUploads,
  type PresignedUpload,
  pathOf,
  type StoredBlob,
} from './store.ts'

export interface S3Options {
  readonly bucket: string
  readonly endpoint: string | undefined
  readonly region: string | undefined
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
  readonly sessionToken: string | undefined
}

/** S3 takes parts of 5 MiB to 5 GiB; two under way bound the memory of one upload to three of these. */
const partBytes = 8 * 1_048_576
const partsAtOnce = 2
const attempts = 3

/** Blobs in an S3 bucket, by Bun's client. Objects are written whole or not at all: S3 shows none before its last part. */
export class S3Blobs implements BlobStore {
  readonly kind = 's3'
  readonly #client: S3Client
  readonly direct: DirectUploads

  constructor({ bucket, ...options }: S3Options) {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    this.#client = new S3Client({ bucket, ...given })
    this.direct = {
      presign: (uploadId, expiresS) => this.#presign(uploadId, expiresS),
      find: (uploadId) => this.#find(incoming(uploadId)),
      remove: (uploadId) => this.#delete(incoming(uploadId)),
    }
  }

  async keep(key: BlobKey, path: string): Promise<void> {
    if ((await this.find(key)) === undefined)
      await reached(tracedCall('S3 write', () => this.#upload(pathOf(key), path)))
    await rm(path, { force: true })
  }

  find(key: BlobKey): Promise<StoredBlob | undefined> {
    return this.#find(pathOf(key))
  }

  async remove(key: BlobKey): Promise<void> {
    const name = pathOf(key)
    if (key.derived === undefined) {
      for (;;) {
        // A thousand at a time (S3, ListObjectsV2); those that are gone are listed no more.
        const { contents = [] } = await reached(
          tracedCall('S3 list', () => this.#client.list({ prefix: `${name}.d/` })),
        )
        for (const { key: derived } of contents) await this.#delete(derived)
        if (contents.length === 0) break
      }
    }
    await this.#delete(name)
  }

  async #find(name: string): Promise<StoredBlob | undefined> {
    const file = this.#client.file(name)
    try {
      const { size } = await tracedCall('S3 stat', () => file.stat())
      return { bytes: size, stream: (range) => part(this.#client, name, range) }
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw unavailable(error)
    }
  }

  async #upload(name: string, path: string): Promise<void> {
    const writer = this.#client.file(name).writer({ partSize: partBytes, queueSize: partsAtOnce, retry: attempts })
    let waiting = 0
    for await (const chunk of Bun.file(path).stream()) {
      await writer.write(chunk)
      waiting += chunk.byteLength
      if (waiting < partBytes) continue
      await writer.flush()
      waiting = 0
    }
    await writer.end()
  }

  async #delete(name: string): Promise<void> {
    try {
      await tracedCall('S3 delete', () => this.#client.delete(name))
    } catch (error) {
      if (!isAbsent(error)) throw unavailable(error)
    }
  }

  #presign(uploadId: string, expiresS: number): PresignedUpload {
    const url = this.#client.presign(incoming(uploadId), { method: 'PUT', expiresIn: expiresS })
    return { url, expiresMs: Date.now() + expiresS * 1_000 }
  }
}

function part(client: S3Client, name: string, range: ByteRange | undefined): ReadableStream<Uint8Array> {
  const file = client.file(name)
  return (range === undefined ? file : file.slice(range.start, range.end)).stream()
}

/** Apart from the blobs, so that a bucket rule can end what was never completed. */
function incoming(uploadId: string): string {
  return `incoming/${uploadId}`
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'NoSuchKey' || error.code === 'NotFound')
}

async function reached<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw unavailable(error)
  }
}

function unavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'The store of uploaded files cannot be reached just now.', {
    cause,
    retryAfterS: 10,
  })
}
