import { AppError } from '../../../src/errors.ts'

/** What a client says that the bytes of one request come to (tus 1.0.0, Checksum). */
export interface Checksum {
  readonly algorithm: (typeof checksumAlgorithms)[number]
  /** Base64. */
  readonly digest: string
}

export const checksumAlgorithms = ['sha1', 'sha256', 'sha512', 'md5'] as const
/** The status that the protocol made up for it. */
export const checksumMismatch = 460

/** Undefined without one. @throws AppError malformed for an algorithm that we don't know, or what is no base64. */
export function checksumOf(header: string | null): Checksum | undefined {
  if (header === null) return undefined
  const [, name, digest = ''] = /^([a-z0-9]{1,10}) ([A-Za-z0-9+/]{1,100}={0,2})$/.exec(header.trim()) ?? []
  const algorithm = checksumAlgorithms.find((one) => one === name)
  if (algorithm !== undefined) return { algorithm, digest }
  throw new AppError(
    'malformed',
    `Upload-Checksum must be one of ${checksumAlgorithms.join(', ')} and a digest in base64.`,
  )
}
