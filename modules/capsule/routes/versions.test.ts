import { describe, expect, test } from 'bun:test'
import { documentOf, headingOf, openHouse, origin } from '../../../test/fixtures/capsule-house.ts'

async function opened() {
  const { our } = await openHouse()
  const { body } = await our('POST', '/capsules', { title: 'Mine', draft: headingOf('One') })
  const at = `/capsules/${body.id}`
  const save = (document: unknown) => our('PUT', `${at}/draft`, document, { 'if-match': '*' })
  const publish = () => our('POST', `${at}/publication`)
  return { our, at, save, publish }
}

describe('publication', () => {
  test('makes a version, or tells the one that is there', async () => {
    const { our, at, save, publish } = await opened()
    const url = `${origin}/our-team/mine`
    expect(await publish()).toMatchObject({ status: 201, body: { version: 1, url } })
    expect(await publish()).toMatchObject({ status: 200, body: { version: 1, url } })
    await save(headingOf('Two'))
    expect(await publish()).toMatchObject({ status: 201, body: { version: 2, url } })
    expect((await our('GET', at)).body).toMatchObject({ state: 'published', publishedVersion: 2 })
    expect(await our('DELETE', `${at}/publication`)).toMatchObject({ status: 204, text: '' })
    expect((await our('DELETE', `${at}/publication`)).status).toBe(204)
    expect((await our('GET', at)).body).toMatchObject({ state: 'draft', publishedVersion: null })
    expect(await publish()).toMatchObject({ status: 201, body: { version: 2 } })
  })
})

describe('versions', () => {
  test('are listed newest first, page by page, and each is there whole', async () => {
    const { our, at, save, publish } = await opened()
    for (const text of ['One', 'Two', 'Three']) {
      await save(headingOf(text))
      await publish()
    }
    const first = await our('GET', `${at}/versions?limit=2`)
    expect(first.body.items.map((item) => item.number)).toEqual([3, 2])
    expect(first.body.items[0]).toMatchObject({ publishedAt: expect.any(Number), publishedBy: expect.any(String) })
    const second = await our('GET', `${at}/versions?limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ number: 1 }], nextCursor: null })
    const version = await our('GET', `${at}/versions/2`)
    expect([version.text, version.headers.get('etag')]).toEqual([JSON.stringify(headingOf('Two')), '"v2"'])
    expect((await our('GET', `${at}/versions/2`, undefined, { 'if-none-match': '"v2"' })).status).toBe(304)
    for (const number of ['4', '0', '-1', 'x', '1.5', '99999999999']) {
      expect((await our('GET', `${at}/versions/${number}`)).status).toBe(404)
    }
    expect((await our('GET', `${at}/versions?cursor=x`)).body.errors[0]?.pointer).toBe('?cursor')
  })

  test('come back into the draft, with If-Match only when nobody saved meanwhile', async () => {
    const { our, at, save, publish } = await opened()
    await publish()
    await save(headingOf('Two'))
    const restore = (headers = {}) => our('POST', `${at}/versions/1/restoration`, undefined, headers)
    expect((await restore({ 'if-match': '"1"' })).status).toBe(412)
    const restored = await restore({ 'if-match': '"2"' })
    expect(restored).toMatchObject({ status: 200, body: { revision: 3 } })
    expect(restored.headers.get('etag')).toBe('"3"')
    expect((await our('GET', `${at}/draft`)).text).toBe(JSON.stringify(headingOf('One')))
    expect((await restore()).body).toMatchObject({ revision: 4 })
    expect((await our('POST', `${at}/versions/9/restoration`)).status).toBe(404)
    // What is shown is what was: nothing new to publish.
    expect(await publish()).toMatchObject({ status: 200, body: { version: 1 } })
  })

  test('differ from each other and from the draft by page and block', async () => {
    const { our, at, save, publish } = await opened()
    await publish()
    await save(documentOf({ id: 'new', type: 'divider' }, { id: 'h', type: 'heading', text: 'Two' }))
    await publish()
    await save(documentOf({ id: 'h', type: 'heading', text: 'Two' }))
    const twoSinceOne = await our('GET', `${at}/versions/1/diff?against=2`)
    expect(twoSinceOne).toMatchObject({ status: 200, body: { from: 1, to: 2, document: [] } })
    expect(twoSinceOne.body.blocks as object).toEqual({
      added: [{ id: 'new', type: 'divider', to: { pointer: '/pages/0/blocks/0', page: 'start' } }],
      removed: [],
      moved: [],
      changed: [
        {
          id: 'h',
          type: 'heading',
          from: { pointer: '/pages/0/blocks/0', page: 'start' },
          to: { pointer: '/pages/0/blocks/1', page: 'start' },
          moved: false,
          fields: [{ pointer: '/text', before: 'One', after: 'Two' }],
        },
      ],
    })
    const draftSinceTwo = await our('GET', `${at}/versions/2/diff`)
    expect(draftSinceTwo.body).toMatchObject({ from: 2, to: 'draft', blocks: { added: [], removed: [{ id: 'new' }] } })
    expect((await our('GET', `${at}/versions/1/diff?against=3`)).status).toBe(404)
    expect((await our('GET', `${at}/versions/1/diff?against=x`)).body.errors[0]?.pointer).toBe('?against')
  })
})
