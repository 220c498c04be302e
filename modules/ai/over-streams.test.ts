import { afterEach, expect, test } from 'bun:test'
import { openHouse } from './testing/house.ts'
import { streamBytes } from './testing/mock-provider.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const headers = { 'content-type': 'text/event-stream' }
const bytes = streamBytes('fast', ['All', ' at', ' once', '.'], true)

/** One provider whose streams are these. */
async function setup(body: () => BodyInit) {
  const house = openHouse(
    {
      providers: { only: { url: 'https://provider.example/v1', key: 'sk' } },
      models: { fast: { routes: [{ provider: 'only', model: 'fast' }], retries: 0 } },
    },
    { transport: () => Promise.resolve(new Response(body(), { headers })) },
  )
  closing.push(() => house.close())
  const { key } = await house.team()
  const origin = house.serve()
  const ask = () =>
    fetch(`${origin}/ai/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'fast', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    })
  return { house, ask }
}

/** A stream that a test goes on with. */
function open(first: Uint8Array) {
  const controller = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>()
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      given.enqueue(first)
      controller.resolve(given)
    },
  })
  return { stream, controller: controller.promise }
}

test('a stream that is over when it begins is handed on as one piece, and billed', async () => {
  const { house, ask } = await setup(() => bytes)
  const answer = await ask()
  expect(answer.headers.get('content-type')).toStartWith('text/event-stream')
  expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength))
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes)
  expect(house.ai.figures.outputTokens).toBe(5)
  expect(house.ai.figures).toMatchObject({ underWay: 0, cuts: 0, refusals: 0 })
  expect(house.bugs).toEqual([])
})

test('one that has said its last word and is still open is not waited for; what comes then comes too', async () => {
  const { stream, controller } = open(bytes)
  const { house, ask } = await setup(() => stream)
  const answer = await ask()
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  expect((await reader.read()).value).toEqual(bytes)
  const last = new TextEncoder().encode(': bye\n\n')
  ;(await controller).enqueue(last)
  expect((await reader.read()).value).toEqual(last)
  ;(await controller).close()
  expect((await reader.read()).done).toBe(true)
  expect(house.ai.figures).toMatchObject({ underWay: 0, cuts: 0, outputTokens: 5 })
})

test('one that breaks off behind its last word has ended', async () => {
  const { stream, controller } = open(bytes)
  const { house, ask } = await setup(() => stream)
  const answer = await ask()
  ;(await controller).error(new Error('gone'))
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes)
  expect(house.ai.figures.cuts).toBe(0)
})

test('one that ends without its last word was cut, however early', async () => {
  const { house, ask } = await setup(() => bytes.slice(0, bytes.length - 'data: [DONE]\n\n'.length))
  const answer = await ask()
  expect(answer.headers.get('content-length')).toBeNull()
  expect(await answer.text()).toContain('"code":"stream_cut"')
  expect(house.ai.figures.cuts).toBe(1)
})
