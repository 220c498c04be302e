import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { plainLink, secretWords, sharedDocument, sharedSite } from '../../test/fixtures/shared-site.ts'
import { siteOrigin } from '../../test/fixtures/visitor-site.ts'

let house: Awaited<ReturnType<typeof sharedSite>>
beforeAll(async () => {
  house = await sharedSite()
})
afterAll(() => house.site.close())

const browser = (address?: string) => house.browser(address)
const shared: typeof house.shared = (settings) => house.shared(settings)

let slugs = 0

describe('a private capsule', () => {
  test('shows nobody anything without a link, and nothing of it is kept', async () => {
    const { path } = await shared()
    for (const address of [path, `${path}?page=next`, `${path}?answered=vote`, `${path}?utm_source=x`]) {
      const answer = await browser().get(address)
      expect([address, answer.status]).toEqual([address, 403])
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
      expect(answer.headers.get('cdn-cache-control')).toBeNull()
      const html = await answer.text()
      expect(html).not.toContain(secretWords)
      expect(html).not.toContain('A tour for few')
    }
    expect((await browser().get(`${path}/-/offline`)).status).toBe(404)
    const embed = await browser().get(`/-/oembed?url=${encodeURIComponent(siteOrigin + path)}`)
    expect(embed.status).toBe(401)
    const answered = await browser().form(`${path}/-/responses`, {
      block: 'vote',
      version: '1',
      type: 'poll',
      vote: 'left',
    })
    expect(answered.status).toBe(403)
  })

  test('takes what was kept while it was public away at once', async () => {
    const slug = `closed-${++slugs}`
    const id = await house.site.publish(slug, sharedDocument)
    const path = `/north/${slug}`
    await browser().get(path)
    expect((await browser().get(path)).headers.get('cache-status')).toBe('encapsify; hit')
    await house.site.sharing.access.setPrivate(house.site.organization.id, id, true)
    expect((await browser().get(path)).status).toBe(403)
    await house.site.sharing.access.setPrivate(house.site.organization.id, id, false)
    expect((await browser().get(path)).status).toBe(200)
  })

  test('opens by its link, to that browser alone, and the page is its own', async () => {
    const { path, gate, id } = await shared()
    const one = browser()
    const entered = await one.get(`${gate}?page=next`)
    expect([entered.status, entered.headers.get('location')]).toEqual([303, `${path}?page=next`])
    expect(entered.headers.get('cache-control')).toBe('private, no-store')
    const cookie = entered.headers.get('set-cookie') ?? ''
    expect(cookie).toStartWith(`encapsify-pass-${id}=`)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=None; Partitioned')
    const page = await one.get(path)
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    for (const name of ['cdn-cache-control', 'cache-tag', 'encapsify-generation', 'etag']) {
      expect([name, page.headers.get(name)]).toEqual([name, null])
    }
    expect(await page.text()).toContain(secretWords)
    expect((await one.get(`${path}?page=nowhere`)).status).toBe(404)
    expect((await browser().get(path)).status).toBe(403)
  })

  test('a pass opens one capsule: forged, cut, or another’s it opens none', async () => {
    const [mine, other] = [await shared(), await shared()]
    const one = browser()
    await one.get(mine.gate)
    const value = one.jar.get(`encapsify-pass-${mine.id}`) ?? ''
    const [text = '', tag = ''] = value.split('.')
    const fields = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    const forged = Buffer.from(JSON.stringify([other.link.id, ...fields.slice(1)])).toString('base64url')
    for (const bad of [value, `${forged}.${tag}`, `${text}.`, text, '.', `${value}.x`, '', 'x'.repeat(3_000)]) {
      const thief = browser()
      thief.jar.set(`encapsify-pass-${other.id}`, bad)
      expect((await thief.get(other.path)).status).toBe(403)
    }
  })

  test.each(['lnk_0', 'lnk_000000000000000000000000000000', '..%2f..', '%zz', 'x'.repeat(5_000)])(
    'there is nothing at the link %p',
    async (id) => {
      expect((await browser().get(`/-/s/${id}`)).status).toBe(404)
    },
  )
})

describe('the end of a link', () => {
  test('revoked, the next request says so, and coming back to life takes opening it again', async () => {
    const { path, gate, revoke } = await shared()
    const one = browser()
    await one.get(gate)
    await revoke()
    const refused = await one.get(path)
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('The link that you came by has ended.')
    expect((await one.get(gate)).status).toBe(410)
    await revoke(false)
    expect((await one.get(path)).status).toBe(403)
    await one.get(gate)
    expect((await one.get(path)).status).toBe(200)
  })

  test('past its time, and put off again', async () => {
    const { path, gate, change } = await shared({ expiresAt: house.clock.nowMs + 1_000 })
    const one = browser()
    await one.get(gate)
    expect((await one.get(path)).status).toBe(200)
    house.clock.nowMs += 1_000
    expect((await one.get(path)).status).toBe(403)
    expect((await browser().get(gate)).status).toBe(410)
    await change({ expiresAt: house.clock.nowMs + 60_000 })
    expect((await one.get(path)).status).toBe(200)
  })

  test('another password ends what the old one opened', async () => {
    const { path, gate, change } = await shared({ password: 'first words' })
    const one = browser()
    await one.form(gate, { password: 'first words' })
    expect((await one.get(path)).status).toBe(200)
    await change({ password: 'other words' })
    expect((await one.get(path)).status).toBe(403)
    expect((await one.form(gate, { password: 'first words' })).status).toBe(403)
    expect((await one.form(gate, { password: 'other words' })).status).toBe(303)
  })

  test('deleted, it is as if it had never been', async () => {
    const { id, path, gate, link } = await shared()
    const one = browser()
    await one.get(gate)
    await house.site.sharing.links.remove(house.site.organization.id, id, link.id)
    expect((await one.get(path)).status).toBe(403)
    expect((await one.get(gate)).status).toBe(404)
  })
})

describe('what came of a link', () => {
  test('visits and answers are counted by link', async () => {
    const { id, path, gate, link } = await shared()
    const one = browser()
    await one.get(gate)
    await one.get(gate)
    await one.get(gate, { 'sec-purpose': 'prefetch' })
    const fields = { block: 'vote', version: '1', type: 'poll', choice: 'left' }
    const introduced = await one.form(`${path}/-/responses`, fields)
    expect(introduced.status).toBe(307)
    expect((await one.form(introduced.headers.get('location') ?? '', fields)).status).toBe(303)
    expect(await (await one.get(`${path}?answered=vote`)).text()).toContain('100')
    await house.site.sharing.visits.store()
    const counted = house.site.sharing.links.get(house.site.organization.id, id, link.id)
    expect(counted).toMatchObject({ visits: 2, answers: 1 })
  })

  test('a public capsule’s page is the same for who comes by a link; the answer still is the link’s', async () => {
    const slug = `open-${++slugs}`
    const id = await house.site.publish(slug, sharedDocument)
    const link = await house.site.sharing.links.create(house.site.organization.id, id, plainLink, 'usr_test')
    const one = browser()
    await one.get(`/-/s/${link.id}`)
    const page = await one.get(`/north/${slug}`)
    expect(page.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate')
    const request = new Request(siteOrigin, { headers: { cookie: [...one.jar].map((pair) => pair.join('=')).join() } })
    expect(house.site.sharing.access.admit(id, request)).toMatchObject({
      isPrivate: false,
      way: { linkId: link.id, email: null },
    })
    expect(house.site.sharing.access.admit(id, new Request(siteOrigin)).way).toBeUndefined()
  })

  test('a capsule that is gone for ever leaves nothing here', async () => {
    const { id, link } = await shared()
    await house.site.sharing.links.forget(id)
    await house.site.sharing.links.forget(id)
    expect(house.site.sharing.links.list(house.site.organization.id, id, 10).items).toEqual([])
    expect(house.site.sharing.access.isPrivate(id)).toBe(false)
    expect((await browser().get(`/-/s/${link.id}`)).status).toBe(404)
  })

  test('every statement behind it has an index', async () => {
    await house.site.sharing.visits.store()
    expect(house.site.plans.count).toBeGreaterThan(20)
    expect(house.site.plans.scans()).toEqual([])
  })
})
