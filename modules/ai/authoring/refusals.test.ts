import { afterEach, describe, expect, test } from 'bun:test'
import { noPolicy } from '../operations/settings.ts'
import { usage } from '../schema.ts'
import { openAuthorHouse, pixel, told } from '../testing/author-house.ts'
import { askedIn } from '../testing/mock-author.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup(options: Parameters<typeof openAuthorHouse>[0] = {}) {
  const house = await openAuthorHouse(options)
  closing.push(house.close)
  return house
}

describe('what a model answers', () => {
  test.each([
    ['no JSON', 'I am sorry, Dave.'],
    ['a list', '[1, 2]'],
    ['half an object', '{"title": "x", "pages": [{'],
    ['an empty object', '{}'],
    ['HTML alone', '{"text": "<script></script>", "title": "", "pages": [], "questions": []}'],
  ])('and is %s is refused in plain words', async (_, reply) => {
    const { post, about, mock, house } = await setup()
    mock.reply = () => reply
    const block = { id: 'h', type: 'heading', text: 'The harbour' }
    for (const asked of [
      post('/proposals/drafts', { wish: 'x' }),
      post(`${about}/rewrites`, { block, manner: 'longer' }),
      post(`${about}/translations`, { language: 'de' }),
      post(`${about}/quizzes`, {}),
      post(`${about}/alternative-texts`, { picture: pixel }),
    ]) {
      const { name, data } = await told(await asked)
      expect({ name, message: data.message }).toEqual({
        name: 'failed',
        message: 'The AI did not give an answer that can be used here. Try again.',
      })
    }
    expect(house.bugs).toEqual([])
  })

  test('may come from a provider that takes no schema and no bound: then it is told in words', async () => {
    const { post, mock } = await setup()
    mock.behave('plain-alone')
    expect(await told(await post('/proposals/drafts', { wish: 'x' }))).toMatchObject({ name: 'proposal' })
    expect(await told(await post('/proposals/drafts', { wish: 'x' }))).toMatchObject({ name: 'proposal' })
    // It names nothing, so nothing is remembered: another call may well be taken whole.
    expect(mock.requests.map(({ body }) => askedIn(body).hasSchema)).toEqual([true, false, true, false])
    expect(mock.requests.map(({ body }) => 'max_tokens' in body)).toEqual([true, false, true, false])
    mock.behave('refuse')
    expect((await told(await post('/proposals/drafts', { wish: 'x' }))).data.message).toContain(
      'does not take this request',
    )
  })

  test.each([['fail'], ['garbage'], ['die-mid-stream'], ['html']] as const)(
    'fails as the provider does (%s)',
    async (how) => {
      const { post, mock, house } = await setup()
      mock.behave(how)
      const { name, data } = await told(await post('/proposals/drafts', { wish: 'x' }))
      expect(name).toBe('failed')
      expect(String(data.message).length).toBeGreaterThan(10)
      expect(house.bugs).toEqual([])
    },
  )
})

test('without a provider it is said what to do', async () => {
  const { post, about, app } = await setup({ provider: false })
  const ready = await app.handle(new Request('http://localhost/api/v1/proposals'))
  expect(await ready.json()).toEqual({ ai: false })
  for (const asked of [
    post('/proposals/drafts', { wish: 'x' }),
    post(`${about}/translations`, { language: 'de' }),
    post(`${about}/quizzes`, {}),
  ]) {
    const { name, data } = await told(await asked)
    expect(name).toBe('503')
    expect(data.detail).toContain('AI is not set up on this server')
    expect(data.detail).toContain('ENCAPSIFY_AI_PROVIDERS')
  }
})

test('a key must be allowed to spend on AI', async () => {
  const { post, about, mock } = await setup({ scopes: ['capsules:write'] })
  expect(await told(await post(`${about}/quizzes`, {}))).toMatchObject({ name: '403' })
  expect(await told(await post('/proposals/drafts', { wish: 'x' }))).toMatchObject({ name: '403' })
  expect(mock.requests).toHaveLength(0)
})

test('it is paid for by the organization, and stands in the ledger with what it was for', async () => {
  const { post, about, house, team, capsule, mock } = await setup()
  await told(await post(`${about}/quizzes`, {}))
  await house.ai.ledger.flush()
  const [entry] = house.db.read(team.organizationId, (tx) => tx.select().from(usage).all())
  expect(entry).toMatchObject({
    capsuleId: capsule,
    keyId: team.keyId,
    purpose: 'quiz',
    costNano: 20_000,
    outcome: 'whole',
  })
  await house.ai.policies.set(team.organizationId, 'organization', { ...noPolicy, dayNano: 1_000 }, 'usr_x')
  const { name, data } = await told(await post(`${about}/quizzes`, {}))
  expect({ name, code: data.code }).toEqual({ name: 'failed', code: 'rate-limited' })
  expect(data.message).toContain('budget of the organization')
  expect(mock.requests).toHaveLength(1)
  await house.ai.policies.set(team.organizationId, 'organization', { ...noPolicy, models: ['other'] }, 'usr_x')
  expect((await told(await post(`${about}/quizzes`, {}))).data.message).toContain('do not allow the model "wise"')
})

test('who leaves ends the work of the provider, and makes room for the next', async () => {
  const { post, mock, house } = await setup()
  mock.behave('hang')
  const aborted = mock.onAbort()
  const answers = await Promise.all(Array.from({ length: 8 }, () => post('/proposals/drafts', { wish: 'x' })))
  const refused = await told(await post('/proposals/drafts', { wish: 'x' }))
  expect(refused).toMatchObject({ name: '429' })
  expect(refused.data.detail).toContain('At most 8 proposals')
  for (const answer of answers) await answer.body?.cancel()
  await aborted
  mock.behave('answer')
  expect(await told(await post('/proposals/drafts', { wish: 'x' }))).toMatchObject({ name: 'proposal' })
  expect(house.bugs).toEqual([])
})
