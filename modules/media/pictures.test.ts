import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type Sharp from 'sharp'
import { newId } from '../../src/db/ids.ts'
import { loadSharp } from '../../src/images/sharp.ts'
import { type MediaWorld, mediaWorld } from '../../test/fixtures/media.ts'
import { animation, type Bytes, bytesOf, photo } from '../../test/fixtures/pictures.ts'
import { limits } from './limits.ts'

let world: MediaWorld
let sharp: typeof Sharp
beforeEach(async () => {
  world = await mediaWorld()
  sharp = await loadSharp('')
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  await world.close()
})

interface Resource {
  readonly id: string
  readonly url: string
  readonly [name: string]: unknown
}
const json = async (response: Response) => (await response.json()) as Resource
const png = (side: number, background = '#336699') =>
  bytesOf(sharp({ create: { width: side, height: side, channels: 3, background } }).png())
const uploaded = async (bytes: Bytes, name?: string) => {
  const response = await world.upload(bytes, name)
  expect(response.status).toBe(201)
  return json(response)
}
const get = (url: string, headers: Record<string, string> = {}) => world.fetch(new Request(url, { headers }))
const look = async (response: Response) => sharp(await response.bytes()).metadata()
const chrome = { accept: 'image/avif,image/webp,*/*;q=0.8' }

describe('a picture', () => {
  test('comes in the format that the browser shows, and says what it depends on', async () => {
    const { url } = await uploaded(await bytesOf((await photo(sharp, 1_200, 800)).jpeg()))
    const webp = await get(`${url}?w=500`, chrome)
    expect(webp.status).toBe(200)
    expect(Object.fromEntries(webp.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
      vary: 'Accept',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    })
    expect(await look(webp)).toMatchObject({ format: 'webp', width: 640, height: 427 })
    expect(await look(await get(`${url}?w=500`))).toMatchObject({ format: 'jpeg', width: 640 })
    const named = await get(`${url}?w=500&format=jpeg`, chrome)
    expect(named.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(named.headers.get('vary')).toBeNull()
    expect(await look(await get(`${url}?w=500&format=avif`))).toMatchObject({ format: 'heif', compression: 'av1' })
  })

  test('is upright, in sRGB, cropped as asked, and without what its original tells of its maker', async () => {
    const original = (await photo(sharp, 400, 300)).withExif({ IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    const { url } = await uploaded(await bytesOf(original.jpeg().withMetadata({ orientation: 6 })))
    const plain = await look(await get(url))
    expect(plain).toMatchObject({ width: 300, height: 400, space: 'srgb' })
    expect(plain.exif).toBeUndefined()
    expect(plain.icc).toBeUndefined()
    for (const focus of ['smart', 'top', '10,90']) {
      expect(await look(await get(`${url}?w=100&h=100&focus=${focus}`))).toMatchObject({ width: 128, height: 128 })
    }
  })

  test('lies ready after the first time, answers validators and ranges, and HEAD without its bytes', async () => {
    const { url } = await uploaded(await bytesOf((await photo(sharp, 300, 200)).jpeg()))
    const first = await get(`${url}?w=200&format=webp`)
    const bytes = await first.bytes()
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-status')).toBe('encapsify; fwd=miss; stored')
    const again = await get(`${url}?w=200&format=webp`)
    expect(again.headers.get('cache-status')).toBe('encapsify; hit')
    expect(await again.bytes()).toEqual(bytes)
    // Other words for the same take no memory of their own.
    for (const query of ['?w=200&format=webp&x=1', '?w=0200&format=webp']) {
      const odd = [await get(url + query), await get(url + query)]
      expect(odd.map(({ headers }) => headers.get('cache-status'))).toEqual(
        Array(2).fill('encapsify; hit; detail=disk'),
      )
    }
    expect((await get(`${url}?w=200&format=webp`, { 'if-none-match': `W/"x", ${etag}` })).status).toBe(304)
    const part = await get(`${url}?w=200&format=webp`, { range: 'bytes=10-19' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`)
    expect(await part.bytes()).toEqual(bytes.slice(10, 20))
    expect(await (await get(`${url}?w=200&format=webp`, { range: 'bytes=-5' })).bytes()).toEqual(bytes.slice(-5))
    expect((await get(`${url}?w=200&format=webp`, { range: 'bytes=9999999-' })).status).toBe(416)
    expect((await get(`${url}?w=200&format=webp`, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200)
    const head = await world.fetch(new Request(`${url}?w=200&format=webp`, { method: 'HEAD' }))
    expect(head.headers.get('content-length')).toBe(String(bytes.length))
    expect(await head.bytes()).toHaveLength(0)
  })

  test('an animation stays one, and an SVG is drawn at the size that is asked for', async () => {
    const moving = await uploaded(await animation(sharp, 40, 30, 4))
    expect(moving).toMatchObject({ frames: 4, width: 40, height: 30 })
    expect(await look(await get(moving.url, chrome))).toMatchObject({ format: 'webp', pages: 4 })
    expect(await look(await get(moving.url))).toMatchObject({ format: 'gif', pages: 4 })
    expect((await look(await get(`${moving.url}?format=jpeg`))).pages ?? 1).toBe(1)
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><circle cx="9" cy="5" r="4"/></svg>'
    const drawn = await uploaded(Uint8Array.from(Buffer.from(svg)), 'logo.svg')
    expect(drawn).toMatchObject({ type: 'image/svg+xml', width: 20, height: 10 })
    expect(await look(await get(`${drawn.url}?w=600`, chrome))).toMatchObject({
      format: 'webp',
      width: 640,
      height: 320,
    })
    expect((await get(drawn.url)).headers.get('content-type')).toBe('image/png')
  })

  test('of any size takes a signed address', async () => {
    const { id, url } = await uploaded(await bytesOf((await photo(sharp, 600, 400)).jpeg()))
    expect((await get(`${url}?w=400&h=10`)).status).toBe(403)
    const { url: signed } = await json(await world.call('GET', `/api/v1/assets/${id}/address?w=333&h=77&format=webp`))
    expect(await look(await get(signed))).toMatchObject({ width: 333, height: 77 })
    expect((await get(signed.replace('w=333', 'w=334'))).status).toBe(403)
  })

  test.each(['w=0', 'format=exe', 'format=gif', 'fit=fill', 'focus=x', 'dpr=100'])(
    '?%s is refused by name',
    async (query) => {
      const { url } = await uploaded(await png(8))
      const response = await get(`${url}?${query}`)
      expect(response.status).toBe(422)
      expect(await response.text()).toContain(`?${query.split('=')[0]}`)
    },
  )

  test('at an address of nobody is not there', async () => {
    for (const path of [
      '',
      'ast_x',
      'ast_x/y',
      `${newId('ast', world.organizationId)}/0000000000000000`,
      '%00/%00',
      'a/b/c/d',
    ]) {
      expect((await get(`http://localhost/-/media/${path}`)).status).toBe(404)
    }
    expect(world.media.delivery.handle(new Request('http://localhost/other'))).toBeUndefined()
  })

  test('is asked for by hundreds at once and made once', async () => {
    const { url } = await uploaded(await bytesOf((await photo(sharp, 800, 600)).jpeg()))
    const all = await Promise.all(Array.from({ length: 300 }, () => get(`${url}?w=400&format=webp`)))
    expect(new Set(all.map((response) => response.status))).toEqual(new Set([200]))
    expect(all.filter((response) => response.headers.get('cache-status')?.includes('miss'))).toHaveLength(1)
  })

  test('after its job has its own quality, and AVIF stands in pages', async () => {
    const asset = await uploaded(await bytesOf((await photo(sharp, 360, 240)).jpeg({ quality: 95 })))
    expect(world.media.assets.pictureOf(asset.id)?.sources.map((source) => source.type)).toEqual(['image/webp'])
    expect((await get(`${asset.url}?w=320`, chrome)).headers.get('content-type')).toBe('image/webp')
    await world.jobs.settled()
    expect(world.jobs.counts()).toMatchObject({ dead: 0 })
    const after = await json(await world.call('GET', `/api/v1/assets/${asset.id}`))
    expect(after.encodings).toMatchObject({ avif: [320, 360] })
    const picture = world.media.assets.pictureOf(asset.id)
    expect(picture).toMatchObject({ width: 360, height: 240, placeholder: asset.placeholder, colour: asset.colour })
    expect(picture?.sources.map((source) => source.type)).toEqual(['image/avif', 'image/webp'])
    const [avif = ''] = picture?.sources[0]?.srcset.split(' ') ?? []
    const response = await get(`http://localhost${avif}`)
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(await look(response)).toMatchObject({ format: 'heif', width: 320 })
    expect((await get(`${after.url}?w=320`, chrome)).headers.get('content-type')).toBe('image/avif')
    expect((await get(`${asset.url}?w=320`, chrome)).status).toBe(200)
  }, 120_000)

  test('whose original is gone holds up no other, and the jobs of many organizations all come to their end', async () => {
    const small = async (seed: number) => {
      const { data, info } = await (await photo(sharp, 48 + seed, 32)).raw().toBuffer({ resolveWithObject: true })
      return bytesOf(sharp(data, { raw: info }).jpeg())
    }
    const lost = await uploaded(await small(0))
    const row = world.media.assets.find(lost.id)
    await world.media.store.remove({ organizationId: world.organizationId, hash: row?.hash ?? '' })
    const ids = [(await uploaded(await small(1))).id, (await uploaded(await small(2))).id]
    ids.push((await json(await world.upload(await small(3), 'a.jpg', '', world.otherKey))).id)
    for (let n = 0; n < 5; n++) {
      await world.jobs.settled()
      world.aheadMs((n + 1) * 2 * limits.encodeAgainMs)
    }
    expect(ids.map((id) => world.media.assets.find(id)?.encodings)).toEqual(
      ids.map(() => expect.stringContaining('quality')),
    )
    expect(world.media.assets.find(lost.id)?.encodings).toBe('{"avif":[]}')
    expect(world.jobs.counts()).toEqual({ waiting: 2, running: 0, dead: 0 })
  }, 120_000)
})

describe('a signed address', () => {
  const signed = async (id: string, query: string) => {
    const answered = await world.call('GET', `/api/v1/assets/${id}/address?${query}`)
    return ((await answered.json()) as { url: string }).url
  }
  const located = async () =>
    bytesOf(
      (await photo(sharp, 400, 300))
        .withExif({ IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '52/1 0/1 0/1' } })
        .jpeg(),
    )

  test('for a time is kept by the browser alone, and is refused afterwards', async () => {
    const { id } = await uploaded(await png(90))
    const soon = Math.floor(Date.now() / 1_000) + 600
    const shown = await get(await signed(id, `w=50&format=png&exp=${soon}`))
    expect(shown.status).toBe(200)
    expect(shown.headers.get('cache-control')).toMatch(/^private, max-age=(59\d|600)$/)
    expect((await get(await signed(id, 'w=50&format=png&exp=1000'))).status).toBe(403)
    const address = await signed(id, `w=50&exp=${soon}`)
    expect((await get(address.replace(`exp=${soon}`, `exp=${soon + 1}`))).status).toBe(403)
  })

  test('keeps what the camera wrote when it is asked to; no other address does', async () => {
    const { id, url } = await uploaded(await located())
    expect((await look(await get(await signed(id, 'w=100&format=jpeg')))).exif).toBeUndefined()
    const kept = await look(await get(await signed(id, 'w=100&format=jpeg&metadata=keep')))
    expect(kept.exif?.includes('Somebody')).toBe(true)
    expect((await get(`${url}?w=100&format=jpeg&metadata=keep`)).status).toBe(403)
  })
})

test('a page has a few pixels of a picture to show until it is there, unless something shows through', async () => {
  const { id } = await uploaded(await png(90, '#3366cc'))
  const [, data = ''] = /^data:image\/png;base64,(.+)$/.exec(world.media.assets.pictureOf(id)?.blur ?? '') ?? []
  expect(data.length).toBeLessThan(600)
  const image = sharp(Buffer.from(data, 'base64'))
  expect(await image.metadata()).toMatchObject({ format: 'png', width: 10, height: 10 })
  expect((await image.stats()).channels.map(({ mean }) => Math.round(mean / 16))).toEqual([3, 6, 13])
  const clear = sharp({ create: { width: 9, height: 9, channels: 4, background: '#ff000080' } }).png()
  const through = await uploaded(await bytesOf(clear))
  expect(world.media.assets.pictureOf(through.id)).toMatchObject({ blur: undefined })
})

test('HEAD of an original says how long it is', async () => {
  const bytes = await png(40)
  const { id } = await uploaded(bytes)
  const head = await world.call('HEAD', `/api/v1/assets/${id}/content`)
  expect(Object.fromEntries(head.headers)).toMatchObject({
    'content-length': String(bytes.length),
    'content-disposition': expect.stringContaining('attachment'),
  })
  expect(head.headers.has('encapsify-head-length')).toBe(false)
})
