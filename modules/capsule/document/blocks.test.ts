import { expect, test } from 'bun:test'
import { plainText } from './blocks.ts'
import type { CapsuleDocument } from './schema.ts'

const text = (words: string, ...marks: string[]) => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
})
const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
const rich = (...content: object[]): CapsuleDocument =>
  ({
    format: 1,
    pages: [{ id: 'p', blocks: [{ id: 'b', type: 'richText', content: { type: 'doc', content } }] }],
  }) as never

test('paragraphs, items and lines of rich text stand on lines of their own; marks break no word', () => {
  const items = ['One.', 'Two.'].map((words) => ({ type: 'listItem', content: [paragraph(text(words))] }))
  const document = rich(
    paragraph(text('A'), text('sync', 'bold'), text(': it runs.'), { type: 'hardBreak' }, text('Always.')),
    { type: 'bulletList', content: items },
    { type: 'blockquote', content: [paragraph(text('Said.')), paragraph()] },
  )
  expect(plainText(document)).toBe('Async: it runs.\nAlways.\nOne.\nTwo.\nSaid.')
})
