import { describe, expect, test } from 'bun:test'
import { type CallOptions, documentOf, headingOf, openHouse } from '../../../test/fixtures/capsule-house.ts'

async function opened() {
  const house = await openHouse()
  const { body } = await house.our('POST', '/capsules', { title: 'Mine', draft: headingOf('One') })
  const at = `/capsules/${body.id}`
  await house.our('POST', `${at}/publication`)
  /** Sends something and makes sure that it is refused as a problem, that it is no bug of ours, and that nothing was stored. */
  const refused = async (method: string, path: string, options: CallOptions) => {
    const before = await house.our('GET', `${at}/draft`)
    const answer = await house.call(house.ours.key, method, path, options)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ type: 'about:blank', status: answer.status })
    expect(answer.body.detail).toBeString()
    expect(house.bugs).toEqual([])
    const after = await house.our('GET', `${at}/draft`)
    expect([after.headers.get('etag'), after.text]).toEqual([before.headers.get('etag'), before.text])
    expect((await house.our('GET', '/capsules')).body.items.map((item) => item.id)).toEqual([body.id])
    return answer
  }
  const put = (json: unknown) => refused('PUT', `${at}/draft`, { json, headers: { 'if-match': '*' } })
  return { ...house, at, id: body.id, refused, put }
}

const deep = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels)

describe('a body', () => {
  test.each([
    ['{"title":', 400, 'malformed'],
    ['', 422, 'invalid'],
    ['[]', 422, 'invalid'],
    ['"text"', 422, 'invalid'],
    ['null', 422, 'invalid'],
    ['{"title":7}', 422, 'invalid'],
    ['{"title":"x","slug":["a"]}', 422, 'invalid'],
    ['{"title":"x","unknown":1}', 422, 'invalid'],
    ['{"title":"x","draft":null}', 422, 'invalid'],
    ['{"title":"\\ud800"}', 422, 'invalid'],
    ['{"title":"a\\u0000b"}', 422, 'invalid'],
    [`{"title":"${'x'.repeat(201)}"}`, 422, 'invalid'],
    ['{"title":"  "}', 422, 'invalid'],
    [deep(10_000, '[', ']'), 422, 'invalid'],
    [`{"title":${deep(10_000, '[', ']')}}`, 422, 'invalid'],
    [`{"title":"x","draft":${deep(10_000, '{"a":', '}').replace(':}', ':1}')}}`, 422, 'invalid'],
  ])('(case %#) that is none is refused', async (text, status, code) => {
    const { refused } = await opened()
    expect(await refused('POST', '/capsules', { text })).toMatchObject({ status, body: { code } })
  })

  test('that is not UTF-8 is refused', async () => {
    const { refused } = await opened()
    const text = new Uint8Array([
      ...new TextEncoder().encode('{"title":"'),
      0xc3,
      0x28,
      ...new TextEncoder().encode('"}'),
    ])
    expect(await refused('POST', '/capsules', { text })).toMatchObject({ status: 400, body: { code: 'malformed' } })
  })

  test('of a type that nobody reads is refused', async () => {
    const { refused } = await opened()
    const answer = await refused('POST', '/capsules', { text: 'x', headers: { 'content-type': 'text/plain' } })
    expect(answer.status).toBe(415)
  })

  test('over a megabyte is refused by the limit', async () => {
    const { refused, at } = await opened()
    for (const [method, path] of [
      ['POST', '/capsules'],
      ['PUT', `${at}/draft`],
      ['POST', '/capsules/import'],
      ['POST', `${at}/responses`],
    ] as const) {
      const answer = await refused(method, path, {
        json: { title: 'x'.repeat(1_100_000) },
        headers: { 'if-match': '*' },
      })
      expect(answer).toMatchObject({ status: 413, body: { detail: 'A JSON body has at most 1024 KiB.' } })
    }
  })
})

describe('a document', () => {
  test('over 512 KiB is refused by the limit', async () => {
    const { put, refused } = await opened()
    const blocks = Array.from({ length: 150 }, (_, n) => ({
      id: `b${n}`,
      type: 'embed',
      url: 'https://a.b',
      title: 'x'.repeat(4_000),
    }))
    const answer = await put(documentOf(...blocks))
    expect(answer).toMatchObject({ status: 413, body: { detail: 'The document is larger than 512 KiB.' } })
    const made = await refused('POST', '/capsules', { json: { title: 'x', draft: documentOf(...blocks) } })
    expect(made).toMatchObject({ status: 413, body: { errors: [{ pointer: '/draft' }] } })
  })

  test('as deep as 10,000 levels is refused by the limit', async () => {
    const { refused, at } = await opened()
    const open = '{"type":"blockquote","content":['
    const tree = `{"type":"doc","content":[${deep(10_000, open, ']}')}]}`
    const text = `{"format":1,"pages":[{"id":"p","blocks":[{"id":"t","type":"richText","content":${tree}}]}]}`
    const answer = await refused('PUT', `${at}/draft`, { text, headers: { 'if-match': '*' } })
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0]?.message).toBe('is nested deeper than 100 levels')
    expect(answer.body.errors[0]?.pointer).toStartWith('/pages/0/blocks/0/content/content/0')
    const less = await refused('PUT', `${at}/draft`, {
      text: text.replace(tree, `{"type":"doc","content":[${deep(20, open, ']}')}]}`),
      headers: { 'if-match': '*' },
    })
    expect(less.body.errors[0]?.message).toBe('is nested deeper than 40 levels')
  })

  const link = (href: string) => ({
    id: 't',
    type: 'richText',
    content: {
      type: 'doc',
      content: [
        { type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href } }] }] },
      ],
    },
  })
  const href = '/pages/0/blocks/0/content/content/0/content/0/marks/0/attrs/href'
  test.each([
    [{ id: 'b', type: 'button', label: 'x', to: 'javascript:alert(1)' }, '/pages/0/blocks/0/to'],
    [{ id: 'b', type: 'button', label: 'x', to: ' java\nscript:alert(1)' }, '/pages/0/blocks/0/to'],
    [{ id: 'b', type: 'button', label: 'x', to: 'https://user:pass@a.b' }, '/pages/0/blocks/0/to'],
    [{ id: 'b', type: 'embed', url: 'data:text/html,<script>alert(1)</script>' }, '/pages/0/blocks/0/url'],
    [{ id: 'b', type: 'embed', url: 'http://a.b' }, '/pages/0/blocks/0/url'],
    [{ id: 'b', type: 'image', src: 'data:image/svg+xml,<svg onload=alert(1)>' }, '/pages/0/blocks/0/src'],
    [{ id: 'b', type: 'image', src: 'vbscript:x', alt: '' }, '/pages/0/blocks/0/src'],
    [link('javascript:alert(1)'), href],
    [link('JaVaScRiPt:alert(1)'), href],
    [link('data:text/html,x'), href],
    [{ id: 'b', type: 'script', text: 'x' }, '/pages/0/blocks/0/type'],
    [{ id: 'b', type: 'heading', text: 'x', onclick: 'alert(1)' }, '/pages/0/blocks/0/onclick'],
    [{ id: '"><script>', type: 'divider' }, '/pages/0/blocks/0/id'],
    [{ id: 'b', type: 'heading', text: '\u0000' }, '/pages/0/blocks/0/text'],
  ])('with %j is refused by the place', async (block, pointer) => {
    const { put } = await opened()
    const answer = await put(documentOf(block))
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, pointer])
  })

  test('with HTML in its words is taken as words', async () => {
    const { our, at } = await opened()
    const document = headingOf('<script>alert(1)</script><img src=x onerror=alert(1)>')
    expect((await our('PUT', `${at}/draft`, document, { 'if-match': '*' })).status).toBe(200)
    expect((await our('GET', `${at}/draft`)).body as object).toEqual(document)
  })
})

describe('a slug', () => {
  test.each(['api', 'studio', '-', 'Upper', 'a--b', '-a', 'a_b', 'ä', 'a/b', '../x', '', 'x'.repeat(65)])(
    '"%s" is refused',
    async (slug) => {
      const { refused, at } = await opened()
      for (const [method, path] of [
        ['POST', '/capsules'],
        ['PATCH', at],
      ] as const) {
        const answer = await refused(method, path, { json: { title: 'x', slug } })
        expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/slug'])
      }
    },
  )

  test('that another capsule has is a conflict', async () => {
    const { refused } = await opened()
    const answer = await refused('POST', '/capsules', { json: { title: 'x', slug: 'mine' } })
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([409, '/slug'])
  })
})

/** Every address below a capsule, with a body that it would take. */
const addresses = [
  ['GET', ''],
  ['PATCH', '', { title: 'x' }],
  ['DELETE', ''],
  ['POST', '/restoration'],
  ['POST', '/archival'],
  ['DELETE', '/archival'],
  ['POST', '/copies'],
  ['GET', '/draft'],
  ['PUT', '/draft', headingOf('x')],
  ['POST', '/publication'],
  ['DELETE', '/publication'],
  ['GET', '/versions'],
  ['GET', '/versions/1'],
  ['GET', '/versions/1/diff'],
  ['POST', '/versions/1/restoration'],
  ['GET', '/export'],
  ['GET', '/responses'],
  ['GET', '/results'],
  ['GET', '/responses.csv'],
] as const

describe.each(addresses)('%s /capsules/{id}%s', (method, path, json?: unknown) => {
  const headers = { 'if-match': '*' }

  test('is for those who may', async () => {
    const { call, at, keys, ours } = await opened()
    const options = { headers, ...(json !== undefined && { json }) }
    expect((await call(undefined, method, at + path, options)).status).toBe(401)
    expect((await call(`enc_${'a'.repeat(43)}`, method, at + path, options)).status).toBe(401)
    const { key } = await keys.create(ours.organizationId, { name: 'x', scopes: ['members:read'], createdBy: 'x' })
    expect((await call(key, method, at + path, options)).status).toBe(403)
  })

  test("finds no other organization's capsule, none that is not there and nothing by a text that is no id", async () => {
    const { call, theirs, ours, id, at, our } = await opened()
    const options = { headers, ...(json !== undefined && { json }) }
    const others = await call(theirs.key, method, at + path, options)
    expect([others.status, others.body.code]).toEqual([404, 'not-found'])
    for (const unknown of [`${id.slice(0, -3)}zzz`, 'x', 'cap_', `org_${ours.organizationId.slice(4)}`, '%00', '%FF']) {
      expect((await call(ours.key, method, `/capsules/${unknown}${path}`, options)).status).toBe(404)
    }
    expect((await our('GET', at)).body).toMatchObject({ state: 'published', title: 'Mine' })
  })
})
