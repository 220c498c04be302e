import { expect, test } from 'bun:test'
import { parseDocument } from '../../capsule/index.ts'
import { markdownOf, type RichNode, richTextOf, wordsIn } from './markdown-text.ts'

const text = (words: string, ...marks: NonNullable<RichNode['marks']>[number][]): RichNode => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks }),
})
const inOneParagraph = (markdown: string) => richTextOf(markdown).content?.[0]?.content

test('paragraphs, lists, quotations, headings and code become what a document holds', () => {
  const { content = [] } = richTextOf(
    '# One\n\nTwo\nlines\n\n- a\n- b\n\n3. c\n\n> said\n> so\n\n```js\n<b>1</b>\n```\n\n---\n#hashtag',
  )
  expect(content.map(({ type }) => type)).toEqual([
    ...['heading', 'paragraph', 'bulletList', 'orderedList', 'blockquote', 'codeBlock', 'horizontalRule', 'paragraph'],
  ])
  expect(content[0]?.attrs).toEqual({ level: 2 })
  expect(wordsIn(content[1] ?? { type: '' })).toBe('Two lines')
  expect(wordsIn(content[5] ?? { type: '' })).toBe('<b>1</b>')
})

test('bold, italics, code and links are marks, also within each other', () => {
  expect(inOneParagraph('a **b *c*** `d*` [e](https://e.example/) ~~f~~')).toEqual([
    text('a '),
    text('b ', { type: 'bold' }),
    text('c', { type: 'bold' }, { type: 'italic' }),
    text(' '),
    text('d*', { type: 'code' }),
    text(' '),
    text('e', { type: 'link', attrs: { href: 'https://e.example/' } }),
    text(' '),
    text('f', { type: 'strike' }),
  ])
  expect(inOneParagraph('snake_case_name and 2 * 3 * 4')).toEqual([text('snake_case_name and 2 * 3 * 4')])
})

test.each([
  ['a script link', '[click](javascript:alert(1))'],
  ['a data link', '[click](data:text/html;base64,PHN2Zz4=)'],
  ['plain http', '[click](http://a.example/)'],
  ['a link with a password', '[click](https://a:b@c.example/)'],
  ['a relative link', '[click](//evil.example)'],
  ['a picture', '![click](javascript:alert)'],
])('%s is its words alone', (_, markdown) => {
  const words = JSON.stringify(richTextOf(markdown))
  expect(words).not.toContain('link')
  expect(words).toContain('click')
})

test('tags are taken out, and what is none stays', () => {
  expect(wordsIn(richTextOf('a <img src=x onerror=alert(1)> b <script>x</script> 1 < 2 & 3 > 2'))).toBe(
    'a   b  x  1 < 2 & 3 > 2',
  )
})

test('what is rich text comes back as it was', () => {
  const content = {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 3 }, content: [text('A *starred* heading')] },
      {
        type: 'paragraph',
        content: [
          text('1. not a list, '),
          text('bold', { type: 'bold' }),
          { type: 'hardBreak' },
          text('site', { type: 'link', attrs: { href: 'https://a.example/b_c_d' } }),
        ],
      },
      {
        type: 'bulletList',
        content: [{ type: 'listItem', content: [{ type: 'paragraph', content: [text('one [x]')] }] }],
      },
      { type: 'codeBlock', content: [text('let a = `b`')] },
    ],
  }
  expect(richTextOf(markdownOf(content))).toEqual(content)
})

test('underlines and what stands low or high are kept by their tags, which hold nothing else', () => {
  const [u, sub, sup] = [{ type: 'underline' }, { type: 'subscript' }, { type: 'superscript' }]
  const content = {
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [
          text('H'),
          text('2', sub),
          text('O at 10'),
          text('3', sup),
          text(' is '),
          text('very ', u),
          text('wet', u, { type: 'bold' }),
          text(', <u>not</u> this'),
        ],
      },
    ],
  }
  const markdown = markdownOf(content)
  expect(markdown).toBe('H<sub>2</sub>O at 10<sup>3</sup> is <u>very</u> **<u>wet</u>**, \\<u>not\\</u> this')
  expect(inOneParagraph(markdown)).toEqual([
    text('H'),
    text('2', sub),
    text('O at 10'),
    text('3', sup),
    text(' is '),
    text('very', u),
    text(' '),
    text('wet', { type: 'bold' }, u),
    text(', <u>not</u> this'),
  ])
})

test.each(['a</u>b', 'a\\', 'a\\</u>', '</u>', 'a<u>b</u>c'])('underlined %s comes back as it was', (words) => {
  const node = { type: 'text', text: words, marks: [{ type: 'underline' }] }
  const document = { type: 'doc', content: [{ type: 'paragraph', content: [node] }] }
  const again = richTextOf(markdownOf(document))
  expect(wordsIn(again)).toBe(words)
  expect(again).toEqual(document)
})

test.each([
  ['<u onclick="x">a</u>', ' a '],
  ['<u>a<script>b</script></u>', 'a b '],
  ['<sub>a</sup>', ' a '],
  ['<u></u><u> </u>', '     '],
  ['<b>a</b>', ' a '],
])('%s has no other tag in it', (markdown, words) => {
  const made = richTextOf(markdown)
  expect(wordsIn(made)).toBe(words)
  expect(JSON.stringify(made)).not.toContain('<')
})

test('whatever the text, a document may hold it, and soon', () => {
  const signs = [
    '*',
    '_',
    '`',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '#',
    '- ',
    '\n',
    '1. ',
    '\\',
    '~~',
    'a',
    ' ',
    '  \n',
    '\u0000',
    '\ud800',
    '```',
    '<u>',
    '</u>',
    '<sub>',
    '</sub>',
  ]
  let seed = 7
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  for (let n = 0; n < 400; n++) {
    const markdown = Array.from({ length: 60 }, () => signs[Math.floor(random() * signs.length)]).join('')
    const block = { id: 'b', type: 'richText', content: richTextOf(markdown) }
    expect(
      () => parseDocument({ format: 1, pages: [{ id: 'p', blocks: [block] }] }),
      JSON.stringify(markdown),
    ).not.toThrow()
  }
  for (const one of ['*', '**', '[', '_a ', '<a ', '~~', '`']) expect(richTextOf(one.repeat(20_000)).type).toBe('doc')
})
