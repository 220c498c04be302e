import { afterEach, describe, expect, test } from 'bun:test'
import { parseAiConfig, type Route } from '../config.ts'
import { parseRequest } from '../requests.ts'
import { openHouse } from '../testing/house.ts'
import { seeded, VirtualClock } from '../testing/virtual-clock.ts'
import { Breaker } from './breaker.ts'
import { retryAfterMs } from './failure.ts'
import { type Circumstances, orderRoutes } from './order.ts'
import { StreamTap } from './stream-tap.ts'
import type { Transport } from './transport.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const config = (alias: object = {}) => ({
  providers: { a: { url: 'http://a.test/v1' }, b: { url: 'http://b.test/v1' } },
  models: {
    talk: {
      routes: [
        { provider: 'a', model: 'm' },
        { provider: 'b', model: 'm' },
      ],
      ...alias,
    },
  },
})
const whole = () => Response.json({ choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' } }] })
const stream = () =>
  new Response('data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n', {
    headers: { 'content-type': 'text/event-stream' },
  })

/** Calls in virtual time; `log` says when each provider was asked. */
async function setup(alias: object, answer: (host: string, n: number) => Promise<Response> | Response) {
  const clock = new VirtualClock()
  const log: string[] = []
  let startedMs = clock.nowMs()
  const counts = new Map<string, number>()
  const transport: Transport = async ({ url, signal }) => {
    const host = new URL(url).hostname.slice(0, 1)
    const n = (counts.get(host) ?? 0) + 1
    counts.set(host, n)
    log.push(`${host} at ${clock.nowMs() - startedMs}`)
    const gone = Promise.withResolvers<never>()
    signal.addEventListener('abort', () => gone.reject(new Error('gone')))
    return Promise.race([answer(host, n), gone.promise])
  }
  const house = openHouse(config(alias), { clock, random: () => 0.5, transport })
  closing.push(() => clock.run(house.close()))
  const team = await clock.run(house.team())
  const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
  const call = async (streaming: boolean) => {
    startedMs = clock.nowMs()
    log.length = 0
    const body = JSON.stringify({ model: 'talk', stream: streaming, messages: [{ role: 'user', content: 'x' }] })
    const request = parseRequest('chat/completions', new TextEncoder().encode(body).buffer)
    const answered = house.ai.proxy.answer(caller, request, new AbortController().signal)
    const status = await clock.run(
      answered.then(
        async (response) => `${response.status} ${(await response.text()).length > 0}`,
        (error: { status: number; options: { code: string } }) => `${error.status} ${error.options.code}`,
      ),
    )
    return { status, log: [...log], tookMs: clock.nowMs() - startedMs }
  }
  return { call, clock }
}

const never = () => new Promise<Response>(() => {})
const failing = () => new Response('no', { status: 500 })

describe('the deadline rule', () => {
  test('nothing begun at 1.8 s: the fallback starts beside, and begins', async () => {
    const { call } = await setup({}, (host) => (host === 'a' ? never() : stream()))
    expect(await call(true)).toEqual({ status: '200 true', log: ['a at 0', 'b at 1800'], tookMs: 1_800 })
  })

  test('who was first to be asked may still be first to answer', async () => {
    const { call, clock } = await setup({}, (host) =>
      host === 'a' ? new Promise((resolve) => clock.after(2_000, () => resolve(stream()))) : never(),
    )
    expect(await call(true)).toEqual({ status: '200 true', log: ['a at 0', 'b at 1800'], tookMs: 2_000 })
  })

  test('all silent: 504 at the call’s own deadline', async () => {
    const { call } = await setup({ beginMs: 5_000, firstTokenMs: 60_000 }, never)
    expect(await call(true)).toMatchObject({ status: '504 deadline_exceeded', tookMs: 5_000 })
  })

  test('a whole answer may take its time, and then has its own deadline', async () => {
    const { call } = await setup({ totalMs: 30_000 }, never)
    expect(await call(false)).toEqual({
      status: '504 deadline_exceeded',
      log: ['a at 0', 'b at 20000'],
      tookMs: 30_000,
    })
  })
})

test('while every provider has asked for a pause, the next call hears that, and not that they fail', async () => {
  const limited = () => new Response('{}', { status: 429, headers: { 'retry-after': '60' } })
  const { call } = await setup({ retries: 0 }, limited)
  const statuses = [await call(false), await call(false)].map(({ status }) => status)
  expect(statuses).toEqual(['429 upstream_rate_limited', '429 upstream_rate_limited'])
})

describe('retries', () => {
  test('the other route at once, then the round again after a pause with jitter', async () => {
    const { call } = await setup({}, (_host, n) => (n === 1 ? failing() : whole()))
    expect((await call(false)).log).toEqual(['a at 0', 'b at 0', 'a at 112'])
  })

  test('they end, and the last failure speaks', async () => {
    const { call } = await setup({ retries: 1 }, failing)
    expect(await call(false)).toMatchObject({ status: '502 upstream_status' })
  })

  test('a provider that asks for a pause gets it', async () => {
    const { call } = await setup({ routes: [{ provider: 'a', model: 'm' }] }, (_host, n) =>
      n === 1 ? new Response('{}', { status: 429, headers: { 'retry-after': '2' } }) : whole(),
    )
    expect((await call(false)).log).toEqual(['a at 0', 'a at 2000'])
  })

  test('a route that fails again and again is left alone, then tried with one call', async () => {
    let isDown = true
    const { call, clock } = await setup({ retries: 0 }, (host) => (host === 'a' && isDown ? failing() : whole()))
    for (let n = 0; n < 5; n++) expect((await call(false)).log).toEqual(['a at 0', 'b at 0'])
    expect((await call(false)).log).toEqual(['b at 0'])
    isDown = false
    await clock.pass(2_100)
    expect((await call(false)).log).toEqual(['a at 0'])
    expect((await call(false)).log).toEqual(['a at 0'])
  })

  test('when every route rests the call is told so at once', async () => {
    const { call } = await setup({ retries: 0, routes: [{ provider: 'a', model: 'm' }] }, failing)
    for (let n = 0; n < 5; n++) await call(false)
    expect(await call(false)).toEqual({ status: '503 providers_resting', log: [], tookMs: 0 })
  })
})

test('weights share the first tries, and tiers come before them', () => {
  const { chat } = parseAiConfig({
    ...config({
      routes: [
        { provider: 'a', model: 'm', tier: 0, weight: 3 },
        { provider: 'b', model: 'm', tier: 0, weight: 1 },
        { provider: 'b', model: 'last', tier: 1, weight: 100 },
      ],
    }),
    chat: 'talk',
  })
  const random = seeded(4)
  let first = 0
  for (let n = 0; n < 4_000; n++) {
    const order = orderRoutes(
      { routes: chat?.routes ?? [], choice: 'weight' },
      { random, usualMs: () => undefined, prefix: () => '' },
    )
    expect(order.map(({ model }) => model)).toEqual(['m', 'm', 'last'])
    if (order[0]?.provider.name === 'a') first++
  }
  expect(first / 4_000).toBeCloseTo(0.75, 1)
})

test('a breaker whose probe never comes back tries again', () => {
  const breaker = new Breaker(() => 0.5)
  for (let n = 0; n < 5; n++) breaker.fail(0)
  expect([breaker.admits(1_999), breaker.admits(2_001), breaker.admits(2_002)]).toEqual([false, true, false])
  expect(breaker.admits(70_000)).toBe(true)
  breaker.fail(70_001)
  expect([breaker.admits(73_000), breaker.admits(75_000)]).toEqual([false, true])
})

test('a pause in seconds or as a date, and nothing absurd', () => {
  const of = (text: string) => retryAfterMs(new Headers({ 'retry-after': text }), Date.UTC(2026, 0, 1))
  expect([of('3'), of('0.5'), of('Thu, 01 Jan 2026 00:00:09 GMT'), of('soon'), of('99999999')]).toEqual([
    3_000,
    500,
    9_000,
    undefined,
    600_000,
  ])
})

test('a tap sees the end and the count, however the stream was split, and only a short tail is kept', () => {
  const text = `${'data: {"choices":[{"delta":{"content":"word"}}]}\n\n'.repeat(5_000)}data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5000}}\n\ndata: [DONE]\n\n`
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 13, 4_096, bytes.length]) {
    const tap = new StreamTap()
    for (let at = 0; at < bytes.length; at += size) tap.push(bytes.subarray(at, at + size))
    expect(tap.isDone).toBe(true)
    expect(tap.usage).toEqual({ input: 7, output: 5_000 })
    expect(Math.abs(tap.outputSeen - 5_000)).toBeLessThan(50)
  }
  const cut = new StreamTap()
  cut.push(new TextEncoder().encode('data: {"choices":[{"delta":{"content":"data: [DONE]"}}]}\n\n'))
  expect(cut.isDone).toBe(false)
})

describe('the choice among routes of one tier', () => {
  const routes = () => {
    const given = [
      { provider: 'a', model: 'm', tier: 0 },
      { provider: 'b', model: 'm', tier: 0, weight: 3 },
      { provider: 'a', model: 'last', tier: 1 },
    ]
    return parseAiConfig(config({ routes: given })).aliases.get('talk')?.routes ?? []
  }
  const names = (choice: 'latency' | 'sticky', now: Partial<Circumstances>) =>
    orderRoutes(
      { routes: routes(), choice },
      { random: () => 0.5, usualMs: () => undefined, prefix: () => '', ...now },
    ).map(({ provider, model }) => `${provider.name}${model}`)

  test('by latency: the quicker first, an unknown one before it, and the dice for a few', () => {
    const usual = (a: number | undefined, b: number | undefined) => ({
      usualMs: ({ provider }: Route) => (provider.name === 'a' ? a : b),
    })
    expect(names('latency', usual(10, 300))).toEqual(['am', 'bm', 'alast'])
    expect(names('latency', usual(300, 10))).toEqual(['bm', 'am', 'alast'])
    expect(names('latency', usual(10, undefined))).toEqual(['bm', 'am', 'alast'])
    const dice = [0.9, 0.1, 0.01]
    expect(names('latency', { ...usual(10, 300), random: () => dice.shift() ?? 0 })).toEqual(['bm', 'am', 'alast'])
  })

  test('sticky: the same prefix to the same route always, prefixes spread by weight', () => {
    const first = Array.from({ length: 2_000 }, (_, n) => names('sticky', { prefix: () => `p${n}` })[0])
    expect(first).toEqual(Array.from({ length: 2_000 }, (_, n) => names('sticky', { prefix: () => `p${n}` })[0]))
    expect(first.filter((name) => name === 'bm').length).toBeWithin(1_400, 1_600)
  })

  test('hedged: the next starts beside when the first takes three times as long as usual; it is no failure', async () => {
    const delays = [200, 200, 5_000]
    const clocked: { clock?: VirtualClock } = {}
    const late = (ms: number) => new Promise<Response>((resolve) => clocked.clock?.after(ms, () => resolve(stream())))
    const { call, clock } = await setup({ hedge: true }, (host, n) => late(host === 'a' ? (delays[n - 1] ?? 0) : 50))
    clocked.clock = clock
    await call(true)
    await call(true)
    expect(await call(true)).toEqual({ status: '200 true', log: ['a at 0', 'b at 600'], tookMs: 650 })
  })

  test('a route that was silent until another one answered counts as slow', async () => {
    const clocked: { clock?: VirtualClock } = {}
    const late = (ms: number) => new Promise<Response>((resolve) => clocked.clock?.after(ms, () => resolve(stream())))
    const tier = { routes: ['a', 'b'].map((provider) => ({ provider, model: 'm', tier: 0 })), choice: 'latency' }
    const { call, clock } = await setup(tier, (host) => (host === 'b' ? never() : late(100)))
    clocked.clock = clock
    // The dice of this test say a, then b of equals: b is tried once, and no more.
    await call(true)
    await call(true)
    expect((await call(true)).log).toEqual(['a at 0'])
  })
})
