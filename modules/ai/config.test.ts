import { describe, expect, test } from 'bun:test'
import { parseAiConfig } from './config.ts'
import { costOf } from './prices.ts'

const provider = { url: 'https://api.openai.com/v1', key: 'sk-very-secret' }
const good = {
  providers: { openai: provider, local: { url: 'http://127.0.0.1:11434/v1' } },
  models: {
    default: {
      routes: [
        { provider: 'openai', model: 'gpt-x' },
        { provider: 'local', model: 'llama' },
      ],
    },
  },
  prices: [
    { provider: 'openai', model: 'gpt-x', input: 0.0375, output: 0.15 },
    { provider: 'openai', model: 'gpt-x', from: '2026-06-01', input: 0.05, output: 0.2 },
  ],
  chat: 'default',
}

describe('ENCAPSIFY_AI_PROVIDERS', () => {
  test('what is not given has a default', () => {
    const config = parseAiConfig(good)
    expect(config.chat?.routes.map(({ tier }) => tier)).toEqual([0, 1])
    expect(config.chat?.fallbackAfterMs).toBe(1_800)
    expect(parseAiConfig(undefined).chat).toBeUndefined()
  })

  test.each([
    ['no providers', {}, '/providers'],
    ['an address that is none', { ...good, providers: { openai: { url: 'api.openai.com' } } }, '/providers/openai/url'],
    [
      'a password in the address',
      { ...good, providers: { openai: { url: 'https://a:b@c.d' } } },
      '/providers/openai/url',
    ],
    ['an unknown field', { ...good, providers: { openai: { ...provider, secret: 'x' } } }, '/providers/openai/secret'],
    [
      'an unknown provider',
      { ...good, models: { m: { routes: [{ provider: 'x', model: 'y' }] } } },
      '/models/m/routes/0',
    ],
    ['no routes', { ...good, models: { m: { routes: [] } } }, '/models/m/routes'],
    ['a negative price', { ...good, prices: [{ provider: 'openai', model: 'gpt-x', input: -1 }] }, '/prices/0/input'],
    [
      'a day that is none',
      { ...good, prices: [{ provider: 'openai', model: 'g', from: '2026-13-40', input: 1 }] },
      '2026-13-40',
    ],
    ['a chat without its model', { ...good, chat: 'none' }, '/chat'],
  ])('%s stops the start with a line that names it', (_what, value, place) => {
    expect(() => parseAiConfig(value)).toThrow('ENCAPSIFY_AI_PROVIDERS')
    expect(() => parseAiConfig(value)).toThrow(place)
    expect(() => parseAiConfig(value)).not.toThrow('sk-very-secret')
  })
})

test('prices hold from their day on, below a nano-USD a token too, and are rounded up', () => {
  const { prices } = parseAiConfig(good)
  const before = prices.at('openai', 'gpt-x', Date.UTC(2026, 4, 31))
  const after = prices.at('openai', 'gpt-x', Date.UTC(2026, 5, 1))
  expect(costOf(before, { input: 1_000_000, output: 0 })).toBe(37_500_000)
  expect(costOf(after, { input: 1_000_000, output: 1_000_000 })).toBe(250_000_000)
  expect(costOf(before, { input: 1, output: 0 })).toBe(38)
  expect(costOf(undefined, { input: 5, output: 5 })).toBe(0)
  // Beyond what a number holds exactly, and just below it.
  const dear = { provider: 'p', model: 'm', fromMs: 0, inputNano: 9_007_199_254, outputNano: 1 }
  expect(costOf(dear, { input: 1_000_000, output: 740_991 })).toBe(9_007_199_255)
  expect(costOf(dear, { input: 1_000_000, output: 740_992 })).toBe(9_007_199_255)
  expect(costOf({ ...dear, inputNano: 150_000_001 }, { input: 2_000_000_000, output: 1 })).toBe(300_000_002_001)
})
