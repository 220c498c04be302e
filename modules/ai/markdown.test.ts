import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { renderMarkdown } from './markdown.ts'

describe('a model’s answer', () => {
  test.each([
    ['A **bold** and *slanted* word.', '<p>A <strong>bold</strong> and <em>slanted</em> word.</p>'],
    ['One\nTwo\n\nThree', '<p>One<br>Two</p><p>Three</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
    ['> quoted [1]', '<blockquote><p>quoted [1]</p></blockquote>'],
    ['## Title', '<p><strong>Title</strong></p>'],
    ['`<b>`', '<p><code>&lt;b&gt;</code></p>'],
    ['```js\n<script>\n```', '<pre><code>&lt;script&gt;</code></pre>'],
    [
      '[site](https://example.com/a?b=1&c=2)',
      '<p><a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">site</a></p>',
    ],
  ])('%j', (text, html) => {
    expect(renderMarkdown(text)).toBe(html)
  })
})

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](https://a"onmouseover="alert(1))',
  "[x](https://a'onmouseover='alert(1))",
  '![x](https://tracker.example/pixel.gif)',
  '[<img src=x onerror=alert(1)>](https://a.example)',
  '**<svg onload=alert(1)>**',
  '`</code><script>alert(1)</script>`',
  '```\n</code></pre><script>alert(1)</script>\n```',
  '> > > > > > <iframe src=javascript:alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '[a](https://x.example) *[b](vbscript:x)*',
  '\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>',
]
/** The only tags there are, each exactly as we write it. */
const ours =
  /<\/?(p|br|ul|ol|li|blockquote|strong|em|code|pre)>|<a href="(https?:\/\/|mailto:)[^"<>\s]+" rel="noopener noreferrer nofollow ugc">|<\/a>/gi

function foreign(html: string): string {
  return html.replace(ours, '')
}

describe('hostile text stays words', () => {
  test.each(hostile)('%j', (text) => {
    const rest = foreign(renderMarkdown(text))
    expect(rest).not.toMatch(/[<>]/)
    expect(renderMarkdown(text)).not.toContain('<img')
  })

  test('whatever is put together (property)', () => {
    const piece = fc.oneof(
      fc.constantFrom(...hostile, '**', '*', '`', '```', '\n', '> ', '- ', '1. ', '[', '](', ')', '#', ' '),
      fc.string({ maxLength: 12, unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(foreign(renderMarkdown(pieces.join('')))).not.toMatch(/[<>]/)
      }),
      { numRuns: 2_000, seed: 8 },
    )
  })

  test.each(['*', '`', '[', '[a](', '> ', '**a', '- ', ']('])('ten thousand times %j is rendered in time', (unit) => {
    expect(foreign(renderMarkdown(unit.repeat(10_000)))).not.toMatch(/[<>]/)
  })
})
