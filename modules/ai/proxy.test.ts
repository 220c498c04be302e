import { afterEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { openHouse } from './testing/house.ts'
import { type MockProvider, startMockProvider, streamBytes } from './testing/mock-provider.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup(alias: Record<string, unknown> = {}, count = 2) {
  const mocks = Array.from({ length: count }, () => startMockProvider())
  const config = {
    providers: Object.fromEntries(mocks.map((mock, n) => [`p${n}`, { url: mock.url, key: `sk-secret-${n}` }])),
    models: {
      fast: { routes: mocks.map((_, n) => ({ provider: `p${n}`, model: `real-${n}` })), retries: 0, ...alias },
    },
  }
  const house = openHouse(config)
  for (const mock of mocks) closing.push(() => mock.close())
  closing.push(() => house.close())
  const team = await house.team()
  const origin = house.serve()
  const client = new OpenAI({ apiKey: team.key, baseURL: `${origin}/ai/v1`, maxRetries: 0 })
  const post = (body: unknown, headers: Record<string, string> = {}, path = 'chat/completions') =>
    fetch(`${origin}/ai/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${team.key}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    })
  const [first, second] = mocks as [MockProvider, MockProvider]
  return { house, team, origin, client, post, first, second }
}

/** The client's promises are lazy, which `rejects` does not know. */
const settled = async <T>(promise: PromiseLike<T>): Promise<T> => await promise

const messages = [{ role: 'user' as const, content: 'Hi' }]

describe("OpenAI's own client", () => {
  test('a whole answer, with the model under its own name at the provider', async () => {
    const { client, first, house } = await setup()
    const answer = await client.chat.completions.create({ model: 'fast', messages })
    expect(answer.choices[0]?.message.content).toBe('Hello there, wörld 🎈.')
    expect(first.requests[0]?.body.model).toBe('real-0')
    expect(first.requests[0]?.headers.get('authorization')).toBe('Bearer sk-secret-0')
    expect(house.bugs).toEqual([])
  })

  test('a stream, word by word', async () => {
    const { client } = await setup()
    let text = ''
    for await (const chunk of await client.chat.completions.create({ model: 'fast', messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? ''
    }
    expect(text).toBe('Hello there, wörld 🎈.')
  })

  test('tools, JSON schema and pictures reach the provider untouched', async () => {
    const { client, first } = await setup()
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }]
    const response_format = {
      type: 'json_schema' as const,
      json_schema: { name: 'x', schema: { type: 'object' }, strict: true },
    }
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const content = [
      { type: 'text' as const, text: 'What is it?' },
      { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${png}` } },
    ]
    const asked = { model: 'fast', messages: [{ role: 'user' as const, content }], tools, response_format }
    const answer = await client.chat.completions.create(asked)
    const call = answer.choices[0]?.message.tool_calls?.[0]
    expect(call?.type === 'function' && call.function.arguments).toBe('{"city":"Köln"}')
    expect(first.requests[0]?.body).toEqual({ ...asked, model: 'real-0' })
  })

  test('embeddings and models', async () => {
    const { client } = await setup()
    const { data } = await client.embeddings.create({ model: 'fast', input: ['a', 'b'], encoding_format: 'float' })
    expect(data.map(({ embedding }) => embedding)).toEqual([
      [0.25, 0.5, 0.75, 0, 0, 0],
      [0.25, 0.5, 0.75, 0, 0, 0],
    ])
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['fast'])
    expect((await client.models.retrieve('fast')).id).toBe('fast')
    await expect(settled(client.models.retrieve('none'))).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  test('errors are the classes it knows', async () => {
    const { client, origin, first, second } = await setup()
    const stranger = new OpenAI({ apiKey: 'enc_wrong', baseURL: `${origin}/ai/v1`, maxRetries: 0 })
    const ask = (from: OpenAI, model = 'fast') => settled(from.chat.completions.create({ model, messages }))
    await expect(ask(stranger)).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(ask(client, 'none')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    first.behave('refuse')
    await expect(ask(client)).rejects.toMatchObject({ status: 400, param: 'temperature' })
    first.behave('refuse-with-key')
    await expect(ask(client)).rejects.toMatchObject({
      status: 400,
      message: '400 No such deployment for Bearer …; ask the owner of ….',
    })
    first.behave('rate-limit')
    second.behave('rate-limit')
    const limited = await ask(client).catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(OpenAI.RateLimitError)
    expect((limited as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')).toBe('7')
  })

  test.each(['die-mid-stream', 'die-mid-event'] as const)('a stream that was cut (%s) throws', async (how) => {
    const { client, first } = await setup()
    first.behave(how)
    const words: string[] = []
    const read = async () => {
      for await (const chunk of await client.chat.completions.create({ model: 'fast', messages, stream: true })) {
        words.push(chunk.choices[0]?.delta.content ?? '')
      }
    }
    await expect(read()).rejects.toThrow()
    expect(words.join('')).toBe('Hello there')
  })
})

describe('streams', () => {
  test.each(['answer', 'split-bytes', 'no-usage'] as const)('pass byte for byte (%s)', async (how) => {
    const { post, first } = await setup()
    first.behave(how)
    const answer = await post({ model: 'fast', messages, stream: true })
    expect(answer.headers.get('content-type')).toStartWith('text/event-stream')
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(streamBytes('real-0', first.words, how !== 'no-usage'))
  })

  test('one that was cut ends with an error and without [DONE]', async () => {
    const { post, first, house } = await setup()
    first.behave('die-mid-stream')
    const text = await (await post({ model: 'fast', messages, stream: true })).text()
    expect(text).toContain('"code":"stream_cut"')
    expect(text).not.toContain('[DONE]')
    expect(house.ai.figures.cuts).toBe(1)
  })

  test('a word that says [DONE] ends nothing', async () => {
    const { post, first } = await setup()
    first.words = ['\ndata: [DONE]\n\n', 'more']
    first.behave('die-mid-stream')
    const text = await (await post({ model: 'fast', messages, stream: true })).text()
    expect(text).toContain('"code":"stream_cut"')
  })

  test('a client that leaves before the first word lets the provider go', async () => {
    const { client, first } = await setup({}, 1)
    first.behave('hang')
    const controller = new AbortController()
    const gone = first.onAbort()
    const asked = settled(
      client.chat.completions.create({ model: 'fast', messages, stream: true }, { signal: controller.signal }),
    )
    asked.catch(() => {})
    while (first.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    await expect(asked).rejects.toThrow()
    await gone
    expect(first.aborted).toBe(1)
  })

  test('a client that leaves in the middle lets the provider go, and what came is in the ledger', async () => {
    const { client, first, house } = await setup({}, 1)
    first.words = Array.from({ length: 100_000 }, (_, n) => ` word${n}`)
    const gone = first.onAbort()
    const controller = new AbortController()
    const stream = await client.chat.completions.create(
      { model: 'fast', messages, stream: true },
      { signal: controller.signal },
    )
    let seen = 0
    const read = async () => {
      for await (const _ of stream) if (++seen === 5) controller.abort()
    }
    await read().catch(() => {})
    await gone
    expect(first.aborted).toBe(1)
    expect(house.ai.figures.underWay).toBe(0)
    expect(house.ai.figures.outputTokens).toBeGreaterThan(0)
  })
})

describe('fallbacks', () => {
  test.each(['fail', 'rate-limit', 'garbage', 'redirect', 'html'] as const)(
    'the next route answers when the first does "%s"',
    async (how) => {
      const { client, first, second, house } = await setup()
      first.behave(how)
      const stream = await client.chat.completions.create({ model: 'fast', messages, stream: true })
      let text = ''
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      expect(text).toBe('Hello there, wörld 🎈.')
      expect(second.requests).toHaveLength(1)
      expect(house.ai.figures.fallbacks).toBe(1)
    },
  )

  test.each(['hang', 'hang-after-role'] as const)('silence (%s) starts the next beside', async (how) => {
    const { client, first, second } = await setup({ fallbackAfterMs: 60 })
    first.behave(how)
    const stream = await client.chat.completions.create({ model: 'fast', messages, stream: true })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    expect(text).toBe('Hello there, wörld 🎈.')
    expect(second.requests).toHaveLength(1)
  })

  test('when all are silent the call is a clear 504 at its deadline', async () => {
    const { post, first, second } = await setup({ fallbackAfterMs: 50, beginMs: 120 })
    first.behave('hang')
    second.behave('hang')
    const answer = await post({ model: 'fast', messages, stream: true })
    expect(answer.status).toBe(504)
    expect(await answer.json()).toMatchObject({ error: { type: 'timeout_error', code: 'deadline_exceeded' } })
  })

  test('a page of HTML is not passed on as an answer', async () => {
    const { post, first, second } = await setup()
    first.behave('html')
    second.behave('html')
    const answer = await post({ model: 'fast', messages })
    expect(answer.status).toBe(502)
    expect(await answer.text()).not.toContain('<h1>')
  })
})

test('no key, and no word of a conversation, is in any answer to a fault or in any log', async () => {
  const { post, first, second, house, team } = await setup()
  const secret = [{ role: 'user', content: 'my salary is confidential' }]
  for (const how of ['fail', 'redirect', 'garbage', 'refuse', 'rate-limit', 'html'] as const) {
    first.behave(how)
    second.behave(how)
    const text = await (await post({ model: 'fast', messages: secret })).text()
    for (const word of ['sk-secret', team.key, 'confidential']) expect(text).not.toContain(word)
  }
  expect(house.lines.length).toBeGreaterThan(5)
  const logged = JSON.stringify(house.lines)
  for (const word of ['sk-secret', team.key, 'confidential', 'Bearer']) expect(logged).not.toContain(word)
})
