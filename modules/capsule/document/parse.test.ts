import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/errors.ts'
import { parseDocument } from './parse.ts'

const page = (...blocks: unknown[]) => ({ format: 1, pages: [{ id: 'start', blocks }] })

function faultsOf(document: unknown, code = 'invalid'): Record<string, string> {
  try {
    parseDocument(document)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.code as string).toBe(code)
    return Object.fromEntries(error.faults.map((fault) => [fault.pointer, fault.message]))
  }
  return {}
}

const choices = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B' },
]

describe('a document', () => {
  test('with one of every block is taken as it is', () => {
    const document = {
      format: 1,
      theme: { accent: '#336699', font: 'serif', mode: 'dark', corner: 'soft' },
      settings: { description: 'About us', language: 'pt-BR', indexed: true },
      pages: [
        {
          id: 'start',
          title: 'Start',
          blocks: [
            { id: 'h', type: 'heading', text: 'Hello', level: 3 },
            {
              id: 'r',
              type: 'richText',
              content: {
                type: 'doc',
                content: [
                  {
                    type: 'paragraph',
                    content: [
                      {
                        type: 'text',
                        text: 'x',
                        marks: [{ type: 'bold' }, { type: 'link', attrs: { href: 'https://example.com' } }],
                      },
                    ],
                  },
                ],
              },
            },
            { id: 'i', type: 'image', src: 'https://example.com/a.jpg', alt: 'A' },
            { id: 'i2', type: 'image', src: '/-/blobs/org/abc.webp', alt: 'A' },
            { id: 'v', type: 'video', asset: 'ast_1' },
            { id: 'e', type: 'embed', url: 'https://example.com/x' },
            { id: 'b', type: 'button', label: 'Go', to: 'end' },
            { id: 'b2', type: 'button', label: 'Call', to: 'tel:+4930123' },
            { id: 'd', type: 'divider' },
            { id: 'c', type: 'columns', columns: [[{ id: 'c1', type: 'divider' }], []] },
            {
              id: 'p',
              type: 'poll',
              question: 'Which?',
              choices: [
                { id: 'a', text: 'A', to: 'end' },
                { id: 'b', text: 'B' },
              ],
            },
            {
              id: 'q',
              type: 'quiz',
              questions: [{ id: 'q1', text: 'Q', choices, correct: ['a'] }],
              outcomes: [{ from: 1, to: 'end' }],
            },
            {
              id: 'f',
              type: 'form',
              fields: [
                { id: 'mail', kind: 'email', label: 'Mail', required: true },
                { id: 'c', kind: 'choice', label: 'C', choices },
              ],
            },
            { id: 'ch', type: 'chat', starters: ['Hi'] },
          ],
        },
        { id: 'end', blocks: [] },
      ],
    }
    expect(parseDocument(structuredClone(document)) as unknown).toEqual(document)
  })

  test.each<[string, unknown, string, RegExp]>([
    ['no object', 7, '', /object/],
    ['another format', { format: 2, pages: [] }, '/format', /1/],
    ['no pages', { format: 1, pages: [] }, '/pages', /at least 1 item$/],
    ['an unknown field at the root', { ...page(), extra: 1 }, '/extra', /not known/],
    ['an unknown field of a page', { format: 1, pages: [{ id: 'a', blocks: [], x: 1 }] }, '/pages/0/x', /not known/],
    ['an unknown type', page({ id: 'a', type: 'carousel' }), '/pages/0/blocks/0/type', /one of heading/],
    ['an unknown field of a block', page({ id: 'a', type: 'divider', x: 1 }), '/pages/0/blocks/0/x', /not known/],
    ['a missing field', page({ id: 'a', type: 'heading' }), '/pages/0/blocks/0/text', /missing/],
    [
      'too few choices',
      page({ id: 'a', type: 'poll', question: 'Q', choices: [] }),
      '/pages/0/blocks/0/choices',
      /at least 2 items/,
    ],
    [
      'columns in columns',
      page({ id: 'a', type: 'columns', columns: [[{ id: 'b', type: 'columns', columns: [[], []] }], []] }),
      '/pages/0/blocks/0/columns/0/0/type',
      /no columns/,
    ],
    [
      'the same id twice',
      page({ id: 'a', type: 'divider' }, { id: 'a', type: 'divider' }),
      '/pages/0/blocks/1/id',
      /another block/,
    ],
    [
      'a button to nowhere',
      page({ id: 'a', type: 'button', label: 'x', to: 'nowhere' }),
      '/pages/0/blocks/0/to',
      /no page/,
    ],
    [
      'a script address',
      page({ id: 'a', type: 'button', label: 'x', to: 'javascript:alert(1)' }),
      '/pages/0/blocks/0/to',
      /begins with/,
    ],
    [
      'a data address',
      page({ id: 'a', type: 'image', src: 'data:image/png;base64,AA' }),
      '/pages/0/blocks/0/src',
      /begins with/,
    ],
    [
      'an embed over http',
      page({ id: 'a', type: 'embed', url: 'http://example.com' }),
      '/pages/0/blocks/0/url',
      /begins with/,
    ],
    [
      'a password in an address',
      page({ id: 'a', type: 'embed', url: 'https://a:b@example.com' }),
      '/pages/0/blocks/0/url',
      /password/,
    ],
    [
      'a right answer that is none',
      page({ id: 'a', type: 'quiz', questions: [{ id: 'q', text: 'Q', choices, correct: ['c'] }] }),
      '/pages/0/blocks/0/questions/0/correct/0',
      /no choice/,
    ],
    [
      'half a surrogate pair',
      page({ id: 'a', type: 'heading', text: 'x\ud800' }),
      '/pages/0/blocks/0/text',
      /surrogate/,
    ],
    ['a control character', page({ id: 'a', type: 'heading', text: 'x\u0000' }), '/pages/0/blocks/0/text', /control/],
    [
      'a hostile link in rich text',
      page({
        id: 'a',
        type: 'richText',
        content: {
          type: 'doc',
          content: [
            {
              type: 'paragraph',
              content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] }],
            },
          ],
        },
      }),
      '/pages/0/blocks/0/content/content/0/content/0/marks/0/attrs/href',
      /begins with/,
    ],
    [
      'a hostile node in rich text',
      page({ id: 'a', type: 'richText', content: { type: 'doc', content: [{ type: 'script' }] } }),
      '/pages/0/blocks/0/content/content/0/type',
      /belong/,
    ],
    ['a theme colour that is none', { ...page(), theme: { accent: 'red' } }, '/theme/accent', /match/],
  ])('with %s is refused at its place', (_, document, pointer, message) => {
    expect(faultsOf(document)[pointer]).toMatch(message)
  })

  test('nested 10,000 deep is refused at once', () => {
    let deep: unknown = { type: 'text', text: 'x' }
    for (let n = 0; n < 10_000; n++) deep = { type: 'blockquote', content: [deep] }
    const faults = faultsOf(page({ id: 'a', type: 'richText', content: deep }))
    expect(Object.values(faults).join()).toMatch(/nested deeper than 40 levels/)
  })

  test('larger than 512 KiB is refused with the limit', () => {
    const blocks = Array.from({ length: 200 }, (_, n) => ({
      id: `b${n}`,
      type: 'image',
      src: 'https://a.b/c',
      alt: 'x'.repeat(4_000),
    }))
    expect(faultsOf(page(...blocks), 'too-large')['']).toMatch(/512 KiB/)
  })

  test('with an id that an object does not keep is refused', () => {
    expect(faultsOf(page({ id: '__proto__', type: 'divider' }))['/pages/0/blocks/0/id']).toMatch(/must match/)
    expect(faultsOf(page({ id: 'constructor', type: 'divider' }))).toEqual({})
  })

  test('with too many blocks is refused with the limit', () => {
    const blocks = Array.from({ length: 1_001 }, (_, n) => ({ id: `b${n}`, type: 'divider' }))
    expect(faultsOf(page(...blocks))['/pages']).toMatch(/at most 1000/)
  })
})
