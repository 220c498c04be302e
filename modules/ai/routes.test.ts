import { afterEach, describe, expect, test } from 'bun:test'
import { usualChat } from './chat/chat-settings.ts'
import { noPolicy } from './operations/settings.ts'
import { handbook } from './testing/handbook.ts'
import { openHouse } from './testing/house.ts'
import { startMockProvider } from './testing/mock-provider.ts'
import { settingsApi } from './testing/settings-api.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup() {
  const mock = startMockProvider()
  closing.push(() => mock.close())
  const house = openHouse({
    providers: { p: { url: mock.url } },
    models: { fast: { routes: [{ provider: 'p', model: 'm' }] } },
    prices: [
      { provider: 'p', model: 'm', from: '2020-01-01', input: 1, output: 2 },
      { provider: 'p', model: 'm', from: '2999-01-01', input: 9, output: 9 },
    ],
  })
  closing.push(() => house.close())
  const team = await house.team()
  const call = settingsApi(house, () => ({
    organizationId: team.organizationId,
    by: { kind: 'key', keyId: team.keyId, scopes: [] },
  }))
  const origin = house.serve()
  const chat = () =>
    fetch(`${origin}/ai/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${team.key}` },
      body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }] }),
    })
  return { house, team, call, chat }
}

describe('settings', () => {
  test('a policy is set, shown with what is spent, and audited', async () => {
    const { call, team } = await setup()
    const policy = { ...noPolicy, dayNano: 5_000_000_000, models: ['fast'] }
    expect(await call('PUT', '/policies/organization', policy)).toMatchObject({
      status: 200,
      body: { dayNano: 5_000_000_000, spent: { day: { spentNano: 0 } } },
    })
    expect((await call('GET', `/policies/${team.keyId}`)).body).toMatchObject(noPolicy)
    expect((await call('GET', '/audit')).body).toMatchObject({
      items: [{ actor: team.keyId, subject: 'organization', before: null, after: policy }],
    })
  })

  test.each([
    ['a negative budget', { ...noPolicy, dayNano: -1 }, '/dayNano'],
    ['a fraction of a nano', { ...noPolicy, monthNano: 0.5 }, '/monthNano'],
    ['an unknown field', { ...noPolicy, yearNano: 1 }, '/yearNano'],
  ])('%s is refused with its place', async (_what, policy, pointer) => {
    const { call } = await setup()
    const { status, body } = await call('PUT', '/policies/organization', policy)
    expect(status).toBe(422)
    expect(JSON.stringify(body.errors)).toContain(pointer)
  })

  test('another organization’s keys, capsules and conversations do not exist', async () => {
    const { call, house } = await setup()
    const other = await house.team()
    const capsuleId = await house.capsule(other.organizationId, handbook)
    for (const path of [`/policies/${other.keyId}`, `/chats/${capsuleId}`, `/chats/${capsuleId}/conversations`]) {
      expect((await call('GET', path)).status).toBe(404)
    }
    expect((await call('PUT', `/chats/${capsuleId}`, usualChat)).status).toBe(404)
    expect((await call('GET', '/conversations/cnv_x')).status).toBe(404)
  })

  test('a chat is set and shown', async () => {
    const { call, house, team } = await setup()
    const capsuleId = await house.capsule(team.organizationId, handbook)
    const settings = { ...usualChat, persona: 'Brief and kind.', starters: ['When are you open?'] }
    expect((await call('PUT', `/chats/${capsuleId}`, settings)).status).toBe(200)
    expect((await call('GET', `/chats/${capsuleId}`)).body).toEqual(settings)
  })
})

test('costs by key and model, and the ledger, at the price of the day', async () => {
  const { call, chat, house, team } = await setup()
  await chat()
  await chat()
  await house.ai.ledger.flush()
  const { body } = await call('GET', '/costs')
  expect(body).toMatchObject({
    complete: true,
    items: [{ keyId: team.keyId, model: 'fast', requests: 2, inputTokens: 20, outputTokens: 10, costNano: 40_000 }],
  })
  const ledger = await call('GET', '/ledger?limit=1')
  expect(ledger.body).toMatchObject({
    items: [{ model: 'fast', providerModel: 'm', costNano: 20_000, outcome: 'whole' }],
  })
  expect(ledger.body.nextCursor).toBeString()
  expect((await call('GET', '/costs?from=5&to=1')).status).toBe(422)
  expect(house.plans.scans(['commits', 'shard', 'sqlite_schema', 'ai_passage_search'])).toEqual([])
})
