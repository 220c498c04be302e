import { describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { mediaConfig } from './config.ts'

const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }

describe('the configuration of media', () => {
  test('with nothing said, files lie in the data folder', () => {
    expect(mediaConfig({}, '/data')).toEqual({
      blobs: { kind: 'folder', folder: '/data/media/blobs' },
      folder: '/data/media',
      cacheBytesMax: 2_048 * 1_048_576,
    })
  })

  test('a folder or a bucket can be named', () => {
    expect(mediaConfig({ ENCAPSIFY_BLOBS: 'files' }, '/data').blobs).toEqual({
      kind: 'folder',
      folder: resolve('files'),
    })
    const env = { ENCAPSIFY_BLOBS: 's3://my-bucket', ...keys, AWS_ENDPOINT_URL_S3: 'https://fly.storage.tigris.dev' }
    expect(mediaConfig(env, '/data').blobs).toMatchObject({
      kind: 's3',
      bucket: 'my-bucket',
      endpoint: 'https://fly.storage.tigris.dev',
      accessKeyId: 'a',
    })
  })

  test.each([
    [{ ENCAPSIFY_BLOBS: 's3://' }, 'ENCAPSIFY_BLOBS'],
    [{ ENCAPSIFY_BLOBS: 'gs://bucket' }, 'ENCAPSIFY_BLOBS'],
    [{ ENCAPSIFY_BLOBS: 's3://bucket', AWS_ACCESS_KEY_ID: 'a' }, 'AWS_SECRET_ACCESS_KEY'],
    [{ ENCAPSIFY_MEDIA_CACHE_MIB: 'much' }, 'ENCAPSIFY_MEDIA_CACHE_MIB'],
  ])('%j is refused by name', (env, name) => {
    expect(() => mediaConfig(env, '/data')).toThrow(name)
  })
})
