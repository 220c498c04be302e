import { afterEach, describe, expect, test } from 'bun:test'
import type { ChatEvent } from './chat/capsule-chat.ts'
import { parseRequest } from './requests.ts'
import { openHouse } from './testing/house.ts'
import { type Fault, faults, simulatedTransport } from './testing/simulated-provider.ts'
import { seeded, VirtualClock } from './testing/virtual-clock.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const config = {
  providers: { a: { url: 'http://a.test/v1' }, b: { url: 'http://b.test/v1' }, c: { url: 'http://c.test/v1' } },
  models: {
    talk: {
      routes: [
        { provider: 'a', model: 'm', tier: 0, weight: 3 },
        { provider: 'b', model: 'm', tier: 0, weight: 1 },
        { provider: 'c', model: 'm', tier: 1 },
      ],
      beginMs: 8_000,
      firstTokenMs: 4_000,
      totalMs: 12_000,
      wholeFallbackAfterMs: 2_000,
    },
  },
  chat: 'talk',
}
const text = {
  title: 'Harbour tours',
  blocks: [
    { id: 'h1', page: 'p1', kind: 'heading' as const, text: 'Tickets' },
    {
      id: 't1',
      page: 'p1',
      kind: 'text' as const,
      text: 'A ticket for the harbour tour costs 18 euros. Children under six travel free.',
    },
  ],
}

async function simulate(seed: number, weights: Partial<Record<Fault, number>> = {}) {
  const clock = new VirtualClock()
  const random = seeded(seed)
  const drawn = new Map<Fault, number>()
  const house = openHouse(config, { clock, random, transport: simulatedTransport(clock, random, drawn, weights) })
  closing.push(() => clock.run(house.close()))
  const team = await clock.run(house.team())
  return { clock, random, drawn, house, team }
}

describe('a capsule’s chat', () => {
  /** The seed stands in the title: a run that failed is repeated by it. */
  test.each([1, 20_261, 77_003, 424_242])(
    'has content within 3 s, whatever providers do (seed %i)',
    async (seed) => {
      const rounds = 2_500
      const { clock, random, drawn, house, team } = await simulate(seed)
      const capsuleId = await clock.run(house.capsule(team.organizationId, text))
      const late: number[] = []
      const sources = { provider: 0, extract: 0, both: 0 }
      const ask = async (n: number) => {
        const startedMs = clock.nowMs()
        let firstMs: number | undefined
        let end: Extract<ChatEvent, { type: 'end' }> | undefined
        const visitor = `visitor${n}`
        const signal = new AbortController().signal
        for await (const event of house.ai.chat.open({
          capsuleId,
          question: 'What does a ticket cost?',
          visitor,
          signal,
        })) {
          if (event.type === 'end') end = event
          else if (event.text !== '') firstMs ??= clock.nowMs() - startedMs
        }
        if (firstMs === undefined || firstMs > 3_000) late.push(n)
        expect(end?.text).not.toBe('')
        if (end !== undefined) sources[end.source]++
      }
      const asked: Promise<void>[] = []
      house.ai.chatSettings.set(
        team.organizationId,
        capsuleId,
        { ...house.ai.chatSettings.of(team.organizationId, capsuleId), questionsOfCapsuleAnHour: 100_000 },
        'test',
      )
      for (let n = 0; n < rounds; n++) {
        asked.push(ask(n))
        await clock.pass(random() * 120)
      }
      await clock.run(Promise.all(asked))
      expect(late).toEqual([])
      expect(sources.provider + sources.extract + sources.both).toBe(rounds)
      for (const source of ['provider', 'extract', 'both'] as const) expect(sources[source]).toBeGreaterThan(0)
      for (const fault of faults) expect(drawn.get(fault) ?? 0).toBeGreaterThan(0)
      expect(house.ai.figures.underWay).toBe(0)
      expect(house.bugs).toEqual([])
    },
    60_000,
  )
})

describe('the proxy', () => {
  test.each([7, 90_210])(
    'every call ends, by an answer or an error, within its deadline (seed %i)',
    async (seed) => {
      const { clock, random, house, team } = await simulate(seed, { none: 2, hang: 4, slow: 2 })
      const outcomes = { whole: 0, refused: 0, stream: 0, cut: 0 }
      const late: string[] = []
      const call = async (n: number) => {
        const stream = random() < 0.6
        const body = JSON.stringify({ model: 'talk', stream, messages: [{ role: 'user', content: `call ${n}` }] })
        const request = parseRequest('chat/completions', new TextEncoder().encode(body).buffer)
        const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
        const startedMs = clock.nowMs()
        const tookMs = () => clock.nowMs() - startedMs
        try {
          const response = await house.ai.proxy.answer(caller, request, new AbortController().signal)
          if (tookMs() > (stream ? 8_000 : 12_000)) late.push(`${n} began after ${tookMs()}`)
          const text = await response.text()
          if (tookMs() > 8_000 + 12_000) late.push(`${n} ended after ${tookMs()}`)
          if (!stream) outcomes.whole++
          else if (text.includes('[DONE]')) outcomes.stream++
          else {
            expect(text).toContain('stream_cut')
            outcomes.cut++
          }
        } catch (error) {
          expect(error).toMatchObject({ name: 'Refusal' })
          if (tookMs() > (stream ? 8_000 : 12_000)) late.push(`${n} was refused after ${tookMs()}`)
          outcomes.refused++
        }
      }
      const calls: Promise<void>[] = []
      for (let n = 0; n < 1_500; n++) {
        calls.push(call(n))
        await clock.pass(random() * 200)
      }
      await clock.run(Promise.all(calls))
      expect(late).toEqual([])
      expect(outcomes.whole + outcomes.refused + outcomes.stream + outcomes.cut).toBe(1_500)
      expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0)
      expect(house.ai.figures.underWay).toBe(0)
      expect(house.bugs).toEqual([])
    },
    60_000,
  )

  test('the same seed gives the same run', async () => {
    const run = async () => {
      const { clock, random, house, team } = await simulate(5)
      const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
      const log: string[] = []
      for (let n = 0; n < 40; n++) {
        const body = JSON.stringify({ model: 'talk', stream: true, messages: [{ role: 'user', content: 'x' }] })
        const request = parseRequest('chat/completions', new TextEncoder().encode(body).buffer)
        const answer = house.ai.proxy.answer(caller, request, new AbortController().signal)
        const line = await clock.run(
          answer.then(
            async (response) => `${(await response.text()).length}`,
            (error: Error) => error.message,
          ),
        )
        log.push(`${Math.round(clock.nowMs())} ${line}`)
        await clock.pass(random() * 100)
      }
      return log
    }
    expect(await run()).toEqual(await run())
  })
})
