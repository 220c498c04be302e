import { expect, test } from 'bun:test'
import { headingOf, openHouse } from '../../../test/fixtures/capsule-house.ts'

test('a capsule leaves as a file and comes into another organization as it was', async () => {
  const { our, call, theirs } = await openHouse()
  const { body } = await our('POST', '/capsules', { title: 'A "tour" — ✓', draft: headingOf('Hello'), slug: 'tour' })
  const file = await our('GET', `/capsules/${body.id}/export`)
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="tour.capsule.json"')
  expect(file.body as object).toEqual({
    format: 'encapsify-capsule',
    version: 1,
    title: 'A "tour" — ✓',
    document: headingOf('Hello'),
  })
  const made = await call(theirs.key, 'POST', '/capsules/import', { text: file.text })
  expect(made).toMatchObject({ status: 201, body: { title: 'A "tour" — ✓', state: 'draft' } })
  expect((await call(theirs.key, 'GET', `/capsules/${made.body.id}/export`)).body).toEqual(file.body)
})

test('a file that is none is refused by the place of its fault', async () => {
  const { our } = await openHouse()
  const good = { format: 'encapsify-capsule', version: 1, title: 'x', document: headingOf('Hello') }
  const pointerOf = async (over: object) => {
    const { status, body } = await our('POST', '/capsules/import', { ...good, ...over })
    expect(status).toBe(422)
    return body.errors[0]?.pointer
  }
  expect(await pointerOf({ format: 'other' })).toBe('/format')
  expect(await pointerOf({ version: 2 })).toBe('/version')
  expect(await pointerOf({ extra: 1 })).toBe('/extra')
  expect(await pointerOf({ title: ' ' })).toBe('/title')
  expect(await pointerOf({ slug: 'Not a slug' })).toBe('/slug')
  expect(await pointerOf({ document: undefined })).toBe('/document')
  expect(await pointerOf({ document: { format: 1, pages: [] } })).toBe('/document/pages')
  expect(
    await pointerOf({
      document: { format: 1, pages: [{ id: 'p', blocks: [{ id: 'b', type: 'embed', url: 'javascript:alert(1)' }] }] },
    }),
  ).toBe('/document/pages/0/blocks/0/url')
  expect((await our('GET', '/capsules')).body.items).toEqual([])
})
