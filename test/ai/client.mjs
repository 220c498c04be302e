// OpenAI's Node client, unchanged, against the proxy: prints one JSON line for the test that started it.
import OpenAI, { OpenAIError } from 'openai'

const [baseURL, apiKey, capsule] = process.argv.slice(2)
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 20_000 })
const messages = [{ role: 'user', content: 'Hi' }]

async function caught(call) {
  try {
    await call()
    return 'nothing'
  } catch (error) {
    if (!(error instanceof OpenAIError)) throw error
    return error.constructor.name
  }
}

async function words(model, asked = messages) {
  let text = ''
  for await (const chunk of await client.chat.completions.create({ model, messages: asked, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? ''
  }
  return text
}

const whole = async (model, more = {}) =>
  (await client.chat.completions.create({ model, messages, ...more })).choices[0].message
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }]
const models = []
for await (const { id } of client.models.list()) models.push(id)
const seen = {
  whole: (await whole('fast')).content,
  stream: await words('fast'),
  tool: JSON.parse((await whole('fast', { tools })).tool_calls[0].function.arguments),
  embedding: (await client.embeddings.create({ model: 'fast', input: ['a'], encoding_format: 'float' })).data[0]
    .embedding,
  models,
  unknown: await caught(() => whole('none')),
  stranger: await caught(() => new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list()),
  invalid: await caught(() => whole('fast', { messages: [] })),
  cut: await caught(() => words('cut')),
  limited: await caught(() => whole('limited')),
  broken: await caught(() => whole('broken')),
  rescued: await words('rescued'),
  helper: await client.chat.completions.stream({ model: 'fast', messages }).finalContent(),
}
// Models that speak another protocol behind the proxy.
async function native(model) {
  const called = (await whole(model, { tools })).tool_calls[0]
  const streamed = await client.chat.completions.stream({ model, messages, tools }).finalMessage()
  const heard = { role: 'tool', tool_call_id: called.id, content: 'Rain, 9 degrees.' }
  const turns = [...messages, { role: 'assistant', tool_calls: [called] }, heard]
  return [
    (await whole(model)).content,
    await words(model),
    JSON.parse(called.function.arguments),
    JSON.parse(streamed.tool_calls[0].function.arguments),
    (await whole(model, { tools, messages: turns })).content,
  ]
}
seen.natives = [await native('gemini'), await native('claude')]
const asked = [{ role: 'user', content: 'What happened on the second evening?' }]
const model = `capsule/${capsule}`
seen.capsule = [(await whole(model, { messages: asked })).content, await words(model, asked), await words(model, asked)]
console.log(JSON.stringify(seen))
