import { afterEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { openHouse } from '../../testing/house.ts'
import { anthropicSse, textEvents, toolEvents, usage } from '../../testing/mock-anthropic.ts'
import { startMockProvider } from '../../testing/mock-provider.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const text = textEvents(['Grüße', ' 🎈'])

async function setup(respond: (body: Record<string, unknown>) => Response) {
  const requests: { path: string; headers: Headers; body: Record<string, unknown> }[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = (await request.json()) as Record<string, unknown>
      requests.push({ path: new URL(request.url).pathname, headers: request.headers, body })
      return respond(body)
    },
  })
  closing.push(() => server.stop(true))
  const mock = startMockProvider()
  closing.push(() => mock.close())
  const house = openHouse({
    providers: {
      claude: { kind: 'anthropic', url: `http://127.0.0.1:${server.port}/v1`, key: 'sk-ant' },
      other: { url: mock.url },
    },
    models: {
      smart: { routes: [{ provider: 'claude', model: 'claude-x' }], retries: 0 },
      both: {
        routes: [
          { provider: 'claude', model: 'claude-x' },
          { provider: 'other', model: 'm' },
        ],
        retries: 0,
      },
    },
  })
  closing.push(() => house.close())
  const team = await house.team()
  const client = new OpenAI({ apiKey: team.key, baseURL: `${house.serve()}/ai/v1`, maxRetries: 0 })
  return { client, requests, house, mock }
}

const messages = [{ role: 'user' as const, content: 'Hi' }]

describe('Anthropic’s Messages API behind OpenAI’s client', () => {
  test('a conversation with a system message, pictures, tools and their results', async () => {
    const { client, requests } = await setup(() =>
      Response.json({
        id: 'msg_1',
        model: 'claude-x',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'toolu_2', name: 'weather', input: { city: 'Bonn' } },
        ],
        stop_reason: 'tool_use',
        usage,
      }),
    )
    const answer = await client.chat.completions.create({
      model: 'smart',
      max_tokens: 50,
      temperature: 1.7,
      stop: 'END',
      tools: [{ type: 'function', function: { name: 'weather', description: 'd', parameters: { type: 'object' } } }],
      tool_choice: 'required',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'https://a.example/x.png' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: '12 °C' },
        { role: 'user', content: 'And Bonn?' },
      ],
    })
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me see.',
        tool_calls: [{ id: 'toolu_2', function: { name: 'weather', arguments: '{"city":"Bonn"}' } }],
      },
    })
    expect(answer.usage).toMatchObject({ prompt_tokens: 16, completion_tokens: 1 })
    expect(requests[0]?.path).toBe('/v1/messages')
    expect(requests[0]?.headers.get('x-api-key')).toBe('sk-ant')
    expect(requests[0]?.headers.get('authorization')).toBeNull()
    expect(requests[0]?.body).toEqual({
      model: 'claude-x',
      max_tokens: 50,
      temperature: 1,
      stop_sequences: ['END'],
      system: 'Be brief.',
      tools: [{ name: 'weather', description: 'd', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any' },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', source: { type: 'url', url: 'https://a.example/x.png' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Köln' } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: '12 °C' },
            { type: 'text', text: 'And Bonn?' },
          ],
        },
      ],
    })
  })

  test('a stream, in pieces that split characters; its count is billed', async () => {
    const { client, house } = await setup(() => anthropicSse(text))
    let said = ''
    let last: unknown
    const options = { include_usage: true }
    for await (const chunk of await client.chat.completions.create({
      model: 'smart',
      messages,
      stream: true,
      stream_options: options,
    })) {
      said += chunk.choices[0]?.delta.content ?? ''
      last = chunk
    }
    expect(said).toBe('Grüße 🎈')
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 16, completion_tokens: 9 } })
    expect([house.ai.figures.inputTokens, house.ai.figures.outputTokens]).toEqual([16, 9])
  })

  test('a tool’s call in a stream', async () => {
    const { client } = await setup(() => anthropicSse(toolEvents('weather', ['{"city":', '"Köln"}'])))
    const stream = client.chat.completions.stream({ model: 'smart', messages })
    const final = await stream.finalChatCompletion()
    expect(final.choices[0]?.finish_reason).toBe('tool_calls')
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      id: 'toolu_1',
      function: { arguments: '{"city":"Köln"}' },
    })
  })

  test('a stream without message_stop was cut, and errors keep their words', async () => {
    const { client } = await setup(({ stream }) =>
      stream === true
        ? anthropicSse(text.slice(0, 5))
        : Response.json(
            { type: 'error', error: { type: 'invalid_request_error', message: 'Too long.' } },
            { status: 400 },
          ),
    )
    const read = async () => {
      for await (const _ of await client.chat.completions.create({ model: 'smart', messages, stream: true }));
    }
    await expect(read()).rejects.toThrow()
    const asked = async () => void (await client.chat.completions.create({ model: 'smart', messages }))
    await expect(asked()).rejects.toMatchObject({ status: 400, message: expect.stringContaining('Too long.') })
  })

  test('what it cannot do goes to the next route, or is refused by name and never left out', async () => {
    const { client, requests, mock } = await setup(() => Response.json({}))
    const response_format = { type: 'json_object' as const }
    for (let n = 0; n < 8; n++) await client.chat.completions.create({ model: 'both', messages, response_format })
    expect(mock.requests).toHaveLength(8)
    const asked = async () => void (await client.chat.completions.create({ model: 'smart', messages, response_format }))
    await expect(asked()).rejects.toMatchObject({ status: 400, message: expect.stringContaining('response_format') })
    expect(requests).toHaveLength(0)
  })
})
