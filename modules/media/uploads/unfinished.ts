import { AsyncLocalStorage } from 'node:async_hooks'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { DataStore, ERRORS, Upload } from '@tus/server'
import { organizationOf } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { type Checksum, checksumMismatch } from './checksum.ts'

const recordSchema = Type.Object({
  size: Type.Integer({ minimum: 0 }),
  metadata: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
  createdMs: Type.Integer(),
  /** The asset that it became. */
  asset: Type.Optional(Type.String()),
})
export type UploadRecord = Static<typeof recordSchema>

/**
 * Resumable uploads that are not whole yet, for @tus/server: `{organization}/{id}.part` holds the bytes, `{id}.json` the rest. How
 * far one has come is the length of its file, so a crash loses no more than the disk had not got.
 */
export class UnfinishedUploads extends DataStore {
  /** What the bytes of the request that is under way must come to: tus hands a store nothing but the bytes. */
  readonly expected = new AsyncLocalStorage<Checksum | undefined>()

  constructor(private readonly folder: string) {
    super()
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum']
  }

  override async create(upload: Upload): Promise<Upload> {
    await mkdir(this.#home(upload.id), { recursive: true, mode: 0o700 })
    await writeFile(this.path(upload.id), '', { mode: 0o600 })
    await this.#write(upload.id, { size: upload.size ?? 0, metadata: upload.metadata ?? {}, createdMs: Date.now() })
    return upload
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    // Nothing follows the end, but a client may tell it again.
    if ((await this.find(id))?.size === offset) return offset
    const target = createWriteStream(this.path(id), { flags: 'r+', start: offset })
    const checksum = this.expected.getStore()
    if (checksum === undefined) await pipeline(source, target)
    else await this.#writeChecked(source, target, checksum, { id, offset })
    return (await stat(this.path(id))).size
  }

  /** Of what does not bear its checksum, or breaks off before that is known, nothing stays (tus 1.0.0, Checksum). */
  async #writeChecked(
    source: Readable,
    target: Writable,
    { algorithm, digest }: Checksum,
    { id, offset }: { readonly id: string; readonly offset: number },
  ): Promise<void> {
    const hasher = new Bun.CryptoHasher(algorithm)
    const hashed = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hasher.update(chunk)
        yield chunk
      }
    }
    try {
      await pipeline(source, hashed, target)
      if (hasher.digest('base64') !== digest) throw { status_code: checksumMismatch, body: 'Checksum Mismatch' }
    } catch (error) {
      await truncate(this.path(id), offset)
      throw error
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const record = await this.find(id)
    if (record === undefined) throw ERRORS.FILE_NOT_FOUND
    // Whole and taken over already: its bytes are not here any more.
    const there = record.asset === undefined ? await stat(this.path(id)).catch(() => undefined) : undefined
    const offset = there?.size ?? record.size
    const creation_date = new Date(record.createdMs).toISOString()
    return new Upload({ id, size: record.size, offset, metadata: record.metadata, creation_date })
  }

  override async remove(id: string): Promise<void> {
    if ((await this.find(id)) === undefined) throw ERRORS.FILE_NOT_FOUND
    await rm(this.#record(id), { force: true })
    await rm(this.path(id), { force: true })
  }

  /** Removes what stood still too long, whole or not, and returns how many. */
  override async deleteExpired(): Promise<number> {
    let removed = 0
    for (const organization of await readdir(this.folder).catch(() => [])) {
      const home = join(this.folder, organization)
      for (const name of await readdir(home).catch(() => [])) {
        const there = await stat(join(home, name)).catch(() => undefined)
        if (there === undefined || Date.now() - there.mtimeMs <= limits.uploadIdleMs) continue
        await rm(join(home, name), { force: true })
        if (name.endsWith('.json')) removed++
      }
    }
    return removed
  }

  override getExpiration(): number {
    return limits.uploadIdleMs
  }

  /** Undefined: there is no such upload, or the id is none of ours. */
  async find(id: string): Promise<UploadRecord | undefined> {
    const text = await readFile(this.#record(id), 'utf8').catch(() => undefined)
    const value: unknown = text === undefined ? undefined : JSON.parse(text)
    return Value.Check(recordSchema, value) ? value : undefined
  }

  /** The upload became an asset: its bytes are elsewhere, and who asks again hears which. */
  async finish(id: string, asset: string): Promise<void> {
    const record = await this.find(id)
    if (record !== undefined) await this.#write(id, { ...record, asset })
    await rm(this.path(id), { force: true })
  }

  /** How many an organization has under way. */
  async count(organizationId: string): Promise<number> {
    const names = await readdir(join(this.folder, organizationId.slice(4))).catch(() => [])
    return names.filter((name) => name.endsWith('.part')).length
  }

  path(id: string): string {
    return join(this.#home(id), `${id}.part`)
  }

  async #write(id: string, record: UploadRecord): Promise<void> {
    const path = this.#record(id)
    await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  #record(id: string): string {
    return join(this.#home(id), `${id}.json`)
  }

  /** @throws AppError not-found for an id of another shape: none reaches the file system. */
  #home(id: string): string {
    const organizationId = organizationOf(id)
    if (!id.startsWith('upl_')) throw new AppError('not-found', 'There is no such upload.')
    return join(this.folder, organizationId.slice(4))
  }
}
