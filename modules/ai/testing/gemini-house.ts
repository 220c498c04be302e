import OpenAI from 'openai'
import { openHouse } from './house.ts'
import { startMockGemini } from './mock-gemini.ts'
import { startMockProvider } from './mock-provider.ts'

/** The proxy with Gemini behind it, and an OpenAI client before it; `both` has another provider to fall back to. */
export async function geminiHouse(respond?: Parameters<typeof startMockGemini>[0]) {
  const gemini = startMockGemini(respond)
  const mock = startMockProvider()
  const route = (model: string) => [{ provider: 'google', model }]
  const house = openHouse({
    providers: { google: { kind: 'gemini', url: gemini.url, key: 'AIza-secret' }, other: { url: mock.url } },
    models: {
      smart: { routes: route('gemini-3-flash'), retries: 0 },
      early: { routes: route('gemini-2.5-flash'), retries: 0 },
      vectors: { routes: route('gemini-embedding-001'), retries: 0 },
      both: { routes: [...route('gemini-3-flash'), { provider: 'other', model: 'm' }], retries: 0 },
    },
    prices: [{ provider: 'google', model: 'gemini-3-flash', input: 1, output: 5 }],
  })
  const { key } = await house.team()
  const client = new OpenAI({ apiKey: key, baseURL: `${house.serve()}/ai/v1`, maxRetries: 0 })
  return {
    ...{ house, client, gemini, mock },
    async close() {
      await house.close()
      await gemini.close()
      await mock.close()
    },
  }
}

export const messages = [{ role: 'user' as const, content: 'Hello' }]
export const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'The weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
}
