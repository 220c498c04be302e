import { afterEach, describe, expect, test } from 'bun:test'
import { geminiHouse, messages, weather } from '../../testing/gemini-house.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup(respond?: Parameters<typeof geminiHouse>[0]) {
  const made = await geminiHouse(respond)
  closing.push(made.close)
  return made
}

describe('errors', () => {
  const fault = (code: number, status: string, details: object[] = []) =>
    Response.json({ error: { code, message: 'Their words.', status, details } }, { status: code })

  test('of the request keep their words, in OpenAI’s shape', async () => {
    const { client } = await setup(() => fault(400, 'INVALID_ARGUMENT'))
    const asked = async () => void (await client.chat.completions.create({ model: 'smart', messages }))
    await expect(asked()).rejects.toMatchObject({
      ...{ status: 400, type: 'invalid_request_error', code: 'invalid_argument' },
      message: expect.stringContaining('Their words.'),
    })
  })

  test('a key that is not valid is ours, and the next route is asked', async () => {
    const invalid = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }]
    const { client, mock } = await setup(() => fault(400, 'INVALID_ARGUMENT', invalid))
    await client.chat.completions.create({ model: 'both', messages })
    expect(mock.requests).toHaveLength(1)
  })

  test('a pause that is asked for is kept', async () => {
    const retry = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' }]
    const { client, gemini } = await setup(() => fault(429, 'RESOURCE_EXHAUSTED', retry))
    const asked = async () => void (await client.chat.completions.create({ model: 'smart', messages }))
    await expect(asked()).rejects.toMatchObject({ status: 429 })
    await expect(asked()).rejects.toMatchObject({ status: 429, headers: expect.anything() })
    expect(gemini.requests).toHaveLength(1)
  })

  test('what has no word there is refused by name, or goes to the next route', async () => {
    const { client, gemini, mock } = await setup()
    const wishes = [
      { logprobs: true },
      { tools: [weather], parallel_tool_calls: false },
      { reasoning_effort: 'none' as const },
      {
        messages: [
          {
            role: 'user' as const,
            content: [{ type: 'image_url' as const, image_url: { url: 'https://a.example/x.png' } }],
          },
        ],
      },
    ]
    for (const wish of wishes) {
      const asked = async (model: string) => void (await client.chat.completions.create({ messages, ...wish, model }))
      await expect(asked('smart')).rejects.toMatchObject({ status: 400, code: 'unsupported' })
      await asked('both')
    }
    expect(gemini.requests).toHaveLength(0)
    expect(mock.requests).toHaveLength(wishes.length)
  })
})

test('embeddings, as the client asks for them by itself and as numbers', async () => {
  const { client, gemini, house } = await setup()
  const input = ['one', 'two']
  const packed = await client.embeddings.create({ model: 'vectors', input, dimensions: 4 })
  const plain = await client.embeddings.create({ model: 'vectors', input: 'one', encoding_format: 'float' })
  expect(packed.data.map(({ embedding }) => embedding)).toEqual([
    [0.5, 0.25, 0, 0],
    [0.5, 0.25, 0, 1],
  ])
  expect(plain).toMatchObject({ object: 'list', data: [{ index: 0, embedding: [0.5, 0.25, 0, 0] }] })
  expect(plain.usage.prompt_tokens).toBeGreaterThan(0)
  expect(gemini.requests[0]?.path).toBe('/v1beta/models/gemini-embedding-001:batchEmbedContents')
  expect(gemini.requests[0]?.body).toEqual({
    requests: input.map((text) => ({
      ...{ model: 'models/gemini-embedding-001', content: { parts: [{ text }] }, outputDimensionality: 4 },
    })),
  })
  const many = async () => void (await client.embeddings.create({ model: 'vectors', input: Array(101).fill('x') }))
  await expect(many()).rejects.toMatchObject({ status: 400, code: 'unsupported' })
  expect(house.bugs).toEqual([])
})
