import { afterEach, describe, expect, test } from 'bun:test'
import { noPolicy } from '../operations/settings.ts'
import { type House, openHouse } from '../testing/house.ts'
import { type MockProvider, startMockProvider } from '../testing/mock-provider.ts'
import type { ChatEvent } from './capsule-chat.ts'
import { fused } from './fusion.ts'
import type { Passage } from './passages.ts'
import { likeness, type Meaning, meaningOf, packed } from './vectors.ts'

let house: House
let talker: MockProvider
let knower: MockProvider
afterEach(async () => {
  await house?.close()
  talker?.close()
  knower?.close()
})

const text = {
  title: 'The island',
  blocks: [
    { id: 'wool', page: 'p', kind: 'text' as const, text: 'Each family has its own pattern for a pullover.' },
    { id: 'ride', page: 'p', kind: 'text' as const, text: 'A driver waits at the harbour for every ferry.' },
    { id: 'bird', page: 'p', kind: 'text' as const, text: 'Puffins nest on the western slopes in spring.' },
  ],
}

async function setup(prices: readonly object[] = []) {
  talker = startMockProvider()
  knower = startMockProvider()
  house = openHouse({
    providers: { p: { url: knower.url }, talk: { url: talker.url } },
    models: {
      meaning: { routes: [{ provider: 'p', model: 'e' }], retries: 0 },
      talk: { routes: [{ provider: 'talk', model: 'm' }], retries: 0 },
    },
    prices,
    chat: 'talk',
    embeddings: 'meaning',
  })
  const { organizationId } = await house.team()
  const capsuleId = await house.capsule(organizationId, text)
  const ask = async (question: string) => {
    const events: ChatEvent[] = []
    const given = { capsuleId, question, visitor: crypto.randomUUID(), signal: AbortSignal.timeout(30_000) }
    for await (const event of house.ai.chat.open(given)) events.push(event)
    const messages = talker.requests.at(-1)?.body.messages as { content: string }[] | undefined
    const { passages } = JSON.parse(messages?.[1]?.content ?? '{}') as { passages: { text: string }[] }
    return passages.map((passage) => passage.text)
  }
  const embedded = () => knower.requests
  return { organizationId, capsuleId, ask, embedded }
}

describe('with a model that says what texts mean', () => {
  test('passages are found in other words than the question’s, embedded once at publication', async () => {
    const { capsuleId, ask, embedded } = await setup()
    // In another language, words that are only like those asked for lead nowhere.
    expect(await ask('Gibt es hier ein cab?')).toEqual([])
    expect(embedded()).toHaveLength(0)
    await house.jobs.settled()
    expect(embedded().map(({ body }) => (body.input as string[]).length)).toEqual([3])
    expect((await ask('Gibt es hier ein cab?'))[0]).toContain('A driver waits')
    expect((await ask('Where do I get a jumper?'))[0]).toContain('a pullover')
    expect((await ask('When do puffins nest?'))[0]).toContain('Puffins nest')
    await house.ai.chat.refresh(capsuleId)
    await house.jobs.settled()
    expect(embedded()).toHaveLength(4)
    expect(house.bugs).toEqual([])
    expect(house.plans.scans(['ai_passage_search'])).toEqual([])
  })

  test('words alone find when its provider is away', async () => {
    const { ask } = await setup()
    await house.jobs.settled()
    for (const behaviour of ['fail', 'garbage', 'hang'] as const) {
      knower.behave(behaviour)
      expect((await ask('When do puffins nest?'))[0]).toContain('Puffins nest')
      expect(await ask('Gibt es hier ein cab?')).toEqual([])
    }
    expect(house.bugs).toEqual([])
  })

  test('a job begun again embeds what is missing; a spent budget ends it without a fault', async () => {
    const { organizationId, capsuleId, embedded } = await setup([{ provider: 'p', model: 'e', input: 1_000 }])
    await house.ai.policies.set(organizationId, capsuleId, { ...noPolicy, dayNano: 1 }, 'somebody')
    await house.jobs.settled()
    expect(embedded()).toHaveLength(0)
    expect(house.lines).toMatchObject([{ message: 'the budget does not hold more vectors', missing: 3 }])
    expect(house.jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
  })

  test('vectors go with their version', async () => {
    const { organizationId, capsuleId } = await setup()
    await house.jobs.settled()
    const count = () =>
      house.db.read(organizationId, (tx) => tx.all<{ n: number }>('SELECT count(*) AS n FROM ai_vector')[0]?.n)
    expect(count()).toBe(3)
    house.texts.set(capsuleId, { ...text, version: 2, blocks: text.blocks.slice(0, 2) })
    await house.ai.chat.refresh(capsuleId)
    await house.jobs.settled()
    expect(count()).toBe(2)
    house.texts.delete(capsuleId)
    await house.ai.chat.refresh(capsuleId)
    expect(count()).toBe(0)
  })
})

describe('a packed meaning', () => {
  test('keeps the angles of what it was made of', () => {
    const random = seeded(7)
    const some = (): Meaning => meaningOf(Array.from({ length: 768 }, () => random() - 0.5)) ?? new Float32Array()
    for (let n = 0; n < 50; n++) {
      const [a, b] = [some(), some()]
      const exact = a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0)
      expect(Math.abs(likeness(a, packed(b)) - exact)).toBeLessThan(0.01)
      expect(likeness(a, packed(a))).toBeGreaterThan(0.999)
    }
  })

  test('is like nothing of other dimensions; what points nowhere has no meaning', () => {
    const meaning = meaningOf([1, 2]) ?? new Float32Array()
    expect(likeness(meaning, packed(meaningOf([1, 2, 3]) ?? meaning))).toBe(0)
    expect(meaningOf([0, 0])).toBeUndefined()
    expect(meaningOf([Number.NaN])).toBeUndefined()
  })
})

test('two rankings are one by ranks: what stands high in both comes first', () => {
  const passage = (number: number): Passage => ({ number, page: 'p', block: 'b', heading: '', text: '', words: 1 })
  const words = [1, 2, 3].map((number) => ({ passage: passage(number), score: 9, coverage: 0.5 }))
  const found = fused(words, [3, 4, 2].map(passage), 3)
  expect(found.map((one) => [one.passage.number, one.coverage])).toEqual([
    [3, 0.5],
    [2, 0.5],
    [1, 0.5],
  ])
})

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}
