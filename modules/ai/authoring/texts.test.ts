import { expect, test } from 'bun:test'
import { type CapsuleDocument, parseDocument } from '../../capsule/index.ts'
import { runsOf } from './texts.ts'

const choices = [
  { id: 'a', text: 'Yes' },
  { id: 'b', text: 'No' },
]
const paragraph = {
  type: 'paragraph',
  content: [
    { type: 'text', text: 'See ' },
    { type: 'text', text: 'the tour', marks: [{ type: 'link', attrs: { href: 'https://a.example/' } }] },
    { type: 'text', text: ' & ' },
    { type: 'text', text: 'x < 1', marks: [{ type: 'code' }] },
    { type: 'hardBreak' },
    { type: 'text', text: 'now', marks: [{ type: 'bold' }] },
  ],
}

const document = () =>
  parseDocument({
    format: 1,
    settings: { description: 'About it', language: 'en' },
    pages: [
      {
        id: 'one',
        title: 'Start',
        blocks: [
          { id: 'h', type: 'heading', text: 'Hello' },
          {
            id: 't',
            type: 'richText',
            content: {
              type: 'doc',
              content: [paragraph, { type: 'codeBlock', content: [{ type: 'text', text: 'run()' }] }],
            },
          },
          { id: 'i', type: 'image', src: '/-/nothing', alt: 'A boat', caption: '12:30' },
          { id: 'p', type: 'poll', question: 'Well?', choices },
          {
            id: 'q',
            type: 'quiz',
            questions: [{ id: 'q1', text: 'Why?', choices, correct: ['a'], explanation: 'So.' }],
          },
          {
            id: 'c',
            type: 'columns',
            columns: [
              [{ id: 'f', type: 'form', fields: [{ id: 'f1', kind: 'choice', label: 'Which', choices }] }],
              [{ id: 'w', type: 'chat', greeting: 'Ask', starters: ['What?'] }],
            ],
          },
          { id: 'b', type: 'button', label: 'Go', to: 'one' },
        ],
      },
    ],
  })

/** A document without its words: what a translation must leave as it is. */
const bones = (value: CapsuleDocument) =>
  JSON.stringify(value, (name, one) =>
    [
      'text',
      'title',
      'label',
      'question',
      'alt',
      'caption',
      'explanation',
      'greeting',
      'starters',
      'description',
    ].includes(name)
      ? 'words'
      : (one as unknown),
  )

test('every text is found once, in reading order, with its marks as tags', () => {
  expect(runsOf(document()).map(({ text }) => text)).toEqual([
    ...['About it', 'Start', 'Hello', 'See <1>the tour</1> &amp; <3/><4/><5>now</5>', 'A boat', 'Well?', 'Yes', 'No'],
    ...['Why?', 'Yes', 'No', 'So.', 'Which', 'Yes', 'No', 'Ask', 'What?', 'Go'],
  ])
})

test('texts are put back, and nothing else has changed', () => {
  const made = document()
  for (const run of runsOf(made)) expect(run.put(run.text.replace(/[A-Za-z]+(?![^<]*>)/g, 'Wort'))).toBe(true)
  expect(bones(parseDocument(made))).toBe(bones(document()))
  expect(JSON.stringify(made)).not.toContain('Hello')
  expect(JSON.stringify(made)).toContain('run()')
})

test('parts of a sentence may change their order', () => {
  const made = document()
  const run = runsOf(made)[3]
  expect(run?.put('<5>Jetzt</5><4/><3/> und <1>den Rundgang</1> ansehen &lt;hier')).toBe(true)
  const block = made.pages[0]?.blocks[1]
  const { content } = (block?.type === 'richText' ? block.content : {}) as { content: { content: object[] }[] }
  const [first, ...rest] = content[0]?.content ?? []
  expect(first).toEqual({ type: 'text', text: 'Jetzt', marks: [{ type: 'bold' }] })
  expect(rest.at(-1)).toEqual({ type: 'text', text: ' ansehen <hier' })
})

test.each([
  ['a tag is missing', 'See the tour &amp; <3/><4/><5>now</5>'],
  ['a tag stands twice', 'See <1>the</1> <1>tour</1> <3/><4/><5>now</5>'],
  ['a tag is another one', 'See <1>a</1> <3/><4/><5>now</5><9>x</9>'],
  ['a tag holds a tag', 'See <1>a <5>now</5></1> <3/><4/>'],
  ['code was given words', 'See <1>a</1> <3>y</3><4/><5>now</5>'],
  ['a tag is empty', 'See <1></1> <3/><4/><5>now</5>'],
  ['there is nothing', ''],
  ['there is far too much', `<1>a</1> <3/><4/><5>now</5>${'x'.repeat(5_000)}`],
])('a text in which %s is not taken', (_, given) => {
  const made = document()
  expect(runsOf(made)[3]?.put(given)).toBe(false)
  expect(made).toEqual(document())
})

test('a heading does not become longer than a heading may be', () => {
  const made = document()
  expect(runsOf(made)[2]?.put('x'.repeat(201))).toBe(false)
  expect(runsOf(made)[2]?.put('a\nb\u0000 <b>c</b>')).toBe(true)
  expect(made.pages[0]?.blocks[0]).toEqual({ id: 'h', type: 'heading', text: 'a b c' })
})
