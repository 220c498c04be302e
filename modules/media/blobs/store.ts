import type { OrganizationId } from '../../../src/db/ids.ts'

/** Bytes are named by what they are and by whose they are: two organizations never share a blob. */
export interface BlobKey {
  readonly organizationId: OrganizationId
  /** SHA-256 of the original, 64 hexadecimal digits. */
  readonly hash: string
  /** Something made from it by a job and too dear to make again, such as `960.avif`; gone with the original. */
  readonly derived?: string
}

/** From `start` up to, not including, `end`; both within the blob. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface StoredBlob {
  readonly bytes: number
  /** Where its bytes lie as a file of this machine; absent: somewhere else. */
  readonly path?: string
  stream(range?: ByteRange): ReadableStream<Uint8Array>
}

/** Where a client may put the bytes of one upload by itself, with one PUT. */
export interface PresignedUpload {
  readonly url: string
  readonly expiresMs: number
}

/**
 * Blobs: a folder, an S3 bucket, or memory; `test/contract/blobs.test.ts` holds them to one contract. No method holds a
 * whole blob in memory (but for the twin in memory, which is made of it).
 */
export interface BlobStore {
  readonly kind: 'folder' | 's3' | 'memory'
  /**
   * Takes a finished file of this machine over: when it resolves, the bytes are durable under the key and the file is gone. A
   * key that is held already keeps its bytes, for they are the same. @throws AppError unavailable.
   */
  keep(key: BlobKey, path: string): Promise<void>
  /** @throws AppError unavailable when the store cannot be asked. */
  find(key: BlobKey): Promise<StoredBlob | undefined>
  /** The blob, and with an original all that was derived from it. Removing what is not there is no error. */
  remove(key: BlobKey): Promise<void>
  /** Direct uploads, where the store can take them. */
  readonly direct?: DirectUploads
}

/** Uploads that go past this server: presigned, then fetched once to be looked at. */
export interface DirectUploads {
  presign(uploadId: string, expiresS: number): PresignedUpload
  find(uploadId: string): Promise<StoredBlob | undefined>
  remove(uploadId: string): Promise<void>
}

const hashPattern = /^[0-9a-f]{64}$/
const derivedPattern = /^[a-z0-9-]{1,60}\.[a-z0-9]{2,5}$/

/** The key's path in a store. @throws Error for a key that could leave its place: a bug, never a user's input. */
export function pathOf({ organizationId, hash, derived }: BlobKey): string {
  if (!/^org_[0-9a-z]{10}$/.test(organizationId) || !hashPattern.test(hash)) throw new Error('This is no blob key.')
  const original = `${organizationId.slice(4)}/${hash.slice(0, 2)}/${hash}`
  if (derived === undefined) return original
  if (!derivedPattern.test(derived)) throw new Error('This is no name of something derived.')
  return `${original}.d/${derived}`
}

/** The key of such a path; undefined for any other text. */
export function keyOf(path: string): BlobKey | undefined {
  const [, organization, first, hash, derived] =
    /^([0-9a-z]{10})\/([0-9a-f]{2})\/([0-9a-f]{64})(?:\.d\/([a-z0-9.-]+))?$/.exec(path) ?? []
  if (organization === undefined || hash === undefined || !hash.startsWith(first ?? '-')) return undefined
  if (derived !== undefined && !derivedPattern.test(derived)) return undefined
  return { organizationId: `org_${organization}`, hash, ...(derived !== undefined && { derived }) }
}
