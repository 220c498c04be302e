import { describe, expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type PictureName, picture, pictureNames, pictureSize, pictureUrl } from './album.ts'
import { pictureDoor } from './door.ts'

const svgBytesMax = 12 * 1_024
const door = pictureDoor()
const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  door(new Request(`http://localhost${path}`, { method, headers }), undefined as never)

async function answered(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const response = await ask(path, headers, method)
  if (response === undefined) throw new Error(`No answer for ${path}`)
  return response
}

test('there are at least ten, and an unknown name is none', () => {
  expect(pictureNames.length).toBeGreaterThanOrEqual(10)
  expect(picture('nothing' as string)).toBeUndefined()
  expect(picture('constructor' as string)).toBeUndefined()
  expect(pictureSize('/-/pictures/nothing-0123456789.svg')).toBeUndefined()
  expect(pictureSize('https://example.com/a.svg')).toBeUndefined()
})

describe.each([...pictureNames])('%s', (name: PictureName) => {
  test('is a small SVG of its own size that loads and runs nothing', () => {
    const { svg, width, height } = picture(name)
    expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(svgBytesMax)
    expect(svg).toStartWith(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`)
    expect(pictureSize(pictureUrl(name))).toEqual({ width, height })
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/<script|<style|href|https?:|NaN|undefined/)
    // Each reference has its definition.
    for (const [, id] of svg.matchAll(/url\(#(\w+)\)/g)) expect(svg).toContain(`id="${id}"`)
  })

  test('has an address that a document may hold', () => {
    expect(pictureUrl(name)).toMatch(/^\/-\/[\w./-]+$/)
  })
})

describe('the door', () => {
  const path = pictureUrl('harbour-dawn')
  const { svg } = picture('harbour-dawn')

  test.each([
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('answers in %s what it answers plainly', async (encoding, decode) => {
    const response = await answered(path, { 'accept-encoding': encoding })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(decode(Buffer.from(await response.arrayBuffer())).toString()).toBe(svg)
    const plain = await answered(path)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(svg)
    expect(plain.headers.get('etag')).not.toBe(response.headers.get('etag'))
  })

  test('is cacheable for ever, and harmless when opened by itself', async () => {
    const { headers } = await answered(path)
    expect(headers.get('content-type')).toBe('image/svg+xml')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('vary')).toBe('Accept-Encoding')
  })

  test('says 304 to who has it, and sends no body to HEAD', async () => {
    const etag = (await answered(path)).headers.get('etag') ?? ''
    expect((await answered(path, { 'if-none-match': `"other", W/${etag}` })).status).toBe(304)
    expect((await answered(path, { 'if-none-match': '"other"' })).status).toBe(200)
    expect(await (await answered(path, {}, 'HEAD')).text()).toBe('')
  })

  test('leads from an earlier drawing to the newest', async () => {
    const response = await answered('/-/pictures/harbour-dawn-0000000000.svg')
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe(path)
    expect(response.headers.get('cache-control')).not.toContain('immutable')
  })

  test('leaves everything else to the next door', async () => {
    for (const other of ['/-/pictures/', '/-/pictures/nothing-0123456789.svg', '/-/pictures/harbour-dawn.svg', '/']) {
      expect(await ask(other)).toBeUndefined()
    }
    expect(await ask(path, {}, 'POST')).toBeUndefined()
  })
})
