import { describe, expect, test } from 'bun:test'
import { headingOf, openHouse } from '../../../test/fixtures/capsule-house.ts'

const choices = [
  { id: 'tea', text: 'Tea' },
  { id: 'coffee', text: 'Coffee', to: 'more' },
]
const poll = (oncePerVisitor: boolean) => ({ id: 'drink', type: 'poll', question: 'What?', choices, oncePerVisitor })
const quiz = {
  id: 'quiz',
  type: 'quiz',
  questions: [{ id: 'q1', text: 'Which?', choices, correct: ['tea'], explanation: 'Because.' }],
}
const draft = (oncePerVisitor = true) => ({
  format: 1,
  pages: [
    { id: 'start', blocks: [poll(oncePerVisitor), quiz] },
    { id: 'more', blocks: [] },
  ],
})
const idOf = (n: number) => `answer-${String(n).padStart(12, '0')}`

async function opened(document: unknown = draft()) {
  const house = await openHouse()
  const { body } = await house.our('POST', '/capsules', { title: 'Poll', draft: document })
  const at = `/capsules/${body.id}`
  const answer = (over: object = {}, headers: Record<string, string> = {}) =>
    house.call(undefined, 'POST', `${at}/responses`, {
      json: { id: idOf(1), version: 1, block: 'drink', value: ['tea'], ...over },
      headers,
    })
  await house.our('POST', `${at}/publication`)
  return { ...house, at, answer }
}

describe('an answer', () => {
  test('is stored once: 201, then 200 with the same, 409 for another under its id', async () => {
    const { answer, our, at } = await opened()
    const first = await answer({ value: ['coffee'] })
    expect(first).toMatchObject({
      status: 201,
      body: { id: idOf(1), result: { kind: 'poll', total: 1, choices: { coffee: 1 }, next: 'more' } },
    })
    const again = await answer({ value: ['coffee'] })
    expect([again.status, again.body.id, again.body.result]).toEqual([200, idOf(1), first.body.result])
    expect(await answer()).toMatchObject({ status: 409, body: { code: 'conflict', errors: [{ pointer: '/id' }] } })
    expect((await our('GET', `${at}/responses`)).body.items).toHaveLength(1)
  })

  test('of a visitor without a token brings one, in its body and as a cookie; either says who answers next', async () => {
    const { answer } = await opened()
    const first = await answer()
    const token = String(first.body.visitor)
    expect(first.headers.get('set-cookie')).toBe(
      `encapsify-visitor=${token}; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=None; Partitioned`,
    )
    expect(first.headers.get('cache-control')).toBe('no-store')
    for (const headers of [{ cookie: `a=b; encapsify-visitor=${token}` }, { 'encapsify-visitor': token }]) {
      const second = await answer({ id: idOf(2) }, headers as Record<string, string>)
      expect(second).toMatchObject({ status: 409, body: { errors: [{ pointer: '/block' }] } })
      const other = await answer(
        { id: idOf(3), block: 'quiz', value: { q1: ['tea'] } },
        headers as Record<string, string>,
      )
      expect([other.body.visitor, other.headers.get('set-cookie')]).toEqual([undefined, null])
    }
    const forged = await answer(
      { id: idOf(4) },
      { 'encapsify-visitor': `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` },
    )
    expect(forged.body.visitor).toBeString()
  })

  test('whose reply was lost is sent again, and its visitor stays the same one', async () => {
    const { answer } = await opened()
    const lost = await answer()
    const again = await answer()
    expect([again.status, again.body.visitor]).toEqual([200, lost.body.visitor])
    expect(again.headers.get('set-cookie')).toBe(lost.headers.get('set-cookie'))
    // With a token that came from elsewhere meanwhile it is still the same answer.
    const elsewhere = await answer({ id: idOf(9), block: 'quiz', value: { q1: ['coffee'] } })
    expect((await answer({}, { 'encapsify-visitor': String(elsewhere.body.visitor) })).status).toBe(200)
    expect((await answer({ id: idOf(2) }, { 'encapsify-visitor': String(again.body.visitor) })).status).toBe(409)
  })

  test('to a quiz tells the score and the right answers, and only then', async () => {
    const { answer } = await opened()
    const { body } = await answer({ block: 'quiz', value: { q1: ['coffee'] } })
    expect(body.result as object).toEqual({
      kind: 'quiz',
      score: 0,
      outOf: 1,
      questions: [{ id: 'q1', right: false, correct: ['tea'], explanation: 'Because.' }],
    })
  })

  test('to a version that is no longer shown is taken: its page was open', async () => {
    const { answer, our, at } = await opened()
    await our('PUT', `${at}/draft`, headingOf('Nothing to answer'), { 'if-match': '*' })
    await our('POST', `${at}/publication`)
    expect((await answer()).status).toBe(201)
    expect((await answer({ id: idOf(2), version: 2 })).status).toBe(404)
    expect((await answer({ id: idOf(2), version: 3 })).status).toBe(404)
  })

  test('is refused where nothing is shown, but a repeated one is still known', async () => {
    const { answer, our, at } = await opened(draft(false))
    await answer()
    await our('DELETE', `${at}/publication`)
    expect((await answer({ id: idOf(2) })).status).toBe(404)
    expect((await answer()).status).toBe(200)
    await our('POST', `${at}/archival`)
    expect((await answer({ id: idOf(2) })).status).toBe(410)
    await our('DELETE', at)
    expect((await answer({ id: idOf(2) })).status).toBe(404)
  })

  test.each([
    [{ id: 'short' }, 422, '/id'],
    [{ id: `${'x'.repeat(15)}/` }, 422, '/id'],
    [{ id: 'x'.repeat(65) }, 422, '/id'],
    [{ id: 7 }, 422, '/id'],
    [{ version: 0 }, 422, '/version'],
    [{ version: '1' }, 422, '/version'],
    [{ block: 'nope' }, 404, '/block'],
    [{ value: ['nope'] }, 422, '/value/0'],
    [{ value: ['tea', 'coffee'] }, 422, '/value'],
    [{ value: [] }, 422, '/value'],
    [{ value: { tea: true } }, 422, '/value'],
    [{ value: null }, 422, '/value'],
    [{ value: undefined }, 422, '/value'],
    [{ extra: 1 }, 422, '/extra'],
    [{ block: 'quiz', value: {} }, 422, '/value/q1'],
    [{ block: 'quiz', value: { q1: ['tea'], __proto__x: ['tea'] } }, 422, '/value/__proto__x'],
  ])('%j is refused with its place', async (over, status, pointer) => {
    const { answer, our, at } = await opened()
    const refused = await answer(over)
    expect([refused.status, refused.body.errors[0]?.pointer]).toEqual([status, pointer])
    expect((await our('GET', `${at}/responses`)).body.items).toEqual([])
  })

  test.each(['cap_nonsense', 'x', `cap_${'0'.repeat(30)}`])('to the capsule %s is 404', async (id) => {
    const { call } = await opened()
    const json = { id: idOf(1), version: 1, block: 'drink', value: ['tea'] }
    expect((await call(undefined, 'POST', `/capsules/${id}/responses`, { json })).status).toBe(404)
  })

  test('of many at once is counted once each', async () => {
    const { answer, our, at } = await opened(draft(false))
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => answer({ id: idOf(n % 200), value: [n % 2 === 0 ? 'tea' : 'coffee'] })),
    )
    expect(answers.filter((one) => one.status === 201)).toHaveLength(200)
    expect(answers.filter((one) => one.status === 200)).toHaveLength(100)
    expect((await our('GET', `${at}/results`)).body.items[0]).toMatchObject({
      block: 'drink',
      total: 200,
      choices: [
        { id: 'tea', count: 100 },
        { id: 'coffee', count: 100 },
      ],
    })
  })
})
