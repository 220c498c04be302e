import { describe, expect, test } from 'bun:test'
import { headingOf, openHouse } from '../../../test/fixtures/capsule-house.ts'

async function opened() {
  const house = await openHouse()
  const { our } = house
  const { body } = await our('POST', '/capsules', { title: 'Draft', draft: headingOf('One') })
  const at = `/capsules/${body.id}/draft`
  const put = (match: string | undefined, text: string) =>
    our('PUT', at, headingOf(text), match === undefined ? {} : { 'if-match': match })
  const draft = async () => (await our('GET', at)).text
  return { house, our, at, put, draft, id: body.id }
}

describe('PUT /capsules/{id}/draft', () => {
  test('without If-Match is 428 and stores nothing', async () => {
    const { put, draft } = await opened()
    expect(await put(undefined, 'Two')).toMatchObject({
      status: 428,
      body: { code: 'precondition-required', errors: [{ pointer: 'headers:if-match' }] },
    })
    expect(await draft()).toBe(JSON.stringify(headingOf('One')))
  })

  test('with the current revision saves, and says the new one', async () => {
    const { our, at, put } = await opened()
    const saved = await put('"1"', 'Two')
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } })
    expect(saved.headers.get('etag')).toBe('"2"')
    const read = await our('GET', at)
    expect([read.headers.get('etag'), read.text]).toEqual(['"2"', JSON.stringify(headingOf('Two'))])
    // Every save is a revision, also one of the same words.
    expect((await put('"2"', 'Two')).headers.get('etag')).toBe('"3"')
  })

  test.each(['"1"', '"3"', 'W/"2"', '"1", W/"2"', '2', '', '"02"', '"2 "', 'nonsense', '"99999999999999999999"'])(
    'with %p at revision 2 is 412, names the revision and stores nothing',
    async (match) => {
      const { put, draft } = await opened()
      await put('"1"', 'Two')
      const refused = await put(match, 'Three')
      expect(refused).toMatchObject({ status: 412, body: { code: 'precondition-failed' } })
      expect(refused.body.detail).toContain('revision 2')
      expect(await draft()).toBe(JSON.stringify(headingOf('Two')))
    },
  )

  test.each(['*', '"2"', '"1", "2"', ' "2" ', 'W/"1", "2"'])('with %p at revision 2 saves', async (match) => {
    const { put } = await opened()
    await put('"1"', 'Two')
    expect((await put(match, 'Three')).body).toMatchObject({ revision: 3 })
  })

  test('of two owners who save at once one wins, and the other hears of it', async () => {
    const { put, draft } = await opened()
    const answers = await Promise.all(['Ada', 'Bob', 'Cy'].map((name) => put('"1"', name)))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 412, 412])
    const winner = ['Ada', 'Bob', 'Cy'][answers.findIndex((answer) => answer.status === 200)]
    expect(await draft()).toBe(JSON.stringify(headingOf(winner ?? '')))
  })
})

describe('GET /capsules/{id}/draft', () => {
  test.each(['"1"', 'W/"1"', '"0", "1"', '*'])('with If-None-Match %p is 304 without a body', async (known) => {
    const { our, at } = await opened()
    const answer = await our('GET', at, undefined, { 'if-none-match': known })
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', '"1"'])
  })

  test('with another tag is the draft', async () => {
    const { our, at, put } = await opened()
    await put('*', 'Two')
    const answer = await our('GET', at, undefined, { 'if-none-match': '"1"' })
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"'])
    expect(answer.headers.get('content-type')).toBe('application/json')
  })
})
