import { afterEach, describe, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { newId } from '../../../src/db/ids.ts'
import { Seal } from '../../../src/sealing.ts'
import { openAi } from '../ai.ts'
import type { CapsuleText } from '../chat/passages.ts'
import { parseAiConfig } from '../config.ts'
import { setProvider } from '../operations/providers.ts'
import { handbook } from '../testing/handbook.ts'
import { ownHouse } from '../testing/own-house.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup(...given: Parameters<typeof ownHouse>) {
  const made = await ownHouse(...given)
  closing.push(made.close)
  return made
}

describe("an organization's own provider", () => {
  test('answers its calls under its own key, and nobody else’s', async () => {
    const { house, own, operators, add, ask, models, other } = await setup()
    expect(await models()).toEqual(['shared', 'theirs'])
    const added = await add()
    expect(added.status).toBe(201)
    expect(await models()).toEqual(['mine'])
    expect((await ask('mine')).status).toBe(200)
    expect(own.requests[0]?.headers.get('authorization')).toBe('Bearer sk-own-secret-1234')
    expect((await ask('theirs')).status).toBe(404)
    expect((await ask('mine', other.key)).status).toBe(404)
    expect((await ask('theirs', other.key)).status).toBe(200)
    expect([own.requests.length, operators.requests.length]).toEqual([1, 1])
    expect(house.bugs).toEqual([])
  })

  test('where the operator lets it, comes first; his models stay, and answer where it fails', async () => {
    const { own, operators, add, ask, models } = await setup({ use: 'first', private: true })
    await add({ models: [{ name: 'mine' }, { name: 'shared' }], chat: 'mine' })
    expect(await models()).toEqual(['shared', 'theirs', 'mine'])
    expect((await ask('shared')).status).toBe(200)
    expect([own.requests.length, operators.requests.length]).toEqual([1, 0])
    own.behave('unauthorized')
    expect((await ask('shared')).status).toBe(200)
    expect(operators.requests).toHaveLength(1)
    expect((await ask('mine')).status).toBe(502)
    expect(operators.requests).toHaveLength(1)
  })

  test('is not to be had where the operator keeps that to himself', async () => {
    const { add, call } = await setup({ use: 'never', private: true })
    expect(await add()).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect((await call('GET', '/providers')).body.items).toEqual([])
  })

  test('answers its chats; its prices are its own, and count in its budgets', async () => {
    const { house, team, own, add, call } = await setup()
    await add({ models: [{ name: 'mine', input: 2, output: 10 }] })
    const capsuleId = await house.capsule(team.organizationId, handbook)
    own.words = ['Own', ' words.']
    let text = ''
    const asked = { capsuleId, question: 'Who won?', visitor: 'v', signal: new AbortController().signal }
    for await (const event of house.ai.chat.open(asked)) if (event.type === 'words') text += event.text
    expect(text).toBe('Own words.')
    await house.ai.ledger.flush()
    const { items } = (await call('GET', '/ledger')).body as { items: { provider: string; costNano: number }[] }
    expect(items[0]).toMatchObject({ provider: 'Ours', model: 'mine' })
    expect(items[0]?.costNano).toBeGreaterThan(0)
    const policy = (await call('GET', '/policies/organization')).body as { spent: { month: { spentNano: number } } }
    expect(policy.spent.month.spentNano).toBe(items[0]?.costNano ?? 0)
  })

  test('that is changed or removed is so on every node at the next call', async () => {
    const { house, team, own, add, call, ask } = await setup()
    const elsewhere = openAi({
      ...{ db: house.db, secrets: ['s'.repeat(32)], textOf: (): CapsuleText | undefined => undefined },
      config: parseAiConfig({ providers: {}, models: {}, own: { private: true } }),
      log: { info: () => {}, warn: () => {} },
      reportBug: (error) => void house.bugs.push(error),
    })
    closing.push(() => elsewhere.close())
    const seen = () => elsewhere.gateway.modelsOf(team.organizationId)
    expect(seen()).toEqual([])
    const { id } = (await add()).body
    expect(seen()).toEqual(['mine'])
    const changed = await call('PATCH', `/providers/${id}`, {
      key: 'sk-other-9876',
      models: [{ name: 'new' }],
      chat: null,
    })
    expect(changed.body).toMatchObject({ keyEnding: '9876', models: [{ name: 'new' }], chat: null })
    expect(seen()).toEqual(['new'])
    await ask('new')
    expect(own.requests.at(-1)?.headers.get('authorization')).toBe('Bearer sk-other-9876')
    expect((await call('DELETE', `/providers/${id}`)).status).toBe(204)
    expect(seen()).toEqual([])
    expect((await ask('theirs')).status).toBe(200)
  })
})

describe('its key', () => {
  test('is never shown, and lies sealed: in no answer, no audit, no log and no row', async () => {
    const { house, team, own, add, call, ask } = await setup()
    const { id } = (await add()).body
    own.behave('unauthorized', 'fail', 'garbage', 'refuse')
    const answers = [await (await ask('mine')).text(), await (await ask('mine')).text()]
    for (const path of ['/providers', `/providers/${id}`, '/audit', '/ledger', '/models']) {
      answers.push(JSON.stringify((await call('GET', path)).body))
    }
    answers.push(JSON.stringify(house.lines))
    const tables = house.db.read(team.organizationId, (tx) =>
      ['ai_provider', 'ai_audit', 'operation', 'change'].map((table) => {
        const known = tx.all(sql`SELECT name FROM sqlite_schema WHERE name = ${table}`)
        return known.length === 0 ? [] : tx.all(sql.raw(`SELECT * FROM ${table}`))
      }),
    )
    answers.push(JSON.stringify(tables))
    expect(answers.join('\n')).not.toContain('own-secret')
    expect(answers.join('\n')).toContain('"keyEnding":"1234"')
    const { items } = (await call('GET', '/audit')).body as { items: object[] }
    expect(items[0]).toMatchObject({
      actor: team.keyId,
      subject: id,
      before: null,
      after: { name: 'Ours', newKey: true },
    })
  })

  test('goes to no other address, whoever asks for it', async () => {
    const { operators, add, call, provider } = await setup()
    const { id } = (await add()).body
    const moved = { url: `${operators.url}/elsewhere` }
    expect(await call('PATCH', `/providers/${id}`, moved)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/key' }] },
    })
    const tried = await call('POST', '/provider-tests', { ...provider(), ...moved, key: undefined, id })
    expect(tried).toMatchObject({ status: 422, body: { errors: [{ pointer: '/key' }] } })
    expect(operators.requests).toHaveLength(0)
    expect((await call('PATCH', `/providers/${id}`, { ...moved, key: 'sk-new' })).status).toBe(200)
  })
})

describe('bad input', () => {
  test.each([
    ['/url', { url: 'ftp://example.com' }],
    ['/url', { url: 'nonsense' }],
    ['/url', { url: 'https://user:pass@example.com/v1' }],
    ['/key', { key: 'two words' }],
    ['/models', { models: [] }],
    ['/models', { models: [{ name: 'a' }, { name: 'a' }] }],
    ['/chat', { chat: 'another' }],
    ['/embeddings', { embeddings: 'another' }],
    ['/kind', { kind: 'mystery' }],
  ])('is refused at %s', async (pointer, fields) => {
    const { add, house } = await setup()
    const answer = await add(fields)
    expect(answer.status).toBe(422)
    expect((answer.body.errors as { pointer: string }[]).map((one) => one.pointer)).toContain(pointer)
    expect(JSON.stringify(answer.body)).not.toContain('two words')
    expect(house.bugs).toEqual([])
  })

  test('an address inside is refused: as it is written, by its name, and when it is asked', async () => {
    const { house, team, add, ask, own, provider } = await setup({ use: 'alone' })
    for (const url of [
      'https://127.0.0.1/v1',
      'https://169.254.169.254/v1',
      'https://[::1]/v1',
      'https://localhost/v1',
      own.url,
    ]) {
      expect(await add({ url })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/url' }] } })
    }
    // One that was public when it was set.
    const id = newId('prv', team.organizationId)
    const sealed = new Seal('ai.provider-key', ['s'.repeat(32)]).seal('sk', `${team.organizationId}/${id}`)
    const { key: _, ...rest } = provider()
    await house.db.write(setProvider, team.organizationId, {
      ...{ id, actor: 'test', isNew: true, key: { sealed, ending: 'sk' } },
      settings: { ...rest, kind: 'openai', embeddings: null },
    })
    const asked = await ask('mine')
    expect([asked.status, await asked.text()]).toEqual([502, expect.stringContaining('not on the public internet')])
    expect(own.requests).toHaveLength(0)
  })

  test('there are only so many, and each organization has its own', async () => {
    const { add, call, asOther } = await setup()
    const { id } = (await add()).body
    for (let n = 1; n < 5; n++) expect((await add()).status).toBe(201)
    expect(await add()).toMatchObject({ status: 409 })
    asOther()
    expect((await call('GET', '/providers')).body.items).toEqual([])
    for (const [method, body] of [['GET'], ['PATCH', { name: 'y' }], ['DELETE']] as const) {
      expect((await call(method, `/providers/${id}`, body)).status).toBe(404)
    }
  })
})

describe('a trial', () => {
  test('says that it works, or why not, without the key', async () => {
    const { call, provider, own, house } = await setup()
    const trial = async (fields: object = {}) =>
      (await call('POST', '/provider-tests', { ...provider(), ...fields })).body as {
        works: boolean
        why: string | null
      }
    expect(await trial()).toMatchObject({ works: true, why: null, model: 'mine' })
    own.behave('unauthorized')
    expect((await trial()).why).toBe('It does not take the key (status 401): Incorrect API key provided: Bearer …')
    own.behave('picky')
    expect(await trial()).toMatchObject({ works: true, why: null })
    own.behave('rate-limit')
    expect((await trial()).why).toStartWith('It takes no more calls for now (status 429)')
    own.behave('garbage')
    expect(await trial()).toMatchObject({ works: false, why: 'The provider sent what is not JSON.' })
    expect(await trial({ url: 'http://127.0.0.1:9/v1' })).toMatchObject({
      works: false,
      why: 'The provider could not be reached.',
    })
    expect((await call('GET', '/providers')).body.items).toEqual([])
    expect(house.bugs).toEqual([])
  })

  test('of one that is kept takes its key; of embeddings asks for them', async () => {
    const { add, call, provider, own } = await setup()
    const { id } = (await add()).body
    const { key: _, ...rest } = provider()
    expect((await call('POST', '/provider-tests', { ...rest, id })).body).toMatchObject({ works: true })
    expect(own.requests[0]?.headers.get('authorization')).toBe('Bearer sk-own-secret-1234')
    const vectors = { models: [{ name: 'v' }], chat: null, embeddings: 'v' }
    expect((await call('POST', '/provider-tests', { ...rest, ...vectors, id })).body).toMatchObject({ works: true })
    expect(own.requests[1]?.path).toEndWith('/embeddings')
  })
})
