import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId, newOrganizationId } from '../../src/db/ids.ts'
import { type HttpServer, listen } from '../../src/http/server.ts'
import { sharedDocument } from '../../test/fixtures/shared-site.ts'
import { siteOrigin, visitorSite } from '../../test/fixtures/visitor-site.ts'
import { type Site, sites } from './sites.ts'

const own = 'pages.example.com'
let house: Awaited<ReturnType<typeof visitorSite>>
let site: Site
let server: HttpServer
let tour: string
const strange = newOrganizationId()
/** What the doors were given. */
const seen: string[] = []

beforeAll(async () => {
  house = await visitorSite()
  tour = await house.publish('tour', sharedDocument, 'The tour')
  const person = { userId: 'usr_other', email: 'eve@example.com', name: 'Eve' }
  const south = await house.organizations.create(person, { name: 'South', slug: 'south' })
  const { id } = await house.capsules.create(south.id, { title: 'Phishing', slug: 'bait', draft: sharedDocument })
  await house.publications.publish(south.id, id, 'usr_other')
  site = sites({
    origin: siteOrigin,
    domains: { organizationAt: (host) => (host === own ? house.organization.id : undefined) },
    organizations: house.organizations,
    front: () => 'tour',
  })
  server = listen({
    port: 0,
    host: '127.0.0.1',
    site,
    doors: [
      (request) => {
        seen.push(request.url)
        return undefined
      },
      ...house.doors,
    ],
    onError: () => new Response('a bug', { status: 500 }),
  })
})

afterAll(async () => {
  await server.drain()
  await house.close()
})

/** What no client library would send. */
async function raw(lines: readonly string[]): Promise<string> {
  const answer = Promise.withResolvers<string>()
  let text = ''
  await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port,
    socket: {
      open: (socket) => void socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`),
      data: (_, bytes) => {
        text += bytes.toString('utf8')
      },
      close: () => answer.resolve(text),
    },
  })
  return answer.promise
}

const get = (host: string, path: string, ...headers: string[]) =>
  raw([`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Accept: text/html', ...headers])

test('a capsule stands at /{capsule} of its own host, and at the address that pages lead to', async () => {
  for (const path of ['/tour', '/north/tour', '/north/tour?page=next', '/tour?page=next']) {
    expect(await get(own, path)).toStartWith('HTTP/1.1 200 OK')
  }
  expect(await get(own, '/')).toMatch(/^HTTP\/1.1 302 [\s\S]*location: \/tour\r\n/i)
  expect(await get('PAGES.example.com.:8080', '/tour')).toStartWith('HTTP/1.1 200 OK')
})

test('it is one page in the cache, whichever host asks first', async () => {
  await house.publish('fresh', sharedDocument, 'Fresh')
  const first = await get(own, '/fresh')
  const second = await get('capsules.example', '/north/fresh')
  expect(first).toContain('cache-status: encapsify; fwd=')
  expect(second).toContain('cache-status: encapsify; hit')
  const body = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n'))
  expect(body(second)).toBe(body(first))
  expect(first).toContain(`<link rel="canonical" href="${siteOrigin}/north/fresh">`)
  expect(first).not.toContain(own)
})

test('no header but the host says whose site it is, and no host is written into a page', async () => {
  await house.publish('poison', sharedDocument, 'Poison')
  const forged = [
    'X-Forwarded-Host: pages.example.com',
    'Forwarded: host=pages.example.com',
    'X-Host: pages.example.com',
  ]
  expect(await get('capsules.example', '/poison', ...forged)).toStartWith('HTTP/1.1 404')
  const poisoned = await get('evil.example', '/north/poison', 'X-Forwarded-Host: evil.example')
  expect(poisoned).toStartWith('HTTP/1.1 200')
  expect(poisoned).not.toContain('evil.example')
  for (const host of [
    'pages.example.com.evil.example',
    'evil-pages.example.com',
    'x@pages.example.com',
    'evil.example',
  ]) {
    expect(await get(host, '/poison')).not.toStartWith('HTTP/1.1 200')
  }
})

test('a request without a host, with a path that looks like one, is nobody’s', async () => {
  expect(await raw(['GET /pages.example.com/tour HTTP/1.0'])).toStartWith('HTTP/1.1 404')
  expect(await raw(['GET //pages.example.com/tour HTTP/1.0'])).not.toStartWith('HTTP/1.1 200')
})

test.each([
  ...[
    '/south/bait',
    '/SOUTH/bait',
    '/studio/o/north',
    '/ops/x',
    '/api/v1/capsules',
    '/api/docs',
    '/api/auth/get-session',
  ],
  ...['/metrics/x', '/health/ready', '/ai/v1/models', '/-/oembed?url=x', '/-/s/lnk_x', '/live/x', '/north', '/bait'],
  ...['/north/../south/bait', '/north/%2e%2e/south/bait', '/north//south/bait', '/%6eorth/tour', '/north%2ftour'],
  ...[
    '/-/assets/../../south/bait',
    '/north/tour/-/responses/../../../south/bait',
    '/north\\..\\south\\bait',
    '//south/bait',
  ],
])('%s shows nothing there', async (path) => {
  const answer = await get(own, path)
  expect(answer).toStartWith('HTTP/1.1 404')
  expect(answer).not.toContain('Nobody else reads this')
})

test('what visitors’ pages call is answered, of the organization’s own capsules alone', () => {
  const other = `cap_${'0'.repeat(9)}${strange.slice(4)}${'0'.repeat(11)}`
  const through = (method: string, path: string) =>
    site(new Request(`https://${own}${path}`, { method })) instanceof Request
  expect(through('POST', `/api/v1/capsules/${tour}/responses`)).toBe(true)
  expect(through('POST', `/api/v1/capsules/${tour}/questions`)).toBe(true)
  expect(through('GET', `/live/${tour}`)).toBe(true)
  expect(through('GET', `/live/${tour}/events?cursor=1`)).toBe(true)
  expect(through('GET', '/-/assets/page-1.js')).toBe(true)
  expect(through('POST', '/-/visits')).toBe(true)
  expect(through('POST', '/north/tour/-/responses')).toBe(true)
  expect(through('GET', `/api/v1/capsules/${tour}/responses`)).toBe(false)
  expect(through('GET', `/live/${tour}/visits`)).toBe(false)
  expect(through('POST', `/api/v1/capsules/${other}/responses`)).toBe(false)
  expect(through('GET', `/live/${other}`)).toBe(false)
  expect(through('GET', `/-/media/${other.replace('cap', 'ast')}/1`)).toBe(false)
  expect(through('DELETE', '/tour')).toBe(false)
})

test('a share link opens there what it opens at home, and another organization’s opens nothing', async () => {
  const { id: organizationId } = house.organization
  const id = await house.publish('few', sharedDocument, 'For few')
  await house.sharing.access.setPrivate(organizationId, id, true)
  const settings = { name: 'Board', password: null, expiresAt: null, emailGate: null, downloads: true }
  const link = await house.sharing.links.create(organizationId, id, settings, 'usr_test')
  expect(await get(own, '/few')).not.toStartWith('HTTP/1.1 200')
  const opened = await get(own, `/-/s/${link.id}`)
  const cookie = /^set-cookie: ([^;]+)/im.exec(opened)?.[1] ?? ''
  expect(await get(own, '/few', `Cookie: ${cookie}`)).toStartWith('HTTP/1.1 200 OK')
  expect(await get(own, `/-/s/${newId('lnk', strange)}`)).toStartWith('HTTP/1.1 404')
})

test('a door is given the ordinary path under the host that was asked for', async () => {
  await get(own, '/tour?page=next&utm_source=x')
  expect(seen.at(-1)).toEndWith('/north/tour?page=next&utm_source=x')
  expect(seen.at(-1)).toContain(own)
})
