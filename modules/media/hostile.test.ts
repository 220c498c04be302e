import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type Sharp from 'sharp'
import { loadSharp } from '../../src/images/sharp.ts'
import { type MediaWorld, mediaWorld } from '../../test/fixtures/media.ts'
import { type Bytes, bytesOf, gifOfFrames, photo, pngClaiming } from '../../test/fixtures/pictures.ts'
import { limits } from './limits.ts'

let world: MediaWorld
let sharp: typeof Sharp
/** Asked for by what the server must not ask: an SVG's outside references. */
let leaked = 0
const outside: Bun.Server<undefined> = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () => {
    leaked++
    return new Response('x')
  },
})
beforeAll(async () => {
  world = await mediaWorld()
  sharp = await loadSharp('')
})
afterAll(async () => {
  await outside.stop(true)
  await world.close()
})

const text = (content: string): Bytes => Uint8Array.from(Buffer.from(content))
const cut = async (image: Promise<Bytes>, share: number) => {
  const bytes = await image
  return bytes.slice(0, Math.floor(bytes.length * share))
}
const picture = async () => photo(sharp, 400, 300)

/** Each: what it is, how it is made, what it is sent as, and the answer. */
const refused: readonly [string, () => Promise<Bytes> | Bytes, string, number][] = [
  ['nothing at all', () => text(''), 'image/png', 422],
  ['a JPEG cut off', async () => cut(bytesOf((await picture()).jpeg()), 0.5), '', 422],
  ['a progressive JPEG cut off', async () => cut(bytesOf((await picture()).jpeg({ progressive: true })), 0.5), '', 422],
  ['a PNG cut off', async () => cut(bytesOf((await picture()).png()), 0.5), '', 422],
  ['a WebP cut off', async () => cut(bytesOf((await picture()).webp()), 0.5), '', 422],
  ['an AVIF cut off', async () => cut(bytesOf((await picture()).avif({ effort: 0 })), 0.5), '', 422],
  ['a GIF cut off', async () => cut(bytesOf((await picture()).gif({ effort: 1 })), 0.5), '', 422],
  ['a JPEG of its first bytes', () => Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), '', 422],
  ['a page that says it is a picture', () => text('<!doctype html><script>alert(1)</script>'), 'image/png', 415],
  ['a PDF that says it is a picture', () => text('%PDF-1.7'), 'image/jpeg', 415],
  ['noise that says it is a film', () => crypto.getRandomValues(new Uint8Array(1_000)), 'video/mp4', 415],
  ['a picture of a phone that no browser shows', () => text('\0\0\0\x20ftypheic\0\0\0\0'), 'image/heic', 415],
  ['sides of 65,500 pixels', () => pngClaiming(sharp, 65_500, 65_500), '', 413],
  ['one side of 65,500 pixels', () => pngClaiming(sharp, 65_500, 1), '', 413],
  ['sides that multiply to too much', () => pngClaiming(sharp, 12_000, 12_000), '', 413],
  ['sides of which nothing follows', () => pngClaiming(sharp, 6_000, 6_000), '', 422],
  ['a GIF of 10,000 frames', () => gifOfFrames(10_000), '', 413],
  ['an SVG of entities that multiply', () => text(laughs()), '', 422],
  [
    'an SVG larger than any logo',
    () => text(`<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(limits.svgBytesMax)}</svg>`),
    '',
    413,
  ],
  [
    'an SVG of giant sides',
    () => text('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>'),
    '',
    413,
  ],
  ['an SVG that is not XML', () => text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><g'), '', 422],
  ['a TIFF that says it is a PNG', () => text('II*\0\x08\0\0\0'), 'image/png', 415],
]

function laughs(): string {
  const entities = Array.from({ length: 12 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join('')
  return `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a0 "ha">${entities}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&a12;</text></svg>`
}

describe('a hostile file is refused', () => {
  test.each(refused)('%s', async (_name, make, type, status) => {
    const response = await world.upload(await make(), 'picture', type)
    const problem = (await response.json()) as { detail: string; code: string }
    expect({ status: response.status, detail: problem.detail }).toEqual({ status, detail: expect.any(String) })
    expect(problem.detail.length).toBeGreaterThan(10)
    // What libvips or the disk said is for nobody.
    expect(problem.detail).not.toMatch(/vips|\/tmp|sharp|errno|undefined/i)
    expect(world.bugs).toEqual([])
  })

  test('and nothing of it is kept', async () => {
    const { assets, bytes } = (await (await world.call('GET', '/api/v1/storage')).json()) as Record<string, number>
    expect({ assets, bytes }).toEqual({ assets: 0, bytes: 0 })
  })
})

describe('an odd file is shown', () => {
  const shown = async (bytes: Bytes, query = '') => {
    const response = await world.upload(bytes)
    const asset = (await response.json()) as { url: string; type: string; width: number }
    expect({ status: response.status, asset }).toMatchObject({ status: 201 })
    const variant = await world.fetch(new Request(`${asset.url}?w=64&format=webp${query}`))
    expect(variant.status).toBe(200)
    return { asset, image: sharp(await variant.bytes()) }
  }

  test('CMYK, in the colours of a screen', async () => {
    const { image } = await shown(await bytesOf((await picture()).toColourspace('cmyk').jpeg()))
    expect(await image.metadata()).toMatchObject({ space: 'srgb', channels: 3 })
  })

  test('sixteen bits a channel, in eight', async () => {
    const { image } = await shown(await bytesOf((await picture()).toColourspace('rgb16').png()))
    expect(await image.metadata()).toMatchObject({ depth: 'uchar' })
  })

  test('a wide gamut, turned to sRGB', async () => {
    const { image } = await shown(await bytesOf((await picture()).withIccProfile('p3').jpeg()))
    expect((await image.metadata()).icc).toBeUndefined()
  })

  test('one pixel', async () => {
    const { asset } = await shown(
      await bytesOf(sharp({ create: { width: 1, height: 1, channels: 4, background: '#0000' } }).png()),
    )
    expect(asset.width).toBe(1)
  })

  test('very long and one pixel high', async () => {
    await shown(await bytesOf(sharp({ create: { width: 16_383, height: 1, channels: 3, background: '#f00' } }).png()))
  })

  test('a polyglot, as the picture alone: what follows it is gone', async () => {
    const gif = await bytesOf((await picture()).gif({ effort: 1 }))
    const both = Uint8Array.from(Buffer.concat([gif, Buffer.from('<script>alert(1)</script>')]))
    const { asset, image } = await shown(both)
    expect(asset.type).toBe('image/gif')
    expect((await image.toBuffer()).includes('<script>')).toBe(false)
    const plain = await world.fetch(new Request(asset.url))
    expect(Buffer.from(await plain.bytes()).includes('<script>')).toBe(false)
  })

  test('an SVG with scripts and outside references, as pixels: it runs nothing and asks for nothing', async () => {
    const address = `http://127.0.0.1:${outside.port}/x.png`
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" onload="alert(1)">
      <style>@import url(${address}); rect { fill: #00ff00 }</style>
      <script>fetch('${address}')</script><image xlink:href="${address}" width="9" height="9"/>
      <image href="file:///etc/hostname" width="9" height="9"/><use href="${address}#a"/>
      <foreignObject width="9" height="9"><iframe src="${address}"/></foreignObject><rect width="64" height="64"/></svg>`
    const { asset, image } = await shown(text(svg))
    expect(asset.type).toBe('image/svg+xml')
    expect((await image.stats()).dominant).toMatchObject({ r: 8, g: 248, b: 8 })
    const plain = await world.fetch(new Request(asset.url))
    expect(plain.headers.get('content-type')).toBe('image/jpeg')
    expect(leaked).toBe(0)
  })
})
