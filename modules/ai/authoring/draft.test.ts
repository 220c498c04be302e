import { expect, test } from 'bun:test'
import { blocksOf, parseDocument } from '../../capsule/index.ts'
import { documentIn, draftByConversion } from './draft.ts'
import { quizIn } from './quiz.ts'

const oneBlock = (block: unknown) => documentIn({ pages: [{ blocks: [block] }] })

test.each([
  ['an unknown kind', { type: 'script', text: 'alert(1)' }],
  ['HTML in the place of a block', '<script>alert(1)</script>'],
  ['a picture from somewhere', { type: 'image', src: 'https://evil.example/pixel.gif' }],
  ['a frame from somewhere', { type: 'embed', url: 'https://evil.example/' }],
  ['a script as a button', { type: 'button', label: 'Go', url: 'javascript:alert(1)' }],
  ['a plain http button', { type: 'button', label: 'Go', url: 'http://a.example/' }],
  ['a button to a page of its own invention', { type: 'button', label: 'Go', url: 'page-2' }],
  ['a heading of tags alone', { type: 'heading', text: '<b></b>' }],
  ['an empty text', { type: 'text', markdown: ' \n\u0000 ' }],
  ['a poll with one choice', { type: 'poll', question: 'Well?', choices: ['Yes', ''] }],
  [
    'a quiz whose right choice is none',
    { type: 'quiz', questions: [{ text: 'Why?', choices: ['a', 'b'], right: [3] }] },
  ],
  [
    'a quiz whose choices are all right',
    { type: 'quiz', questions: [{ text: 'Why?', choices: ['a', 'b'], right: [1, 2] }] },
  ],
  ['a form without fields', { type: 'form', fields: [{ kind: 'password', label: 'Your password' }] }],
  ['a prototype', JSON.parse('{ "type": "heading", "__proto__": { "text": "x" } }')],
  ['null', null],
])('%s is left out, and counted', (_, block) => {
  expect(oneBlock(block)).toBeUndefined()
  const beside = documentIn({ pages: [{ blocks: [block, { type: 'heading', text: 'Good' }] }] })
  expect(beside?.dropped).toBe(1)
  expect(beside?.document.pages[0]?.blocks).toHaveLength(1)
})

test.each([[undefined], [[]], ['pages'], [[null, 1, { blocks: 'x' }]], [{ 0: { blocks: [] } }]])(
  'pages that are none (%j) make no document',
  (pages) => {
    expect(documentIn({ pages })).toBeUndefined()
  },
)

test('there are no more pages, blocks and letters than a draft may have', () => {
  const blocks = Array.from({ length: 500 }, () => ({ type: 'heading', text: 'h'.repeat(100_000) }))
  const made = documentIn({
    title: 'x',
    pages: Array.from({ length: 50 }, () => ({ title: 't'.repeat(9_000), blocks })),
  })
  const document = parseDocument(made?.document)
  expect([...blocksOf(document)]).toHaveLength(60)
  expect(made?.dropped).toBe(12 * 500 - 60)
})

test('ids of a model are never taken', () => {
  const made = documentIn({ pages: [{ id: 'x', blocks: [{ id: '__proto__', type: 'heading', text: 'A' }] }] })
  expect(JSON.stringify(made)).not.toContain('__proto__')
})

const kinds = ['heading', 'text', 'poll', 'quiz', 'form', 'button', 'divider']
const names = [
  'text',
  'markdown',
  'choices',
  'questions',
  'right',
  'label',
  'url',
  'fields',
  'kind',
  'question',
  'title',
]
/** A block with some of the right names, and anything under them. */
const record = (random: () => number) =>
  Object.fromEntries(names.filter(() => random() < 0.7).map((name) => [name, anything(random, 3)]))

/** Values as a broken or hostile model may give them. */
function anything(random: () => number, depth: number): unknown {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const leaf = () =>
    pick<unknown>([
      ...['heading', 'text', 'poll', 'quiz', 'form', 'button', 'divider', 'columns', 'richText', '', 'x'.repeat(6_000)],
      ...['<img src=x onerror=alert(1)>', '[a](javascript:1)', '\ud800', '\u0000', 'mailto:a@b.example', '__proto__'],
      ...[0, -1, 1, 2, 1e308, true, false, null, undefined],
    ])
  if (depth === 0 || random() < 0.3) return leaf()
  if (random() < 0.5) return Array.from({ length: Math.floor(random() * 5) }, () => anything(random, depth - 1))
  return Object.fromEntries(
    Array.from({ length: Math.floor(random() * 8) }, () => [pick(names), anything(random, depth - 1)]),
  )
}

test('whatever a model answers, what is made of it is a document or nothing', () => {
  let seed = 20_261_124
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  let made = 0
  for (let n = 0; n < 3_000; n++) {
    const given = {
      title: anything(random, 1),
      pages: [
        { blocks: Array.from({ length: 4 }, () => ({ type: kinds[Math.floor(random() * 7)], ...record(random) })) },
      ],
    }
    const found = documentIn(given)
    if (found === undefined) continue
    made++
    expect(() => parseDocument(found.document), JSON.stringify(given)).not.toThrow()
    expect(JSON.stringify(found.document)).not.toMatch(/"(href|to|url|src)":"javascript:|<img/)
  }
  expect(made).toBeGreaterThan(500)
})

test('a quiz keeps its good questions, and has no more than were asked for', () => {
  const good = { text: 'Why?', choices: ['a', 'b'], right: [2], explanation: '' }
  const block = quizIn([{ text: 'broken' }, good, { ...good, choices: ['a', ''] }, good, good], 2)
  expect(block?.questions).toHaveLength(2)
  expect(block?.questions[0]?.correct).toEqual([block?.questions[0]?.choices[1]?.id ?? ''])
})

test("a conversion is the source's headings, paragraphs and lists, and its title is not said twice", () => {
  const { title, document, by, isCut } = draftByConversion({
    title: 'The guide',
    markdown: '# The guide\n\nHello **there**.\n\n- a\n- b\n\n## Prices\n\n9 euros.\n\n##### Small',
    isCut: false,
  })
  expect({ title, by, isCut }).toEqual({ title: 'The guide', by: 'conversion', isCut: false })
  const blocks = [...blocksOf(document)]
  const shown = blocks.map((block) => (block.type === 'heading' ? `${block.text} ${block.level}` : block.type))
  expect(shown).toEqual(['richText', 'Prices 2', 'richText', 'Small 4'])
})

test('a source without end is cut, and says so', () => {
  const markdown = Array.from({ length: 5_000 }, (_, n) => `## Part ${n}\n\n${'word '.repeat(20)}`).join('\n\n')
  const { document, isCut } = draftByConversion({ title: 'Long', markdown, isCut: false })
  expect(isCut).toBe(true)
  expect([...blocksOf(document)].length).toBeLessThanOrEqual(302)
})
