import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { answerValue } from '../web/shared/value.ts'
import type { Block, Document, Result } from './content.ts'
import { escaped } from './markup.ts'
import { type PageInput, renderPage } from './page.ts'
import { sampleDocument } from './sample.ts'
import { contrast, readable, themeStyle } from './theme.ts'

const root = new URL('../../../', import.meta.url)
const sheets = new Map<string, string>()
for await (const path of new Bun.Glob('modules/visitor/web/*.css').scan(root.pathname)) {
  sheets.set(path, (await Bun.file(new URL(path, root)).text()).trim())
}
const assets = {
  url: (entry: string) => `/-/assets/${entry.split('/').at(-1)}`,
  urls: (entry: string) => [`/-/assets/${entry.split('/').at(-1)}`],
  text: (entry: string) => sheets.get(entry) ?? `no such sheet ${entry}`,
}

function rendered(document: Document, changes: Partial<PageInput> = {}) {
  const page = renderPage({
    origin: 'https://capsules.example',
    organization: { slug: 'north', name: 'North & Co' },
    capsule: { id: 'cap_1', slug: 'tour', title: 'The tour', version: 3 },
    document,
    assets,
    richText: (content) => `<p>${escaped(JSON.stringify(content))}</p>`,
    ...changes,
  })
  if (page === undefined) throw new Error('The page was not found.')
  return page
}

const withBlocks = (...blocks: Block[]): Document => ({ pages: [{ id: 'start', blocks }] })

describe('the visitor page', () => {
  test('hostile text in every place stays text', () => {
    const hostile = `"><script>alert(1)</script><img onerror='x'>`
    const choices = [{ id: hostile, text: hostile }]
    const page = rendered(
      {
        pages: [
          {
            id: 'start',
            title: hostile,
            blocks: [
              { id: hostile, type: 'heading', text: hostile },
              { id: 'b', type: 'button', label: hostile, to: 'javascript:alert(1)' },
              { id: 'e', type: 'embed', url: 'data:text/html,<script>' },
              { id: 'i', type: 'image', src: 'javascript:alert(1)', alt: hostile, caption: hostile },
              { id: hostile, type: 'poll', question: hostile, choices },
              { id: 'q', type: 'quiz', questions: [{ id: hostile, text: hostile, choices, correct: [hostile] }] },
              { id: 'f', type: 'form', fields: [{ id: hostile, kind: 'text', label: hostile }] },
              { id: 'c', type: 'chat', greeting: hostile, starters: [hostile] },
            ],
          },
        ],
        theme: { accent: `red}</style>${hostile}`, font: hostile },
        settings: { description: hostile, language: hostile },
      },
      { capsule: { id: hostile, slug: 'tour', title: hostile, version: 1 } },
    )
    expect(page.html).not.toContain('<script>')
    expect(page.html).not.toContain('<img onerror')
    expect(page.html).not.toContain('javascript:')
    expect(page.html).not.toContain('data:text')
  })

  test('whatever the text, only its escaped form is in the page', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const page = rendered(withBlocks({ id: 'h', type: 'heading', text }))
        return page.html.includes(`<h2 id="h">${escaped(text)}</h2>`)
      }),
      { numRuns: 50 },
    )
  })

  test('the policy names the one inline style and allows no inline script; there is no style attribute', () => {
    const page = rendered(sampleDocument)
    const style = /<style>([\s\S]*?)<\/style>/.exec(page.html)?.[1] ?? ''
    expect(page.csp).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    expect(page.csp).not.toContain('unsafe')
    expect(page.html).not.toMatch(/<[^>]+ (style|on\w+)=/)
    expect(style).not.toContain('no such sheet')
  })

  test('right answers and explanations are not in the page', () => {
    const quiz: Block = {
      id: 'q',
      type: 'quiz',
      questions: [
        {
          id: 'one',
          text: 'Which?',
          choices: [
            { id: 'a', text: 'A' },
            { id: 'b', text: 'B' },
          ],
          correct: ['b'],
        },
      ],
    }
    const first = rendered(withBlocks(quiz)).html
    const other = {
      ...quiz,
      questions: quiz.questions.map((one) => ({ ...one, correct: ['a'], explanation: 'Because of that.' })),
    }
    expect(rendered(withBlocks(other)).html).toBe(first)
  })

  test('an own result takes the place of the form', () => {
    const results = new Map<string, Result>([['vote', { kind: 'poll', total: 4, choices: { a: 3 }, next: 'two' }]])
    const document: Document = {
      pages: [
        { id: 'start', blocks: [{ id: 'vote', type: 'poll', question: 'Which?', choices: [{ id: 'a', text: 'A' }] }] },
        { id: 'two', blocks: [] },
      ],
    }
    const { html } = rendered(document, { results })
    expect(html).toContain('75%')
    expect(html).toContain('href="/north/tour?page=two">Continue')
    expect(html).not.toContain('<form')
  })

  test('pages are linked plainly, an unknown page is none', () => {
    const document: Document = {
      pages: [
        { id: 'one', blocks: [] },
        { id: 'two', title: 'Second', blocks: [] },
      ],
    }
    expect(rendered(document).html).toMatch(/<a rel="next" href="\/north\/tour\?page=two"><span>.*Second<\/span>/)
    expect(rendered(document).html).not.toContain('rel="prev"')
    expect(rendered(document, { pageId: 'two' }).html).toContain('<a rel="prev" href="/north/tour">')
    expect(rendered(document, { pageId: 'two' }).html).toContain('Page 2 of 2')
    expect(() => rendered(document, { pageId: 'three' })).toThrow('not found')
  })

  test('loads only the scripts and styles of the blocks that are there', () => {
    const page = rendered(withBlocks({ id: 'v', type: 'poll', question: 'Q', choices: [] }))
    expect(page.links).toEqual(['</-/assets/poll.ts>; rel=modulepreload'])
    expect(page.html).toContain('.bars')
    expect(page.html).not.toContain('.columns')
    const plain = rendered(withBlocks({ id: 'd', type: 'divider' }))
    // What every page loads is preloaded nowhere: nothing that is seen first needs it.
    expect([plain.html.match(/<script[^>]*>/g), plain.links]).toEqual([
      ['page', 'live'].map((name) => `<script type="module" src="/-/assets/${name}.ts" fetchpriority="low">`),
      [],
    ])
  })

  test('every block type at once is under 14 KB compressed, and not indexed unless the owner says so', () => {
    const { html } = rendered(sampleDocument)
    expect(gzipSync(html).length).toBeLessThan(14 * 1024)
    expect(html).toContain('content="noindex"')
    expect(rendered({ ...sampleDocument, settings: { indexed: true } }).html).not.toContain('noindex')
  })

  test('pictures of ours are shown in their size, the first at once and the others when they are near', () => {
    const picture = (id: string, src: string): Block => ({ id, type: 'image', src, alt: id })
    const document = withBlocks(
      { id: 'two', type: 'columns', columns: [[picture('first', '/-/pictures/first.webp')], []] },
      picture('second', 'https://pictures.example/second.jpg'),
      picture('third', '/-/../api/v1/keys'),
    )
    const { html } = rendered(document, {
      imageSize: (src) => (src.startsWith('/-/') ? { width: 640, height: 480 } : undefined),
    })
    expect(html).toContain(
      '<img src="/-/pictures/first.webp" alt="first" width="640" height="480" fetchpriority="high" decoding="async">',
    )
    expect(html).toContain(
      '<img src="https://pictures.example/second.jpg" alt="second" loading="lazy" decoding="async">',
    )
    expect(html).toContain('third can’t be shown just now.')
    expect(html).toContain('<meta property="og:image" content="https://capsules.example/-/pictures/first.webp">')
    expect(html).toContain('<meta property="og:image:width" content="640">')
    expect(html).toContain('<meta name="twitter:card" content="summary_large_image">')
  })

  test('the picture that is seen first is preloaded before any script, one further down is not', () => {
    const image = { id: 'i', type: 'image', src: '/-/pictures/a.svg', alt: '' } as const
    const poll = { id: 'v', type: 'poll', question: 'Q', choices: [] } as const
    expect(rendered(withBlocks(image, poll)).links).toEqual([
      '</-/pictures/a.svg>; rel=preload; as=image; fetchpriority=high',
      '</-/assets/poll.ts>; rel=modulepreload',
    ])
    const dividers = Array.from({ length: 4 }, (_, n) => ({ id: `d${n}`, type: 'divider' }) as const)
    expect(rendered(withBlocks(...dividers, image)).links).toEqual([])
    const from = (src: string) => rendered(withBlocks({ ...image, src })).links
    expect(from('https://elsewhere.example/a.png')).toEqual(['<https://elsewhere.example>; rel=preconnect'])
    expect(from('https://bücher.example:8443/a>,<b')).toEqual(['<https://xn--bcher-kva.example:8443>; rel=preconnect'])
    expect(from('https://capsules.example/a.png')).toEqual([])
  })

  test('cards say what the owner wrote, or else how the text begins', () => {
    const words = (text: string) => ({
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
    })
    const document = withBlocks({ id: 't', type: 'richText', content: words(`${'word '.repeat(60)}end`) })
    const said = /<meta property="og:description" content="([^"]*)">/
    expect(said.exec(rendered(document).html)?.[1]).toBe(`${'word '.repeat(39)}word…`)
    const described = { ...document, settings: { description: 'In short.', language: 'ar-EG' } }
    expect(said.exec(rendered(described).html)?.[1]).toBe('In short.')
    expect(rendered(described).html).toContain('<html lang="ar-EG" dir="rtl">')
    expect(rendered(described).html).toContain('<meta property="og:locale" content="ar_EG">')
  })

  test('an answer that was not accepted stands there again, with its fault and the focus', () => {
    const document = withBlocks({
      id: 'lead',
      type: 'form',
      fields: [
        { id: 'name', kind: 'text', label: 'Name' },
        { id: 'mail', kind: 'email', label: 'Mail', required: true },
      ],
    })
    const attempt = {
      message: 'Look again.',
      faults: new Map([['mail', 'No address.']]),
      entries: [
        ['f:text:name', '"<b>'],
        ['f:email:mail', 'x'],
      ] as const,
    }
    const { html } = rendered(document, { attempts: new Map([['lead', attempt]]) })
    expect(html).toContain('name="f:text:name" value="&quot;&lt;b&gt;"')
    expect(html).toContain(
      'value="x" autocomplete="email" maxlength="254" required aria-invalid="true" aria-describedby="lead.mail.fault" autofocus>',
    )
    expect(html).toContain('<p class="fault" id="lead.mail.fault">No address.</p>')
    expect(html).toContain('<p class="result fault" role="status">Look again.</p>')
  })

  test('a frame of our own origin cannot take its sandbox off', () => {
    const frame = (url: string) => rendered(withBlocks({ id: 'e', type: 'embed', url })).html
    expect(frame('https://capsules.example/a')).not.toContain('allow-same-origin')
    expect(frame('https://youtu.be/abc')).toContain(
      'youtube-nocookie.com/embed/abc" title="Content from youtu.be" sandbox="',
    )
  })
})

test('any accent becomes readable on light and on dark', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
      const colour = `#${value.toString(16).padStart(6, '0')}`
      return ['#ffffff', '#14151a'].every((paper) => contrast(readable(colour, paper), paper) >= 4.5)
    }),
  )
  expect(themeStyle({ accent: 'red}' })).toBe(themeStyle(undefined))
})

test('a form is read the same way with and without scripts', () => {
  expect(
    answerValue('poll', [
      ['block', 'x'],
      ['choice', 'a'],
      ['choice', 'b'],
    ]),
  ).toEqual(['a', 'b'])
  expect(
    answerValue('quiz', [
      ['q:one', 'a'],
      ['q:one', 'b'],
      ['q:two', 'c'],
    ]),
  ).toEqual({ one: ['a', 'b'], two: ['c'] })
  expect(
    answerValue('form', [
      ['f:rating:r', '4'],
      ['f:consent:c', 'yes'],
      ['f:text:t', ' '],
      ['f:text:n:m', 'N'],
    ]),
  ).toEqual({ r: 4, c: true, 'n:m': 'N' })
})
