import { afterEach, describe, expect, test } from 'bun:test'
import { handbook } from '../testing/handbook.ts'
import { openHouse } from '../testing/house.ts'
import { extract } from './extract.ts'
import { searchInMemory } from './memory-search.ts'
import { PassageIndex } from './passage-index.ts'
import { passagesOf } from './passages.ts'
import { phrases } from './phrases.ts'
import { contentTerms, languageOf, termsOf } from './words.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup() {
  const house = openHouse(undefined)
  closing.push(() => house.close())
  const { organizationId } = await house.team()
  const index = new PassageIndex(house.db)
  const capsuleId = await house.capsule(organizationId, handbook)
  return { house, index, organizationId, capsuleId }
}

/** Written for the page; the block that holds the answer. */
const questions: readonly (readonly [string, string])[] = [
  ['When are you open?', 't0-0'],
  ['Is the museum closed on Mondays?', 't0-0'],
  ['How much is a ticket for adults?', 't1-0'],
  ['What do students pay?', 't1-0'],
  ['Do children have to pay?', 't1-1'],
  ['Can I return my ticket and get a refund?', 't1-2'],
  ['Where can I park my car?', 't2-0'],
  ['Which tram goes there?', 't2-0'],
  ['Are there wheelchairs to lend?', 't3-0'],
  ['Who gave the ship models?', 't4-0'],
  ['How old is the astrolabe?', 't4-1'],
  ['Who built the lens of the lighthouse?', 't4-2'],
  ['May I take photos with a flash?', 't5-0'],
  ['Are tripods allowed?', 't5-0'],
  ['Until when is lunch served?', 't6-0'],
  ['Can my dog come to the café?', 't6-0'],
]

describe('retrieval', () => {
  test.each(questions)('%s', async (question, block) => {
    const { index, organizationId, capsuleId } = await setup()
    const found = index.search(organizationId, capsuleId, 1, question, 3) ?? []
    expect(found.map(({ passage }) => passage.block)).toContain(block)
    expect(extract(found, question, phrases.en).answers).toBe(true)
    const inMemory = searchInMemory({ ...handbook, version: 1 }, question, 3)
    expect(inMemory.map(({ passage }) => passage.block)).toContain(block)
  })

  test.each([
    'What is the capital of Australia?',
    'Write a poem about elephants',
    'How do I reset my router password?',
    '???',
    '" OR capsule:* NEAR(',
    '*',
  ])('the page does not say: %s', async (question) => {
    const { index, organizationId, capsuleId } = await setup()
    const found = index.search(organizationId, capsuleId, 1, question, 3) ?? []
    expect(extract(found, question, phrases.en)).toMatchObject({ answers: false, text: phrases.en.notSaid })
  })

  test('a capsule is answered from itself alone', async () => {
    const { house, index, organizationId, capsuleId } = await setup()
    const block = { id: 'b1', page: 'p1', kind: 'text' as const, text: 'The password of the vault is swordfish.' }
    const secret = await house.capsule(organizationId, { title: 'Secret', blocks: [block] })
    expect(index.search(organizationId, secret, 1, 'vault password', 3)).toHaveLength(1)
    const elsewhere = index.search(organizationId, capsuleId, 1, 'vault password', 3) ?? []
    expect(elsewhere.map(({ passage }) => passage.text)).not.toContain(block.text)
    expect(extract(elsewhere, 'vault password', phrases.en).answers).toBe(false)
  })

  test.each([
    ['What is a lux?', 'A lux is the light of one lumen on a square metre.'],
    ['Was ist ein Lux?', 'Ein Lux ist das Licht von einem Lumen auf einem Quadratmeter.'],
    ['Qu’est-ce qu’un lux ?', 'Le lux est la lumière d’un lumen sur un mètre carré.'],
  ])('%s: the word itself comes before words like it', async (question, answer) => {
    const { house, index, organizationId } = await setup()
    const texts = [
      'Lamps and candles give light, brightness and warm illumination in a room.',
      'Die Lampe ist hell und gibt dem Zimmer ein warmes Licht.',
      'La lampe donne une lumière chaude dans la pièce.',
      answer,
    ]
    const blocks = texts.map((text, n) => ({ id: `b${n}`, page: 'p1', kind: 'text' as const, text }))
    const lights = await house.capsule(organizationId, { title: 'Lights', blocks })
    expect(index.search(organizationId, lights, 1, question, 3)?.[0]?.passage.text).toBe(answer)
  })

  test('a new version takes the place of the old one, and an end forgets all', async () => {
    const { house, index, organizationId, capsuleId } = await setup()
    const blocks = [{ id: 'n1', page: 'p1', kind: 'text' as const, text: 'The museum has moved to Oslo.' }]
    house.texts.set(capsuleId, { version: 2, title: 'Moved', blocks })
    await house.ai.chat.refresh(capsuleId)
    await house.ai.chat.refresh(capsuleId)
    expect(index.search(organizationId, capsuleId, 2, 'Where is it now? Oslo', 3)).toHaveLength(1)
    expect(index.search(organizationId, capsuleId, 1, 'astrolabe', 3)).toBeUndefined()
    const rows = () => house.db.read(organizationId, (tx) => tx.values('SELECT count(*) FROM ai_passage' as never))
    expect(rows()).toEqual([[1]])
    house.texts.delete(capsuleId)
    await house.ai.chat.refresh(capsuleId)
    expect(rows()).toEqual([[0]])
    expect(index.has(organizationId, capsuleId, 2)).toBe(false)
  })
})

test('words: accents, other scripts, small words', () => {
  expect(termsOf('Öffnungszeiten im CAFÉ')).toEqual(['offnungszeiten', 'im', 'cafe'])
  expect(termsOf('東京都')).toEqual(['東京', '京都'])
  expect(contentTerms('What are the opening hours?')).toEqual(['opening', 'hours'])
  expect(languageOf('Wann ist das Museum geöffnet und was kostet es?')).toBe('de')
  expect(languageOf('Où est le musée ?')).toBe('fr')
})

test('a block of many words becomes passages of a few sentences, each citing its block', () => {
  const text = Array.from({ length: 60 }, (_, n) => `Sentence number ${n} says something of its own here.`).join(' ')
  const passages = passagesOf({ title: 'T', blocks: [{ id: 'b', page: 'p', kind: 'text', text }] })
  expect(passages.length).toBeGreaterThan(4)
  expect(passages.map(({ text }) => text).join(' ')).toBe(text)
  expect(Math.max(...passages.map(({ words }) => words))).toBeLessThanOrEqual(100)
})
