import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { branchingDocument } from '../../test/fixtures/branching.ts'
import { siteOrigin, visitorSite } from '../../test/fixtures/visitor-site.ts'
import { visitorCookieHeader } from '../capsule/index.ts'

let site: Awaited<ReturnType<typeof visitorSite>>
let slugs = 0

beforeAll(async () => {
  site = await visitorSite()
})
afterAll(() => site.close())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  site.handle(new Request(`http://some.host${path}`, { method, headers }))

const post = (path: string, fields: Record<string, string> | string[][], headers: Record<string, string> = {}) =>
  site.handle(
    new Request(`http://some.host${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    }),
  )

async function published(document: unknown = branchingDocument) {
  const slug = `capsule-${++slugs}`
  const id = await site.publish(slug, document)
  return { id, slug, path: `/north/${slug}` }
}

const titled = (title: string, settings = {}) => ({ format: 1, pages: [{ id: 'start', title, blocks: [] }], settings })

describe('a page', () => {
  test('comes whole, with the headers that guard it, and names our origin whatever the host said', async () => {
    const { id, path } = await published()
    const answer = await get(`${path}?utm_source=letter`, { host: 'evil.example' })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain(`<link rel="canonical" href="${siteOrigin}${path}">`)
    expect(html).not.toContain('some.host')
    expect(html).not.toContain('evil')
    const headers = Object.fromEntries(answer.headers)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=0, must-revalidate',
      'cdn-cache-control': 'public, max-age=0, stale-while-revalidate=30, stale-if-error=86400',
      'cache-tag': `organization:${site.organization.id},capsule:${id}`,
      'surrogate-key': `organization:${site.organization.id} capsule:${id}`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-robots-tag': 'noindex',
      link: '</-/assets/poll.ts>; rel=modulepreload, </-/assets/quiz.ts>; rel=modulepreload, </-/assets/form.ts>; rel=modulepreload',
      vary: 'Accept-Encoding',
    })
    expect(headers['content-security-policy']).toContain('frame-ancestors *')
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('is kept once whatever else the query says, answered before the router, and revalidated', async () => {
    const { path } = await published()
    const before = site.pages.counts.misses
    await get(path)
    const again = await get(`${path}?utm_source=a&fbclid=b`)
    expect(again.headers.get('cache-status')).toBe('encapsify; hit')
    await get(`${path}?page=left`)
    await get(`${path}?utm_source=a&page=left`)
    expect(site.pages.counts.misses - before).toBe(2)
    const etag = again.headers.get('etag') ?? ''
    const unchanged = await get(path, { 'if-none-match': `W/"x", ${etag}` })
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ''])
    expect(unchanged.headers.get('etag')).toBe(etag)
    const head = await get(path, {}, 'HEAD')
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag])
  })

  test('what is not there is kept apart and within bounds, so that a scan pushes no page out', async () => {
    const { path } = await published()
    await get(path)
    const before = site.pages.size
    for (let n = 0; n < 1_000; n++) expect((await get(`${path}?page=no${n}`)).status).toBe(404)
    expect(site.pages.size).toBe(before)
    expect(site.pages.bytes).toBeLessThan(32 * 1_048_576)
    expect((await get(`${path}?page=no999`)).headers.get('cache-status')).toBe('encapsify; hit')
    expect((await get(path)).headers.get('cache-status')).toBe('encapsify; hit')
  })

  test('whatever comes to be at an address is seen at once, although its absence was kept', async () => {
    const path = `/north/later-${++slugs}`
    expect((await get(path)).status).toBe(404)
    expect((await get(path)).headers.get('cache-status')).toBe('encapsify; hit')
    await site.publish(path.slice(7), titled('Later'))
    expect((await get(path)).status).toBe(200)
    expect((await get('/elsewhere/tour')).status).toBe(404)
    const person = { userId: 'usr_test', email: 'ada@example.com', name: 'Ada' }
    await site.organizations.create(person, { name: 'Elsewhere', slug: 'elsewhere' })
    expect((await get('/elsewhere/tour')).headers.get('cache-status')).toBe('encapsify; fwd=uri-miss; stored')
  })

  test('may be listed when its owner says so', async () => {
    const { path } = await published(titled('Listed', { indexed: true }))
    const answer = await get(path)
    expect(answer.headers.get('x-robots-tag')).toBeNull()
    expect(await answer.text()).not.toContain('noindex')
  })
})

describe('a change is seen at once', () => {
  test('a publication, a new name of the organization, an end', async () => {
    const { id, path } = await published(titled('First'))
    const other = await published(titled('Other'))
    expect(await (await get(path)).text()).toContain('<h1>First</h1>')
    await get(other.path)
    await site.capsules.saveDraft(site.organization.id, id, null, titled('Second'))
    expect(await (await get(path)).text()).toContain('<h1>First</h1>')
    await site.publications.publish(site.organization.id, id, 'usr_test')
    expect(await (await get(path)).text()).toContain('<h1>Second</h1>')
    expect((await get(other.path)).headers.get('cache-status')).toBe('encapsify; hit')
    await site.organizations.change(site.organization.id, { name: 'South & Co' })
    expect(await (await get(path)).text()).toContain('South &amp; Co')
    await site.publications.unpublish(site.organization.id, id)
    expect((await get(path)).status).toBe(404)
  })
})

describe('addresses', () => {
  test.each([
    ['a slash at the end', (slug: string) => `/north/${slug}/`],
    ['capitals', (slug: string) => `/North/${slug.toUpperCase()}`],
    ['escapes', (slug: string) => `/%6Eorth/${slug}`],
    ['the first page by its name', (slug: string) => `/north/${slug}?page=start`],
  ])('%s leads to the normal one', async (_, addressOf) => {
    const { slug, path } = await published()
    await get(path)
    const answer = await get(addressOf(slug))
    expect(answer.status).toBe(301)
    expect(answer.headers.get('location')).toBe(path)
  })

  test('old slugs of a capsule and of its organization lead to the new ones, with their query', async () => {
    const own = await visitorSite()
    const id = await own.publish('before', branchingDocument)
    const at = async (path: string) => {
      const answer = await own.handle(new Request(`http://x.example${path}`))
      return [answer.status, answer.headers.get('location'), answer.headers.get('cache-control')]
    }
    expect((await at('/north/before'))[0]).toBe(200)
    await own.capsules.change(own.organization.id, id, { slug: 'after' })
    expect(await at('/north/before?page=left&utm_source=a')).toEqual([
      301,
      '/north/after?page=left&utm_source=a',
      'public, max-age=60',
    ])
    await own.organizations.change(own.organization.id, { slug: 'south' })
    expect((await at('/north/after')).slice(0, 2)).toEqual([301, '/south/after'])
    expect((await at('/north/before')).slice(0, 2)).toEqual([301, '/south/after'])
    expect((await at('/south/after'))[0]).toBe(200)
    await own.close()
  })

  test.each(['/north/never-made', '/nobody/tour', '/north/%ff', '/north/%3Cscript%3E', '/north/.well-known'])(
    '%s is a page that says so, or a problem for who prefers one',
    async (path) => {
      const page = await get(path, { accept: 'text/html,*/*;q=0.8' })
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
      expect(page.headers.get('cache-control')).toMatch(/^(private, no-store|public, max-age=0, must-revalidate)$/)
      expect(page.headers.get('vary')).toContain('Accept')
      expect(await page.text()).toContain('There is no page here')
      const problem = await get(path, { accept: 'application/json' })
      expect([problem.status, problem.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    },
  )

  test('what programs ask for is a problem whoever asks', async () => {
    const answer = await get('/api/nothing', { accept: 'text/html' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })

  test('an archived capsule is gone, a draft was never there', async () => {
    const { id, path } = await published()
    await site.capsules.move(site.organization.id, id, 'archive')
    const gone = await get(path)
    expect([gone.status, await gone.text()]).toEqual([410, expect.stringContaining('no longer here')])
    await site.capsules.move(site.organization.id, id, 'unarchive')
    expect((await get(path)).status).toBe(200)
    await site.capsules.create(site.organization.id, { title: 'Draft', slug: 'only-draft' })
    expect((await get('/north/only-draft')).status).toBe(404)
  })
})

describe('an answer by plain POST', () => {
  const vote = { type: 'poll', block: 'vote', version: '1', choice: 'right' }
  const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

  test('is asked for once more with a token, stored once however often it is sent, and shown to its visitor alone', async () => {
    const { id, path } = await published()
    const first = await post(`${path}/-/responses`, vote)
    expect(first.status).toBe(307)
    const location = first.headers.get('location') ?? ''
    expect(location).toStartWith(`${path}/-/responses?visitor=`)
    expect(site.responses.totals(id, 'vote').total).toBe(0)
    const cookie = cookieOf(first)
    for (const target of [location, location, `${path}/-/responses`]) {
      const stored = await post(target, vote, { cookie })
      expect(stored.status).toBe(303)
      expect(stored.headers.get('location')).toBe(`${path}?answered=vote#vote`)
    }
    expect(site.responses.totals(id, 'vote')).toEqual({ total: 1, choices: { right: 1 } })
    const own = await get(`${path}?answered=vote`, { cookie })
    expect(own.headers.get('cache-control')).toBe('private, no-store')
    expect(await own.text()).toContain('1 answer so far')
    const others = await get(`${path}?answered=vote`)
    expect(others.headers.get('cache-control')).toBe('private, no-store')
    expect(await others.text()).not.toContain('so far')
  })

  test('where no cookie is kept, the result comes with the answer itself', async () => {
    const { id, path } = await published()
    const first = await post(`${path}/-/responses`, vote)
    const answer = await post(first.headers.get('location') ?? '', vote)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    expect(await answer.text()).toContain('1 answer so far')
    await post(first.headers.get('location') ?? '', vote)
    expect(site.responses.totals(id, 'vote').total).toBe(1)
  })

  test('a second choice where one counts shows what the first one came to', async () => {
    const { id, path } = await published()
    const cookie = cookieOf(await post(`${path}/-/responses`, vote))
    await post(`${path}/-/responses`, vote, { cookie })
    const again = await post(`${path}/-/responses`, { ...vote, choice: 'left' }, { cookie })
    expect(again.headers.get('location')).toBe(`${path}?answered=vote&again#vote`)
    expect(await (await get(`${path}?answered=vote&again`, { cookie })).text()).toContain('answered this before')
    expect(site.responses.totals(id, 'vote').choices).toEqual({ right: 1 })
  })

  test('a forged token is nobody', async () => {
    const { path } = await published()
    const forged = await post(`${path}/-/responses?visitor=aaaaaaaaaaaaaaaaaaaa.forged`, vote)
    expect(forged.status).toBe(307)
  })

  test.each([
    ['no choice', { type: 'poll', block: 'vote', version: '1' }, 422, 'Please choose an answer.'],
    ['a choice that is none', { ...vote, choice: 'up' }, 422, 'Please look at what is marked'],
    [
      'a form half filled in',
      { type: 'form', block: 'lead', version: '1', 'f:email:mail': 'x' },
      422,
      'Please fill this in.',
    ],
    ['a version that is none', { ...vote, version: '7' }, 404, 'no such version'],
    ['a block that is none', { ...vote, block: 'nothing' }, 404, 'no such block'],
    ['nothing', {}, 404, 'no such version'],
  ] as const)('%s is refused with a page that says why', async (_, fields, status, words) => {
    const { id, path } = await published()
    const { location } = Object.fromEntries((await post(`${path}/-/responses`, vote)).headers)
    const answer = await post(location ?? '', fields)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
    expect(await answer.text()).toContain(words)
    expect(site.responses.list(id, { limit: 10 }).items).toEqual([])
  })

  test('what is no form, no UTF-8 or too much is refused', async () => {
    const { path } = await published()
    const send = async (body: string, type = 'application/x-www-form-urlencoded') =>
      (
        await site.handle(
          new Request(`http://x.example${path}/-/responses`, {
            method: 'POST',
            headers: { 'content-type': type },
            body,
          }),
        )
      ).status
    expect(await send('block=%ff')).toBe(400)
    expect(await send('{}', 'application/json')).toBe(422)
    expect(await send('a', 'text/plain')).toBe(415)
    expect(await send(`a=${'x'.repeat(1_100_000)}`)).toBe(413)
    expect(await send('a=1&'.repeat(2_000))).toBe(413)
  })

  test('an old address takes answers still', async () => {
    const { id, path } = await published()
    await site.capsules.change(site.organization.id, id, { slug: `moved-${slugs}` })
    const answer = await post(`${path}/-/responses`, vote)
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `/north/moved-${slugs}/-/responses`])
  })

  test('on https the cookie works in frames of other sites', () => {
    expect(visitorCookieHeader('token', siteOrigin)).toContain('SameSite=None; Partitioned')
  })
})

test('every statement of a visitor uses an index', () => {
  expect(site.plans.count).toBeGreaterThan(20)
  expect(site.plans.scans()).toEqual([])
})
