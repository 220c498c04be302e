import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { FinishedSpan } from '../../src/observability/tracing/span.ts'
import { Tracer } from '../../src/observability/tracing/tracer.ts'
import { type House, openHouse } from './testing/house.ts'
import { type MockProvider, startMockProvider } from './testing/mock-provider.ts'

const spans: FinishedSpan[] = []
const tracer = new Tracer({ ratio: 1, send: (sent) => spans.push(...sent) })
let provider: MockProvider
let house: House
let caller: { organizationId: Awaited<ReturnType<House['team']>>['organizationId']; keyId: string; capsuleId: string }

beforeAll(async () => {
  provider = startMockProvider()
  house = openHouse(
    { providers: { mock: { url: provider.url } }, models: { fast: { routes: [{ provider: 'mock', model: 'm-1' }] } } },
    { tracer },
  )
  const { organizationId, keyId } = await house.team()
  caller = { organizationId, keyId, capsuleId: '' }
})
afterAll(async () => {
  await house?.close()
  provider?.close()
})

async function asked(body: object): Promise<string> {
  const { parseRequest } = await import('./requests.ts')
  const text = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'A secret.' }], ...body })
  const request = parseRequest('chat/completions', new TextEncoder().encode(text).buffer)
  const root = tracer.begin({ name: 'root', kind: 'server' })
  if (root === undefined) throw new Error('Too many.')
  const answer = await tracer.run(root, () => house.ai.proxy.answer(caller, request, new AbortController().signal))
  root.end()
  return answer.text()
}

test.each([false, true])('a call is a span by the conventions of generative AI (stream: %p)', async (stream) => {
  spans.length = 0
  provider.behave('answer')
  await asked({ stream, max_tokens: 7, temperature: 0.5 })
  const [root, call] = [spans.find(({ name }) => name === 'root'), spans.find(({ name }) => name === 'chat m-1')]
  expect(call?.kind).toBe('client')
  expect(call?.parentSpanId).toBe(root?.spanId)
  expect(call?.error).toBeUndefined()
  expect(call?.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'm-1',
    'gen_ai.request.stream': stream,
    'gen_ai.request.max_tokens': 7,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(provider.url).port),
  })
  expect(JSON.stringify(spans)).not.toContain('secret')
})

test('a try that fails and a stream that is cut say so', async () => {
  spans.length = 0
  provider.behave('fail', 'die-mid-stream')
  await asked({ stream: true })
  const calls = spans.filter(({ name }) => name === 'chat m-1')
  expect(calls.map(({ attributes, error }) => [attributes['error.type'], error])).toEqual([
    ['failed', 'The provider did not answer.'],
    ['cut', 'The answer broke off.'],
  ])
})
