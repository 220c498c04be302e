import { afterEach, describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { newId } from '../../src/db/ids.ts'
import { jsonBody } from '../../src/http/json-body.ts'
import { problems } from '../../src/http/problem.ts'
import type { Secrets } from '../../src/secret.ts'
import { openDoors } from '../capsule/index.ts'
import { usualChat } from './chat/chat-settings.ts'
import { limits } from './limits.ts'
import { questionRoutes } from './question-routes.ts'
import { handbook } from './testing/handbook.ts'
import { openHouse } from './testing/house.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface End {
  readonly html: string
  readonly answers: boolean
  readonly conversationId: string
  readonly turnId: string
}

const secrets: Secrets = ['a secret, long enough']
const questions = { secrets, origin: 'http://x', addressOf: () => '::1' }

async function setup() {
  const house = openHouse(undefined)
  closing.push(() => house.close())
  const { organizationId } = await house.team()
  const capsuleId = await house.capsule(organizationId, handbook)
  const app = new Elysia({ normalize: false })
    .use(problems({ reportBug: (error) => void house.bugs.push(error), methodsAt: () => [] }))
    .use(jsonBody())
    .use(questionRoutes({ ...questions, ai: house.ai, admissions: openDoors }))
  const call = (method: string, path: string, body?: unknown, visitor = '', id = capsuleId) =>
    app.handle(
      new Request(`http://localhost/api/v1/capsules/${id}/${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(visitor !== '' && { 'encapsify-visitor': visitor }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  const ask = async (question: string, conversation?: string, visitor = '') => {
    const answer = await call('POST', 'questions', { question, ...(conversation && { conversation }) }, visitor)
    const text = await answer.text()
    const end = JSON.parse(text.split('event: end\ndata: ')[1] ?? 'null') as End | null
    return { status: answer.status, visitor: answer.headers.get('encapsify-visitor') ?? visitor, text, end }
  }
  return { house, organizationId, capsuleId, call, ask }
}

describe('a visitor who is forgotten', () => {
  test('by an address, whatever its capitals: all that they said in every capsule, and nothing of anybody else', async () => {
    const { house, organizationId, capsuleId, call, ask } = await setup()
    const other = await house.team()
    const theirs = await house.capsule(other.organizationId, handbook)
    const first = await ask('Who won the football?')
    for (let n = 0; n < 45; n++) {
      const asked = { conversationId: newId('cnv', organizationId), capsuleId, visitor: 'many' }
      const said = { id: newId('trn', organizationId), question: 'q', answer: 'a', source: 'extract', citations: [] }
      await house.ai.chat.conversations.record(organizationId, asked, { ...said, source: 'extract' })
      if (n === 0) await house.ai.chat.conversations.leave(organizationId, { ...asked, email: 'Eve@example.com' })
    }
    const elsewhere = { conversationId: newId('cnv', other.organizationId), capsuleId: theirs, visitor: 'many' }
    const { conversations } = house.ai.chat
    await conversations.record(other.organizationId, elsewhere, {
      ...{ id: newId('trn', other.organizationId), question: 'q', answer: 'a', source: 'extract', citations: [] },
    })
    await conversations.leave(other.organizationId, { ...elsewhere, email: 'eve@example.com' })
    expect(await conversations.eraseOf(organizationId, ' eve@EXAMPLE.com')).toBe(45)
    expect(await conversations.eraseOf(organizationId, 'eve@example.com')).toBe(0)
    const left = conversations.list(organizationId, capsuleId, { limit: 100 }).items
    expect(left.map(({ id }) => id)).toEqual([first.end?.conversationId ?? ''])
    expect(conversations.list(other.organizationId, theirs, { limit: 5, leads: true }).items).toHaveLength(1)
    await conversations.erase(organizationId, first.end?.conversationId ?? '')
    expect(conversations.list(organizationId, capsuleId, { limit: 5 }).items).toEqual([])
    await expect(conversations.erase(organizationId, elsewhere.conversationId)).rejects.toThrow('no such conversation')
    expect((await call('GET', `conversations/${first.end?.conversationId}`, undefined, first.visitor)).status).toBe(404)
    expect(house.plans.scans(['ai_passage_search'])).toEqual([])
  })
})

describe('a visitor', () => {
  test('leaves an address, which the owner finds with the conversation; nobody else does for them', async () => {
    const { house, organizationId, capsuleId, call, ask } = await setup()
    const { end, visitor } = await ask('Who won the football?')
    const at = `conversations/${end?.conversationId}/lead`
    const stranger = (await ask('Café?')).visitor
    expect((await call('PUT', at, { email: 'ann@example.com' }, stranger)).status).toBe(404)
    expect((await call('PUT', at, { email: 'ann@example.com' })).status).toBe(404)
    const faulty = await call('PUT', at, { email: 'ann at home' }, visitor)
    expect(faulty.status).toBe(422)
    expect(await faulty.json()).toMatchObject({ errors: [{ pointer: '/email' }] })
    for (const email of ['first@example.com', ' ann@example.com ']) {
      expect((await call('PUT', at, { email }, visitor)).status).toBe(204)
    }
    const { conversations } = house.ai.chat
    const leads = conversations.list(organizationId, capsuleId, { limit: 5, leads: true })
    expect(leads.items).toMatchObject([
      { id: end?.conversationId, question: 'Who won the football?', lead: { email: 'ann@example.com' } },
    ])
    expect(conversations.list(organizationId, capsuleId, { limit: 5 }).items).toMatchObject([
      { question: 'Café?', lead: null },
      { lead: { email: 'ann@example.com' } },
    ])
    expect(conversations.read(organizationId, end?.conversationId ?? '', 5).lead?.email).toBe('ann@example.com')
    await house.ai.chatSettings.set(organizationId, capsuleId, { ...usualChat, persona: 'Warm.' }, 'somebody')
    await house.ai.chat.forget(capsuleId)
    expect(conversations.list(organizationId, capsuleId, { limit: 5 }).items).toEqual([])
    expect(conversations.list(organizationId, capsuleId, { limit: 5, leads: true }).items).toEqual([])
    const left = house.db.read(organizationId, (tx) =>
      ['ai_turn', 'ai_chat', 'ai_passage', 'ai_index'].map(
        (table) => tx.all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n,
      ),
    )
    expect(left).toEqual([0, 0, 0, 0])
    expect(house.plans.scans(['ai_passage_search', 'ai_turn', 'ai_chat', 'ai_passage', 'ai_index'])).toEqual([])
  })

  test('asks without signing in, goes on with the conversation, rates and reads it; nobody else does', async () => {
    const { house, call, ask } = await setup()
    const first = await ask('What do students pay?')
    expect(first.end).toMatchObject({ answers: true, html: expect.stringContaining('9 euros') })
    expect(first.visitor).not.toBe('')
    const { conversationId = '', turnId = '' } = first.end ?? {}
    const second = await ask('Where may I park?', conversationId, first.visitor)
    expect(second.end?.conversationId).toBe(conversationId)
    const at = `conversations/${conversationId}`
    expect((await call('PUT', `${at}/turns/${turnId}/rating`, { rating: 1 }, first.visitor)).status).toBe(204)
    const own = (await (await call('GET', at, undefined, first.visitor)).json()) as { items: unknown[] }
    expect(own.items).toMatchObject([
      { question: 'What do students pay?', rating: 1, answers: true },
      { question: 'Where may I park?', rating: null },
    ])
    const stranger = await ask('What do students pay?', conversationId)
    expect(stranger.end?.conversationId).not.toBe(conversationId)
    expect((await call('GET', at, undefined, stranger.visitor)).status).toBe(404)
    expect((await call('GET', at)).status).toBe(404)
    expect((await call('PUT', `${at}/turns/${turnId}/rating`, { rating: -1 }, stranger.visitor)).status).toBe(404)
    expect(house.bugs).toEqual([])
  })

  test('hears that the capsule does not say', async () => {
    const { ask } = await setup()
    expect((await ask('Who won the football?')).end).toMatchObject({ answers: false, citations: [] })
  })

  test('hears clearly when it was enough, whose limit it is and when to come back', async () => {
    const { house, organizationId, capsuleId, call, ask } = await setup()
    await house.ai.chatSettings.set(organizationId, capsuleId, { ...usualChat, questionsOfVisitorAnHour: 1 }, 'test')
    const { visitor } = await ask('What do students pay?')
    const refused = await call('POST', 'questions', { question: 'And pensioners?' }, visitor)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeWithin(3_500, 3_601)
    expect(await refused.json()).toMatchObject({
      detail: 'You have asked many questions; at most 1 an hour are answered.',
    })
  })

  test('without a token is counted by address: fresh tokens are no way around', async () => {
    const { ask } = await setup()
    for (let n = 0; n < limits.newcomersOfAddressAnHour; n++) expect((await ask('Café?')).status).toBe(200)
    expect(await ask('Café?')).toMatchObject({ status: 429, text: expect.stringContaining('Your network has asked') })
  })

  test.each([
    ['a blank', { question: '  ' }],
    ['a question without end', { question: 'x'.repeat(2_001) }],
    ['nothing', {}],
    ['a number as conversation', { question: 'x', conversation: 7 }],
  ])('sends %s and hears what is wrong', async (_name, body) => {
    const { call, house } = await setup()
    const answer = await call('POST', 'questions', body)
    expect(answer.status).toBe(422)
    expect(house.bugs).toEqual([])
  })

  test.each(['cap_nothing', 'x', '%00', 'org_1'])('asks %p, which is no capsule', async (id) => {
    const { call, house } = await setup()
    expect((await call('POST', 'questions', { question: 'Hi' }, '', id)).status).toBe(404)
    expect((await call('GET', 'conversations/cnv_1', undefined, '', id)).status).toBe(404)
    expect((await call('PUT', 'conversations/cnv_1/turns/t/rating', { rating: 1 }, '', id)).status).toBe(404)
    expect(house.bugs).toEqual([])
  })

  test('gives a conversation id of somebody else’s making, and starts a new one', async () => {
    const { ask, house } = await setup()
    const { organizationId } = await house.team()
    for (const given of ['cnv_x', `cnv_${organizationId.slice(4)}`, '../..']) {
      expect((await ask('Café?', given)).end?.conversationId).not.toBe(given)
    }
    expect(house.bugs).toEqual([])
  })
})
