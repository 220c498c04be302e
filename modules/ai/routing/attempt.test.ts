import { expect, test } from 'bun:test'
import { providerWith } from '../config.ts'
import { parseRequest } from '../requests.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { Attempt } from './attempt.ts'
import { AttemptFailure, refusalOf } from './failure.ts'

const key = 'abc/def+12345'
const provider = providerWith('p', new URL('http://127.0.0.1:1/v1'), { key })
const request = parseRequest(
  'chat/completions',
  new TextEncoder().encode(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })).buffer,
)

async function failure(status: number, body: string): Promise<AttemptFailure> {
  const attempt = new Attempt({
    ...{ request, route: { provider, model: 'm', tier: 0, weight: 1 }, clock: new VirtualClock() },
    meter: { outputTokensMax: undefined, close: () => {} },
    transport: async () => new Response(body, { status }),
  })
  const error: unknown = await attempt.begin().catch((thrown: unknown) => thrown)
  if (error instanceof AttemptFailure) return error
  throw new Error('It did not fail.')
}

// PHP escapes slashes in JSON.
test.each([401, 403, 429, 500])('a key in a %i is hidden, however its JSON writes it', async (status) => {
  const { details } = await failure(status, '{"error":{"message":"Bad key abc\\/def+12345"}}')
  expect(details.body).toBe('{"error":{"message":"Bad key …"}}')
})

test('whoever calls hears no key of a provider that takes no more', async () => {
  expect(refusalOf(await failure(429, '{"error":{"message":"Bad key abc\\/def+12345"}}')).message).toBe('Bad key …')
})

test('what is no fault in that shape keeps its words, but for the key', async () => {
  expect((await failure(502, `<p>${key}</p>`)).details.body).toBe('<p>…</p>')
})
