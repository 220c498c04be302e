import { describe, expect, test } from 'bun:test'
import { headingOf, openHouse, origin } from '../../../test/fixtures/capsule-house.ts'

describe('POST /capsules', () => {
  test('answers with the capsule and where it is', async () => {
    const { our, deps } = await opened()
    const made = await our('POST', '/capsules', { title: ' Grüße & more ', draft: headingOf('Hello') })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      title: 'Grüße & more',
      slug: 'grusse-more',
      state: 'draft',
      publishedVersion: null,
    })
    expect(made.body.url).toBe(`${origin}/our-team/grusse-more`)
    expect(made.headers.get('location')).toBe(`/api/v1/capsules/${made.body.id}`)
    expect((await our('GET', `/capsules/${made.body.id}`)).body).toEqual(made.body)
    expect(deps.capsules.draft(deps.ours.organizationId, made.body.id).document).toEqual(headingOf('Hello') as never)
  })

  test('begins with a template, or says which there are', async () => {
    const { our } = await opened()
    const made = await our('POST', '/capsules', { title: 'From it', template: 'poll' })
    expect((await our('GET', `/capsules/${made.body.id}/draft`)).text).toContain('A template')
    const unknown = await our('POST', '/capsules', { title: 'x', template: 'nope' })
    expect(unknown).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/template', message: 'is none of poll' }] },
    })
    const both = await our('POST', '/capsules', { title: 'x', template: 'poll', draft: headingOf('x') })
    expect(both).toMatchObject({ status: 422, body: { errors: [{ pointer: '/template' }] } })
    expect((await our('GET', '/templates')).body.items).toEqual([
      { id: 'poll', title: 'A poll', summary: 'One question.' },
    ])
    expect((await our('GET', '/templates/poll')).body).toMatchObject({ document: { format: 1 } })
    expect((await our('GET', '/templates/nope')).status).toBe(404)
  })

  test('repeated under one key it makes one capsule; the key of another organization is another key', async () => {
    const { our, call, deps } = await opened()
    const key = { 'idempotency-key': 'once-and-for-all' }
    const [first, second] = await Promise.all([
      our('POST', '/capsules', { title: 'One' }, key),
      our('POST', '/capsules', { title: 'One' }, key),
    ])
    expect([first?.status, second?.status]).toEqual([201, 201])
    expect(second?.body).toEqual(first?.body as never)
    const theirs = await call(deps.theirs.key, 'POST', '/capsules', { json: { title: 'One' }, headers: key })
    expect(theirs.status).toBe(201)
    expect(theirs.body.id).not.toBe(first?.body.id)
    expect((await our('GET', '/capsules')).body.items).toHaveLength(1)
    const copies = `/capsules/${first?.body.id}/copies`
    const copy = await our('POST', copies, undefined, key)
    expect(copy.body.id).not.toBe(first?.body.id)
    expect((await our('POST', copies, undefined, key)).body).toEqual(copy.body)
  })

  test.each(['', 'a b', 'é', 'x'.repeat(256)])('the key "%s" is refused', async (key) => {
    const { our } = await opened()
    const { status, body } = await our('POST', '/capsules', { title: 'x' }, { 'idempotency-key': key })
    expect(status).toBe(422)
    expect(body.errors[0]?.pointer).toBe('headers:idempotency-key')
  })
})

describe('GET /capsules', () => {
  test('pages by cursor, newest first, and filters by state', async () => {
    const { our } = await opened()
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push((await our('POST', '/capsules', { title: `Number ${n}` })).body.id)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { status, body } = await our('GET', `/capsules?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)
      expect(status).toBe(200)
      seen.push(...body.items.map((item) => item.id))
      cursor = body.nextCursor
    }
    expect(seen).toEqual(ids.toSorted().reverse())
    await our('POST', `/capsules/${ids[2]}/archival`)
    await our('DELETE', `/capsules/${ids[3]}`)
    const idsOf = async (state: string) =>
      (await our('GET', `/capsules?state=${state}`)).body.items.map((item) => item.id)
    expect(await idsOf('archived')).toEqual([ids[2] ?? ''])
    expect(await idsOf('deleted')).toEqual([ids[3] ?? ''])
    expect(await idsOf('draft')).toHaveLength(5)
    expect((await our('GET', '/capsules')).body.items).toHaveLength(6)
  })

  test.each(['limit=0', 'limit=101', 'limit=x', 'state=lost', `q=${'x'.repeat(101)}`])(
    '"?%s" is refused',
    async (query) => {
      const { our } = await opened()
      const { status, body } = await our('GET', `/capsules?${query}`)
      expect(status).toBe(422)
      expect(body.errors[0]?.pointer).toBe(`?${query.split('=')[0]}`)
    },
  )

  test('finds titles that hold every word, whatever their case and accents', async () => {
    const { our } = await opened()
    for (const title of ['Über uns', 'Straße nach Süden', '100 % off_er', 'About us', 'Nothing']) {
      await our('POST', '/capsules', { title })
    }
    const found = async (q: string, more = '') =>
      (await our('GET', `/capsules?q=${encodeURIComponent(q)}${more}`)).body.items.map((item) => item.title)
    expect(await found('uber')).toEqual(['Über uns'])
    expect(await found('US')).toEqual(['About us'])
    expect(await found('strasse SÜDEN')).toEqual(['Straße nach Süden'])
    expect(await found('%')).toEqual(['100 % off_er'])
    expect(await found('n', '&state=draft')).toHaveLength(3)
    expect(await found('a b o u t us')).toEqual([])
    expect(await found('  ')).toHaveLength(5)
  })
})

describe('PATCH /capsules/{id}', () => {
  test('changes title, slug and theme together, or nothing', async () => {
    const { our } = await opened()
    await our('POST', '/capsules', { title: 'Taken' })
    const { body } = await our('POST', '/capsules', { title: 'Mine', draft: headingOf('Hello') })
    const at = `/capsules/${body.id}`
    const theme = { accent: '#336699', mode: 'dark' }
    const refused = await our('PATCH', at, { title: 'Other', slug: 'taken', theme })
    expect(refused).toMatchObject({ status: 409, body: { errors: [{ pointer: '/slug' }] } })
    expect((await our('GET', at)).body).toEqual(body)
    expect((await our('GET', `${at}/draft`)).headers.get('etag')).toBe('"1"')
    const changed = await our('PATCH', at, { title: 'Other', slug: 'other', theme })
    expect(changed).toMatchObject({ status: 200, body: { title: 'Other', slug: 'other' } })
    const draft = await our('GET', `${at}/draft`)
    expect(draft.headers.get('etag')).toBe('"2"')
    expect(draft.body as object).toEqual({ ...headingOf('Hello'), theme })
    await our('PATCH', at, { theme: {} })
    expect((await our('GET', `${at}/draft`)).text).toBe(JSON.stringify({ ...headingOf('Hello'), theme: {} }))
  })

  test('refuses a theme by the place of its fault', async () => {
    const { our } = await opened()
    const { body } = await our('POST', '/capsules', { title: 'Mine' })
    const refused = await our('PATCH', `/capsules/${body.id}`, { theme: { accent: 'red; }' } })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/theme/accent' }] } })
  })

  test('an empty change changes nothing', async () => {
    const { our } = await opened()
    const { body } = await our('POST', '/capsules', { title: 'Mine' })
    expect((await our('PATCH', `/capsules/${body.id}`, {})).body).toEqual(body)
  })
})

describe('the life of a capsule', () => {
  test('deleting and archiving can be undone, and bring back what was', async () => {
    const { our } = await opened()
    const { body } = await our('POST', '/capsules', { title: 'Mine', draft: headingOf('Hello') })
    const at = `/capsules/${body.id}`
    await our('POST', `${at}/publication`)
    expect((await our('POST', `${at}/archival`)).body).toMatchObject({ state: 'archived', publishedVersion: 1 })
    expect((await our('POST', `${at}/publication`)).status).toBe(409)
    expect(await our('DELETE', at)).toMatchObject({ status: 204, text: '' })
    for (const [method, path] of [
      ['GET', at],
      ['GET', `${at}/draft`],
      ['DELETE', at],
      ['PATCH', at],
      ['POST', `${at}/archival`],
    ] as const) {
      expect((await our(method, path, method === 'PATCH' ? { title: 'x' } : undefined)).status).toBe(404)
    }
    // It was in the archive, so it does not come back to its visitors.
    expect(await our('POST', `${at}/restoration`)).toMatchObject({ status: 200, body: { state: 'archived' } })
    expect(await our('DELETE', `${at}/archival`)).toMatchObject({ status: 204, text: '' })
    expect((await our('GET', at)).body).toMatchObject({ state: 'published', publishedVersion: 1 })
    expect((await our('POST', `${at}/restoration`)).body).toMatchObject({ state: 'published' })
  })

  test('a copy has the draft, another title and another slug', async () => {
    const { our } = await opened()
    const title = `${'x'.repeat(192)}🎈 and more`.slice(0, 200)
    const { body } = await our('POST', '/capsules', { title, draft: headingOf('Hello') })
    const copy = await our('POST', `/capsules/${body.id}/copies`)
    expect(copy).toMatchObject({ status: 201, body: { title: `${'x'.repeat(192)} (copy)`, state: 'draft' } })
    expect(copy.body.slug).not.toBe(body.slug)
    expect((await our('GET', `/capsules/${copy.body.id}/draft`)).body as object).toEqual(headingOf('Hello'))
  })
})

async function opened() {
  const deps = await openHouse()
  return { deps, our: deps.our, call: deps.call }
}
