import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { branchingDocument } from '../../test/fixtures/branching.ts'
import { siteOrigin, visitorSite } from '../../test/fixtures/visitor-site.ts'

let site: Awaited<ReturnType<typeof visitorSite>>
const path = '/north/tour'
beforeAll(async () => {
  site = await visitorSite()
  await site.publish('tour', branchingDocument)
})
afterAll(() => site.close())

const get = (at: string, headers: Record<string, string> = {}, method = 'GET') =>
  site.handle(new Request(`http://some.host${at}`, { method, headers }))
const etagOf = async () => (await get(path)).headers.get('etag') ?? ''

describe('conditions', () => {
  test('If-Match comes before If-None-Match, and is compared strongly', async () => {
    const etag = await etagOf()
    const status = async (headers: Record<string, string>) => (await get(path, headers)).status
    expect(await status({ 'if-match': '"other"', 'if-none-match': etag })).toBe(412)
    expect(await status({ 'if-match': etag, 'if-none-match': etag })).toBe(304)
    expect(await status({ 'if-match': '*', 'if-none-match': '"other"' })).toBe(200)
    expect(await status({ 'if-match': `W/${etag}` })).toBe(412)
    expect(await status({ 'if-match': `"x", ${etag}` })).toBe(200)
  })

  test('If-None-Match comes before a date, which a page does not have', async () => {
    const etag = await etagOf()
    const date = new Date(Date.now() + 86_400_000).toUTCString()
    expect((await get(path, { 'if-none-match': '"other"', 'if-modified-since': date })).status).toBe(200)
    expect((await get(path, { 'if-none-match': etag, 'if-modified-since': 'not a date' })).status).toBe(304)
    expect((await get(path, { 'if-modified-since': date })).status).toBe(200)
  })

  test.each(['"', 'W/', '""', ',,,', '"a', 'abc', '*, *', `${'"x",'.repeat(5_000)}"y"`])(
    '(case %#) that are none match nothing',
    async (value) => {
      expect((await get(path, { 'if-none-match': value })).status).toBe(200)
      expect((await get(path, { 'if-match': value })).status).toBe(412)
    },
  )

  test('a 304 carries what a 200 would: validator, caching, Vary; and no body', async () => {
    const etag = await etagOf()
    const answer = await get(path, { 'if-none-match': etag })
    for (const name of ['etag', 'cache-control', 'cdn-cache-control', 'cache-tag', 'vary', 'cache-status']) {
      expect(answer.headers.get(name)).not.toBeNull()
    }
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([null, ''])
  })
})

test.each([
  'bytes=0-0',
  'bytes=-1',
  'bytes=99999999999999999999-',
  `bytes=${Array.from({ length: 2_000 }, (_, n) => `${n}-${n}`).join()}`,
  'bytes=5-1,9-2',
  'lines=1-2',
  'bytes=',
  'bytes=-0',
])('a page has no ranges: (case %#) is answered whole', async (range) => {
  const whole = await (await get(path)).text()
  const answer = await get(path, { range, 'if-range': await etagOf() })
  expect([answer.status, await answer.text()]).toEqual([200, whole])
})

describe('Accept-Encoding', () => {
  test.each([
    'br'.repeat(20_000),
    `${'gzip;q=0.1,'.repeat(3_000)}br`,
    ';;;,,,q=',
    'identity;q=0, *;q=0',
    'br;q=-1, zstd;q=2, gzip;q=NaN',
  ])('(case %#) of nonsense is answered with something readable', async (header) => {
    const answer = await get(path, { 'accept-encoding': header })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('<h1>')
  })

  test('ten thousand different ones make no memory grow without bound', async () => {
    const before = site.pages.bytes
    for (let n = 0; n < 10_000; n++) await get(path, { 'accept-encoding': `x${n};q=0.5, gzip` })
    expect(site.pages.bytes - before).toBeLessThan(64 * 1_024)
  })
})

describe('keys', () => {
  test('what a request says of its host, its client or its scheme is in no page and no key', async () => {
    await get(path)
    const misses = site.pages.counts.misses
    const spoofed = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'javascript',
      'x-forwarded-for': '<script>',
      forwarded: 'host=evil.example',
      'x-original-url': '/north/other',
      'x-rewrite-url': '/north/other',
      origin: 'https://evil.example',
      cookie: 'a=evil',
    }
    const answer = await get(path, spoofed)
    const all = (await answer.text()) + JSON.stringify([...answer.headers])
    expect(all).not.toContain('evil')
    expect(all).toContain(`${siteOrigin}${path}`)
    expect(site.pages.counts.misses).toBe(misses)
  })

  test('unknown parameters, their order and their repetition make no new key', async () => {
    await get(path)
    await get(`${path}?page=left`)
    const { misses } = site.pages.counts
    for (let n = 0; n < 200; n++) await get(`${path}?utm_${n}=${n}&page=left&page=right&x=%00`)
    for (let n = 0; n < 200; n++) await get(`${path}?callback=${n}&PAGE=left`)
    expect(site.pages.counts.misses).toBe(misses)
    expect(site.pages.size).toBeLessThan(20)
  })

  test.each([
    '/north%2Ftour',
    '/north/tour%2F',
    '/north/%74our',
    '/NORTH/Tour',
    '/north//tour',
    '/north/tour/..',
    '/north/tour%00',
    '/north/tour;jsessionid=1',
    '/north/tour%E0%A4',
    '/north/tour/%2e%2e/other',
    '/north/tour.html',
  ])('%s is kept under no key that a page has', async (trick) => {
    const size = site.pages.size
    const answer = await get(trick)
    expect([200, 301, 404]).toContain(answer.status)
    if (answer.status === 200) expect(new URL(answer.url || `http://x${path}`).pathname).toBe(path)
    expect(site.pages.size).toBeLessThanOrEqual(size + 1)
    expect(await (await get(path)).text()).toContain('<h1>')
  })

  test('what is one visitor’s own is answered to nobody else', async () => {
    const own = await get(`${path}?answered=lunch`, { cookie: 'encapsify-visitor=somebody' })
    expect(own.headers.get('cache-control')).toBe('private, no-store')
    const everybody = await get(path)
    expect([everybody.headers.get('set-cookie'), everybody.headers.get('cache-status')]).toEqual([
      null,
      'encapsify; hit',
    ])
  })

  test('HEAD is a GET without its body, and fills the same entry', async () => {
    await site.publish('head', branchingDocument)
    const head = await get('/north/head', {}, 'HEAD')
    const whole = await get('/north/head')
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'))
    expect(whole.headers.get('cache-status')).toBe('encapsify; hit')
  })
})
