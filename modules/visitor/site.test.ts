import { afterAll, beforeAll, expect, test } from 'bun:test'
import { branchingDocument } from '../../test/fixtures/branching.ts'
import { siteOrigin, visitorSite } from '../../test/fixtures/visitor-site.ts'
import { keyOf } from './address.ts'
import { prefersJson } from './refusals.ts'

let site: Awaited<ReturnType<typeof visitorSite>>
beforeAll(async () => {
  site = await visitorSite()
  await site.publish('tour', branchingDocument, 'A "tour"')
})
afterAll(() => site.close())

const get = (path: string) => site.handle(new Request(siteOrigin + path))
const oembed = (url: string, more = '') => get(`/-/oembed?url=${encodeURIComponent(url)}${more}`)

test('oEmbed gives a frame for a published capsule of ours', async () => {
  const answer = await oembed(`${siteOrigin}/north/tour?page=left`, '&format=json&maxwidth=400&maxheight=9999')
  expect(answer.headers.get('content-type')).toContain('application/json')
  expect(await answer.json()).toEqual({
    version: '1.0',
    type: 'rich',
    title: 'A "tour"',
    author_name: 'North & Co',
    provider_name: 'Encapsify',
    provider_url: siteOrigin,
    cache_age: 300,
    width: 400,
    height: 600,
    html: `<iframe src="${siteOrigin}/north/tour?page=left" width="400" height="600" title="A &quot;tour&quot;" loading="lazy" allow="fullscreen; picture-in-picture" frameborder="0"></iframe>`,
  })
})

test.each([
  ['XML', `${siteOrigin}/north/tour`, '&format=xml', 501],
  ['another host', 'https://evil.example/north/tour', '', 404],
  ['a host that begins like ours', `${siteOrigin}.evil.example/north/tour`, '', 404],
  ['no capsule', `${siteOrigin}/north/none`, '', 404],
  ['no address', '', '', 404],
])('oEmbed refuses %s', async (_, url, more, status) => {
  const answer = await oembed(url, more)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
})

test('the page tells where its oEmbed is', async () => {
  const html = await (await get('/north/tour')).text()
  const href = /type="application\/json\+oembed" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect((await site.handle(new Request(href))).status).toBe(200)
})

test('robots may look at capsules and at nothing of the owners; there is an icon', async () => {
  const robots = await (await get('/robots.txt')).text()
  expect(robots).toContain('Allow: /\n')
  expect(robots).toContain('Disallow: /studio\n')
  expect(robots).toContain('Disallow: /api/\n')
  expect((await get('/favicon.ico')).headers.get('content-type')).toBe('image/svg+xml')
})

test.each([
  ['http://h/a/b', '/a/b'],
  ['https://h:3000/a/b?utm_source=x', '/a/b'],
  ['http://h/a/b?page=p', '/a/b?page=p'],
  ['http://h/a/b?x=1&page=p&y', '/a/b?page=p'],
  ['http://h/a/b?mypage=p', '/a/b'],
  ['http://h/a/b?pages=p', '/a/b'],
  ['http://h/a/b?page', '/a/b'],
  ['http://h/a/b?page=', '/a/b'],
  ['http://h/a/b?page=p&page=q', '/a/b?page=p'],
  ['http://h/a/b?answered=x', undefined],
  ['http://h/a/b?page=p&answered', undefined],
])('the key of %s is %p', (url, key) => {
  expect(keyOf(url)).toBe(key)
})

test.each([
  ['', false],
  ['*/*', false],
  ['text/html,application/xhtml+xml,*/*;q=0.8', false],
  ['application/json', true],
  ['application/problem+json, text/html;q=0.5', true],
  ['application/json;q=0.1, text/html', false],
  ['application/json, */*;q=0.1', true],
])('who accepts "%s" prefers JSON: %p', (accept, prefers) => {
  expect(prefersJson(accept)).toBe(prefers)
})

test('the root and an organization alone are pages for people; what programs look for is a problem', async () => {
  const root = await get('/')
  expect([root.status, root.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await root.text()).toContain('href="/api/docs"')
  const organization = await get('/north')
  expect([organization.status, organization.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
  for (const path of ['/api', '/ads.txt']) {
    expect((await get(path)).headers.get('content-type')).toBe('application/problem+json')
  }
})
