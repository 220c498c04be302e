import { afterEach, describe, expect, test } from 'bun:test'
import type OpenAI from 'openai'
import { geminiHouse, messages, weather } from '../../testing/gemini-house.ts'
import { geminiReply, geminiSse, words } from '../../testing/mock-gemini.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup(respond?: Parameters<typeof geminiHouse>[0]) {
  const made = await geminiHouse(respond)
  closing.push(made.close)
  return made
}

const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const callPart = { functionCall: { name: 'weather', args: { city: 'Köln' } }, thoughtSignature: 'c2lnbmF0dXJl' }

describe('generateContent', () => {
  test('a whole answer: its words, its thoughts, its count with what was cached and thought', async () => {
    const { client, gemini, house } = await setup()
    const answer = await client.chat.completions.create({
      model: 'smart',
      messages,
      max_tokens: 50,
      temperature: 0.2,
      stop: 'X',
    })
    expect(answer.choices[0]).toMatchObject({
      message: { role: 'assistant', content: words, reasoning_content: 'Hm.' },
      finish_reason: 'stop',
    } as object)
    expect(answer.usage).toEqual({
      ...{ prompt_tokens: 16, completion_tokens: 12, total_tokens: 28 },
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 3 },
    })
    expect([house.ai.figures.inputTokens, house.ai.figures.outputTokens]).toEqual([16, 12])
    const [request] = gemini.requests
    expect(request?.path).toBe('/v1beta/models/gemini-3-flash:generateContent')
    expect(request?.headers.get('x-goog-api-key')).toBe('AIza-secret')
    expect(request?.headers.get('authorization')).toBeNull()
    expect(request?.body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: { maxOutputTokens: 50, temperature: 0.2, stopSequences: ['X'] },
    })
  })

  test('rules, pictures, tools with their results, a schema: everything has its place', async () => {
    const { client, gemini } = await setup()
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    await client.chat.completions.create({
      model: 'smart',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'In German.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: picture } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              ...{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
              extra_content: { google: { thought_signature: 'c2ln' } },
            } as OpenAI.ChatCompletionMessageToolCall,
            { id: 'b', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: '{"degrees":12}' },
        { role: 'tool', tool_call_id: 'b', content: '13 °C' },
        { role: 'user', content: 'So?' },
      ],
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
      reasoning_effort: 'high',
      n: 2,
    })
    const { name, description, parameters } = weather.function
    expect(gemini.requests[0]?.body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'In German.' }] },
      contents: [
        {
          role: 'user',
          parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: picture.split(',')[1] } }],
        },
        {
          role: 'model',
          parts: [
            { functionCall: { id: 'a', name, args: { city: 'Köln' } }, thoughtSignature: 'c2ln' },
            { functionCall: { id: 'b', name, args: { city: 'Bonn' } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'a', name, response: { degrees: 12 } } },
            { functionResponse: { id: 'b', name, response: { output: '13 °C' } } },
            { text: 'So?' },
          ],
        },
      ],
      tools: [{ functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
      generationConfig: {
        ...{ candidateCount: 2, responseMimeType: 'application/json', responseJsonSchema: schema },
        thinkingConfig: { thinkingLevel: 'high' },
      },
    })
  })

  test('a call that lost its thought is let off where one must be given, and earlier models think by tokens', async () => {
    const { client, gemini } = await setup()
    for (const model of ['smart', 'early']) {
      await client.chat.completions.create({
        model,
        messages: [
          ...messages,
          {
            role: 'assistant',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '' } }],
          },
          { role: 'tool', tool_call_id: 'a', content: '[1]' },
        ],
        reasoning_effort: 'low',
      })
    }
    const sent = gemini.requests.map(
      ({ body }) => body as { contents: { parts: object[] }[]; generationConfig: object },
    )
    expect(sent[0]?.contents[1]?.parts[0]).toMatchObject({ thoughtSignature: 'skip_thought_signature_validator' })
    expect(sent[1]?.contents[1]?.parts[0]).toEqual({ functionCall: { id: 'a', name: 'weather', args: {} } })
    expect(sent[1]?.contents[2]?.parts[0]).toMatchObject({ functionResponse: { response: { output: [1] } } })
    expect(sent.map(({ generationConfig }) => generationConfig)).toEqual([
      { thinkingConfig: { thinkingLevel: 'low' } },
      { thinkingConfig: { thinkingBudget: 1_024 } },
    ])
  })

  test('a tool’s call keeps the thought that belongs to it; each has an id', async () => {
    const { client } = await setup(() =>
      Response.json(geminiReply([callPart, { functionCall: { id: 'x1', name: 'b', args: {} } }])),
    )
    const { choices } = await client.chat.completions.create({ model: 'smart', messages, tools: [weather] })
    expect(choices[0]?.finish_reason).toBe('tool_calls')
    expect(choices[0]?.message.tool_calls as unknown).toEqual([
      {
        ...{ index: 0, id: expect.stringMatching(/^call_/), type: 'function' },
        function: { name: 'weather', arguments: '{"city":"Köln"}' },
        extra_content: { google: { thought_signature: 'c2lnbmF0dXJl' } },
      },
      { index: 1, id: 'x1', type: 'function', function: { name: 'b', arguments: '{}' } },
    ])
  })

  test.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['SPII', 'content_filter'],
  ])('the end %s is %s', async (finishReason, expected) => {
    const { client } = await setup(() => Response.json(geminiReply([{ text: 'So' }], finishReason)))
    const { choices } = await client.chat.completions.create({ model: 'smart', messages })
    expect(choices[0]?.finish_reason as string).toBe(expected)
  })

  test('a prompt that was refused is an answer that says so, whole and streamed', async () => {
    const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 7 } }
    const { client } = await setup(({ path }) =>
      path.includes(':stream') ? geminiSse([blocked]) : Response.json(blocked),
    )
    const { choices } = await client.chat.completions.create({ model: 'smart', messages })
    expect(choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { content: null, refusal: 'The prompt was refused: PROHIBITED_CONTENT.' },
    })
    const final = await client.chat.completions.stream({ model: 'smart', messages }).finalChatCompletion()
    expect(final.choices[0]?.finish_reason).toBe('content_filter')
  })

  test('a call that is malformed is no answer: the next route is asked', async () => {
    const { client, mock } = await setup(() => Response.json(geminiReply([], 'MALFORMED_FUNCTION_CALL')))
    const { choices } = await client.chat.completions.create({ model: 'both', messages })
    expect(choices).toHaveLength(1)
    expect(mock.requests).toHaveLength(1)
  })
})

describe('streamGenerateContent', () => {
  test('in pieces that split characters; its count is billed, and told to who asked', async () => {
    const { client, gemini, house } = await setup()
    let text = ''
    let thoughts = ''
    let last: unknown
    const stream_options = { include_usage: true }
    for await (const chunk of await client.chat.completions.create({
      model: 'smart',
      messages,
      stream: true,
      stream_options,
    })) {
      text += chunk.choices[0]?.delta.content ?? ''
      thoughts += (chunk.choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''
      last = chunk
    }
    expect([text, thoughts]).toEqual([words, 'Hm.'])
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 16, completion_tokens: 12 } })
    expect([house.ai.figures.inputTokens, house.ai.figures.outputTokens]).toEqual([16, 12])
    expect(gemini.requests[0]).toMatchObject({
      path: '/v1beta/models/gemini-3-flash:streamGenerateContent',
      query: '?alt=sse',
    })
  })

  test('a tool’s call', async () => {
    const { client } = await setup(() => geminiSse([geminiReply([callPart], null), geminiReply([], 'STOP')]))
    const final = await client.chat.completions
      .stream({ model: 'smart', messages, tools: [weather] })
      .finalChatCompletion()
    expect(final.choices[0]?.finish_reason).toBe('tool_calls')
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"city":"Köln"}' } })
  })

  test.each([
    ['without an end', [geminiReply([{ text: 'Half' }], null)]],
    [
      'with an error',
      [geminiReply([{ text: 'Half' }], null), { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }],
    ],
    [
      'with a call that is malformed',
      [geminiReply([{ text: 'Half' }], null), geminiReply([], 'MALFORMED_FUNCTION_CALL')],
    ],
  ] as const)('one %s was cut, and is told as that', async (_what, events) => {
    const { client } = await setup(() => geminiSse(events))
    let text = ''
    const read = async () => {
      for await (const chunk of await client.chat.completions.create({ model: 'smart', messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? ''
      }
    }
    await expect(read()).rejects.toThrow()
    expect(text).toBe('Half')
  })
})
