import { afterEach, describe, expect, test } from 'bun:test'
import { Reports } from './governance/reports.ts'
import { noPolicy } from './operations/settings.ts'
import { openHouse } from './testing/house.ts'
import { startMockProvider } from './testing/mock-provider.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup() {
  const mock = startMockProvider()
  closing.push(() => mock.close())
  const house = openHouse({
    providers: { p: { url: mock.url, key: 'sk-secret' } },
    models: {
      fast: { routes: [{ provider: 'p', model: 'fast' }], retries: 0 },
      other: { routes: [{ provider: 'p', model: 'other' }], retries: 0 },
    },
  })
  closing.push(() => house.close())
  const team = await house.team()
  const origin = house.serve()
  const post = async (body: unknown, path = 'chat/completions', key = team.key) => {
    const answer = await fetch(`${origin}/ai/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, error: errorIn(text) }
  }
  return { house, team, post, mock, origin }
}

function errorIn(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as { error?: Record<string, unknown> }).error ?? {}
  } catch {
    return {}
  }
}

const messages = [{ role: 'user', content: 'Hi' }]
const ask = (more: object = {}) => ({ model: 'fast', messages, ...more })
const picture = (url: string) =>
  ask({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] })
const pngHeader = (width: number, height: number) => {
  const bytes = Buffer.alloc(33)
  bytes.writeUInt32BE(0x89504e47, 0)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return `data:image/png;base64,${bytes.toString('base64')}`
}

describe('bad input is refused in OpenAI’s shape, before any provider hears of it', () => {
  test.each([
    ['broken JSON', '{"model": "fast", ', 400, undefined],
    ['no object', '[]', 400, undefined],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, undefined],
    ['no model', { messages }, 400, 'model'],
    ['a model that is a number', { model: 7, messages }, 400, 'model'],
    ['an unknown model', { model: 'gpt-none', messages }, 404, 'model'],
    ['no messages', { model: 'fast' }, 400, 'messages'],
    ['empty messages', ask({ messages: [] }), 400, 'messages'],
    ['too many messages', ask({ messages: Array.from({ length: 2_001 }, () => messages[0]) }), 400, 'messages'],
    ['an unknown role', ask({ messages: [{ role: 'root', content: 'x' }] }), 400, 'messages[0].role'],
    ['content that is a number', ask({ messages: [{ role: 'user', content: 7 }] }), 400, 'messages[0].content'],
    ['a stream that is a text', ask({ stream: 'yes' }), 400, 'stream'],
    ['stream options without a stream', ask({ stream_options: {} }), 400, 'stream_options'],
    ['tools that are no list', ask({ tools: {} }), 400, 'tools'],
    ['a tool without a name', ask({ tools: [{ type: 'function', function: {} }] }), 400, 'tools[0].function.name'],
    ['too many tools', ask({ tools: Array.from({ length: 129 }, () => ({ type: 'x' })) }), 400, 'tools'],
    ['too many choices', ask({ n: 17 }), 400, 'n'],
    ['a negative bound', ask({ max_tokens: -1 }), 400, 'max_tokens'],
    ['a format without a type', ask({ response_format: {} }), 400, 'response_format'],
    ['a picture bomb', picture(pngHeader(60_000, 60_000)), 400, 'messages[0].content[0].image_url.url'],
    ['a picture that is none', picture('data:image/png;base64,AAAA'), 400, 'messages[0].content[0].image_url.url'],
    ['a file of ours as a picture', picture('file:///etc/passwd'), 400, 'messages[0].content[0].image_url.url'],
    ['a capsule of nobody', ask({ model: 'capsule/cap_1' }), 404, 'model'],
  ])('%s', async (_what, body, status, param) => {
    const { post, mock, house } = await setup()
    const answer = await post(body)
    expect(answer.status).toBe(status)
    expect(answer.error.message).toBeString()
    expect(answer.error.type).toBeString()
    if (param !== undefined) expect(answer.error.param).toBe(param)
    expect(answer.headers.get('x-request-id')).toBeString()
    expect(mock.requests).toHaveLength(0)
    expect(house.bugs).toEqual([])
  })

  test('a body beyond the limit names it', async () => {
    const { post } = await setup()
    const answer = await post(ask({ user: 'x'.repeat(20 * 1_048_576) }))
    expect(answer.status).toBe(413)
    expect(answer.error.message).toContain('20971520')
  })

  test('a tree of ten thousand levels is passed on or refused, and nothing breaks', async () => {
    const { post, house } = await setup()
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
    const answer = await post(`{"model":"fast","messages":[{"role":"user","content":"x"}],"metadata":${deep}}`)
    expect([200, 400]).toContain(answer.status)
    expect(house.bugs).toEqual([])
  })

  test('other paths and methods', async () => {
    const { post, origin, team } = await setup()
    expect(await post(ask(), 'files')).toMatchObject({ status: 404, error: { code: 'unknown_url' } })
    const headers = { authorization: `Bearer ${team.key}` }
    expect((await fetch(`${origin}/ai/v1/chat/completions`, { headers })).status).toBe(405)
    expect((await fetch(`${origin}/ai/v1/models/%zz`, { headers })).status).toBe(404)
    expect((await fetch(`${origin}/ai/v1`, { headers })).status).toBe(404)
  })

  test.each(['', 'Bearer', 'Bearer enc_nobody', 'Basic abc'])('the authorization "%s" opens nothing', async (given) => {
    const { origin } = await setup()
    const headers = given === '' ? {} : { authorization: given }
    const answer = await fetch(`${origin}/ai/v1/models`, { headers: headers as Record<string, string> })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_api_key' } })
  })
})

describe('policies of a key', () => {
  test('models that are not allowed do not exist for it', async () => {
    const { house, team, post, origin } = await setup()
    await house.ai.policies.set(team.organizationId, team.keyId, { ...noPolicy, models: ['fast'] }, 'test')
    expect((await post(ask())).status).toBe(200)
    expect(await post(ask({ model: 'other' }))).toMatchObject({ status: 404, error: { code: 'model_not_found' } })
    const list = await fetch(`${origin}/ai/v1/models`, { headers: { authorization: `Bearer ${team.key}` } })
    expect(((await list.json()) as { data: unknown[] }).data).toHaveLength(1)
  })

  test('requests and tokens a minute', async () => {
    const { house, team, post } = await setup()
    await house.ai.policies.set(team.organizationId, team.keyId, { ...noPolicy, requestsPerMinute: 2 }, 'test')
    expect([(await post(ask())).status, (await post(ask())).status]).toEqual([200, 200])
    const third = await post(ask())
    expect(third).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } })
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    const other = await house.team()
    expect((await post(ask(), 'chat/completions', other.key)).status).toBe(200)
    await house.ai.policies.set(other.organizationId, other.keyId, { ...noPolicy, tokensPerMinute: 30 }, 'test')
    await post(ask(), 'chat/completions', other.key)
    await post(ask(), 'chat/completions', other.key)
    expect((await post(ask(), 'chat/completions', other.key)).error.message).toContain('30 tokens a minute')
  })
})

describe('the cache', () => {
  test('answers equal requests of one organization from memory, streams too, when its key wants it', async () => {
    const { house, team, post, mock } = await setup()
    await house.ai.policies.set(team.organizationId, team.keyId, { ...noPolicy, cacheTtlS: 60 }, 'test')
    for (const stream of [false, true]) {
      const first = await post(ask({ stream }))
      const second = await post(ask({ stream }))
      expect(second.text).toBe(first.text)
      expect([first.headers.get('cache-status'), second.headers.get('cache-status')]).toEqual([
        'encapsify; fwd=miss',
        'encapsify; hit',
      ])
    }
    expect(mock.requests).toHaveLength(2)
    const other = await house.team()
    await house.ai.policies.set(other.organizationId, other.keyId, { ...noPolicy, cacheTtlS: 60 }, 'test')
    await post(ask(), 'chat/completions', other.key)
    expect(mock.requests).toHaveLength(3)
  })

  test('is off by default, and keeps neither errors nor cut streams', async () => {
    const { house, team, post, mock } = await setup()
    await post(ask())
    await post(ask())
    expect(mock.requests).toHaveLength(2)
    await house.ai.policies.set(team.organizationId, team.keyId, { ...noPolicy, cacheTtlS: 60 }, 'test')
    mock.behave('refuse')
    await post(ask())
    mock.behave('die-mid-stream')
    await post(ask({ stream: true }))
    mock.behave('answer')
    expect((await post(ask())).status).toBe(200)
    expect((await post(ask({ stream: true }))).text).toContain('[DONE]')
    expect(mock.requests).toHaveLength(6)
  })

  test('equal requests at the same time are one', async () => {
    const { house, team, post, mock } = await setup()
    await house.ai.policies.set(team.organizationId, team.keyId, { ...noPolicy, cacheTtlS: 60 }, 'test')
    mock.behave('wait-for-release')
    const answers = Array.from({ length: 8 }, () => post(ask()))
    while (mock.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    mock.release()
    const texts = new Set((await Promise.all(answers)).map(({ text }) => text))
    expect(texts.size).toBe(1)
    expect(mock.requests).toHaveLength(1)
  })

  test('equal streams at the same time are one, from its first byte for everybody', async () => {
    const { house, team, post, mock } = await setup()
    await house.ai.policies.set(team.organizationId, team.keyId, { ...noPolicy, cacheTtlS: 60 }, 'test')
    mock.behave('wait-for-release')
    const answers = Array.from({ length: 8 }, () => post(ask({ stream: true })))
    while (mock.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    mock.release()
    const all = await Promise.all(answers)
    expect(new Set(all.map(({ text }) => text)).size).toBe(1)
    expect(all[0]?.text).toContain('[DONE]')
    expect(mock.requests).toHaveLength(1)
    expect(all.filter(({ headers }) => headers.get('cache-status')?.includes('collapsed'))).toHaveLength(7)
    await house.ai.ledger.flush()
    const { items } = new Reports(house.db).ledger(team.organizationId, 20)
    expect(items.filter(({ outcome }) => outcome === 'cached')).toHaveLength(7)
  })
})
