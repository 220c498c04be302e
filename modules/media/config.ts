import { join, resolve } from 'node:path'

/** Where uploaded files are kept, and how much disk copies may take. */
export interface MediaConfig {
  readonly blobs:
    | { readonly kind: 'folder'; readonly folder: string }
    | {
        readonly kind: 's3'
        readonly bucket: string
        readonly endpoint: string | undefined
        readonly region: string | undefined
        readonly accessKeyId: string | undefined
        readonly secretAccessKey: string | undefined
        readonly sessionToken: string | undefined
      }
  /** Files under way and copies that can be had again. */
  readonly folder: string
  readonly cacheBytesMax: number
}

const cacheMibDefault = 2_048

/**
 * ENCAPSIFY_BLOBS (a folder, or `s3://bucket` with the AWS_* names) and ENCAPSIFY_MEDIA_CACHE_MIB.
 * @throws Error with one line that names the value which is not valid.
 */
export function mediaConfig(env: Readonly<Record<string, string | undefined>>, dataFolder: string): MediaConfig {
  const folder = join(dataFolder, 'media')
  const cache = env.ENCAPSIFY_MEDIA_CACHE_MIB ?? String(cacheMibDefault)
  if (!/^\d{1,8}$/.test(cache) || Number(cache) < 1) {
    throw new Error(`ENCAPSIFY_MEDIA_CACHE_MIB must be a whole number from 1, not "${cache}".`)
  }
  const rest = { folder, cacheBytesMax: Number(cache) * 1_048_576 }
  const blobs = env.ENCAPSIFY_BLOBS ?? join(folder, 'blobs')
  if (!/^\w+:\/\//.test(blobs)) return { blobs: { kind: 'folder', folder: resolve(blobs) }, ...rest }
  const bucket = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(blobs)?.[1]
  if (bucket === undefined) throw new Error(`ENCAPSIFY_BLOBS must be a folder or s3://bucket, not "${blobs}".`)
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
    if (!env[name]) throw new Error(`${name} is missing: ENCAPSIFY_BLOBS is a bucket.`)
  }
  return {
    blobs: {
      kind: 's3',
      bucket,
      endpoint: env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL,
      region: env.AWS_REGION,
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      sessionToken: env.AWS_SESSION_TOKEN,
    },
    ...rest,
  }
}
