import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { S3Blobs } from '../../modules/media/blobs/s3.ts'
import type { Encodings } from '../../modules/media/encodings.ts'
import { limits } from '../../modules/media/limits.ts'
import { newOrganizationId } from '../../src/db/ids.ts'
import { loadSharp } from '../../src/images/sharp.ts'
import { freePort } from '../binary/server.ts'
import { blobContract, contents, hashOf, randomBytes } from '../fixtures/blob-contract.ts'
import { film } from '../fixtures/films.ts'
import { mediaWorld } from '../fixtures/media.ts'
import { bytesOf, photo } from '../fixtures/pictures.ts'
import { type S3Server, startS3 } from '../fixtures/s3-server.ts'

/** Building the server, once, takes longer than a test may. */
const startMsMax = 900_000
let server: S3Server

beforeAll(async () => {
  server = await startS3()
}, startMsMax)
afterAll(() => server?.[Symbol.asyncDispose]())

const open = async () => {
  const { bucket, origin: endpoint, credentials } = server
  return new S3Blobs({ bucket, endpoint, ...credentials, sessionToken: undefined })
}

describe('blobs (S3)', () => {
  blobContract(open)

  test('a client puts its bytes by a presigned address, and they are found, once', async () => {
    const { direct } = await open()
    const bytes = randomBytes(70_000)
    const { url } = direct.presign('upl_1', 60)
    expect(await direct.find('upl_1')).toBeUndefined()
    expect((await fetch(url, { method: 'PUT', body: bytes })).status).toBe(200)
    expect(hashOf(await contents(await direct.find('upl_1')))).toBe(hashOf(bytes))
    await direct.remove('upl_1')
    expect(await direct.find('upl_1')).toBeUndefined()
  })

  test('a server that is not there is said to be away', async () => {
    const store = new S3Blobs({
      bucket: server.bucket,
      endpoint: `http://127.0.0.1:${freePort()}`,
      ...server.credentials,
      sessionToken: undefined,
    })
    const key = { organizationId: newOrganizationId(), hash: hashOf(new Uint8Array()) }
    await expect(store.find(key)).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 10 })
  })
})

describe('media on S3', () => {
  const bytesOfPicture = async () => {
    const sharp = await loadSharp('')
    return bytesOf((await photo(sharp, 360, 240)).jpeg())
  }
  type Resource = { id: string; url: string; width: number; kind: string }

  test('a picture is uploaded, made once, kept near by, and its AVIF lies in the bucket', async () => {
    const store = await open()
    const world = await mediaWorld({ store })
    try {
      const bytes = await bytesOfPicture()
      const asset = (await (await world.upload(bytes)).json()) as Resource
      expect(asset.width).toBe(360)
      const key = { organizationId: world.organizationId, hash: hashOf(bytes) }
      expect(hashOf(await contents(await store.find(key)))).toBe(key.hash)
      const get = (query: string) => world.fetch(new Request(`${asset.url}${query}`))
      expect((await get('?w=100&format=webp')).headers.get('cache-status')).toContain('miss')
      await world.jobs.settled()
      const { quality } = JSON.parse(world.media.assets.find(asset.id)?.encodings ?? '') as Encodings
      const derived = { ...key, derived: `w320-q${quality?.avif}.avif` }
      const made = await contents(await store.find(derived))
      expect(await (await get('?w=320&format=avif')).bytes()).toEqual(made)
      // The originals lie near by now: what is asked for next works without the bucket.
      await store.remove(key)
      expect((await get('?w=200&format=webp')).status).toBe(200)
      expect(world.bugs).toEqual([])
    } finally {
      await world.close()
    }
  }, 300_000)

  test('a client puts a file into the bucket by itself, and it becomes an asset, once', async () => {
    const world = await mediaWorld({ store: await open() })
    try {
      const bytes = await bytesOfPicture()
      const begun = (await (await world.call('POST', '/api/v1/direct-uploads')).json()) as { id: string; url: string }
      const complete = (body: object = { name: 'a.jpg', alt: 'A wave' }, key = world.key) =>
        world.call('POST', `/api/v1/direct-uploads/${begun.id}/completion`, body, { authorization: `Bearer ${key}` })
      expect((await complete()).status).toBe(404)
      expect((await fetch(begun.url, { method: 'PUT', body: bytes })).status).toBe(200)
      expect((await complete(undefined, world.otherKey)).status).toBe(404)
      expect((await complete({ name: 'a.mp4', type: 'video/mp4' })).status).toBe(415)
      const made = await complete()
      expect(made.status).toBe(201)
      const asset = (await made.json()) as Resource
      expect(asset).toMatchObject({ name: 'a.jpg', alt: 'A wave', kind: 'image', width: 360 })
      expect(await (await complete()).json()).toMatchObject({ id: asset.id })
      const left = (await (await world.call('POST', '/api/v1/direct-uploads')).json()) as { id: string; url: string }
      await fetch(left.url, { method: 'PUT', body: bytes })
      world.aheadMs(limits.presignedS * 1_000 + limits.directGraceMs + 1_000)
      await world.jobs.settled()
      expect(await world.media.store.direct?.find(left.id)).toBeUndefined()
      expect(world.bugs).toEqual([])
    } finally {
      await world.close()
    }
  }, 300_000)

  test('a film in a bucket is sent in parts', async () => {
    const world = await mediaWorld({ store: await open() })
    try {
      const bytes = randomBytes(200_000)
      bytes.set(Buffer.from('\0\0\0\x20ftypisom', 'latin1'))
      const asset = (await (await world.upload(bytes, 'film.mp4')).json()) as Resource
      for (let n = 0; n < 2; n++) {
        const part = await world.fetch(new Request(asset.url, { headers: { range: 'bytes=100000-100999' } }))
        expect(part.status).toBe(206)
        expect(await part.bytes()).toEqual(bytes.slice(100_000, 101_000))
      }
      expect(world.bugs).toEqual([])
    } finally {
      await world.close()
    }
  })

  test('the ladder of a film lies in the bucket and is sent in parts; the film is read from there once', async () => {
    const world = await mediaWorld({ store: await open() })
    try {
      const answer = await world.upload(await film({ seconds: 2, size: '320x240' }), 'film.mp4')
      const { id } = (await answer.json()) as Resource
      await world.jobs.settled()
      const made = (await (await world.call('GET', `/api/v1/assets/${id}`)).json()) as {
        film: { state: string; playlist: string; poster: string; storyboard: string }
      }
      expect(made.film.state).toBe('ready')
      const get = (url: string, headers: Record<string, string> = {}) => world.fetch(new Request(url, { headers }))
      const rung = await (await get(new URL('video-240.m3u8', made.film.playlist).href)).text()
      const [, bytes, at] = /#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(rung) ?? []
      const range = `bytes=${at}-${Number(at) + Number(bytes) - 1}`
      const segment = await get(new URL('video-240.mp4', made.film.playlist).href, { range })
      expect([segment.status, (await segment.bytes()).length]).toEqual([206, Number(bytes)])
      expect((await get(made.film.poster)).status).toBe(200)
      expect(world.bugs).toEqual([])
    } finally {
      await world.close()
    }
  }, 300_000)
})
