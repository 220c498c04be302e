import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { richTextToHtml } from './rich-text.ts'

test('the common shapes come out as plain HTML', () => {
  const content = {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 1 }, content: [{ type: 'text', text: 'A & B' }] },
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'bold', marks: [{ type: 'bold' }] },
          { type: 'hardBreak' },
          { type: 'text', text: 'link', marks: [{ type: 'link', attrs: { href: 'https://example.com/?a=1&b=2' } }] },
        ],
      },
      {
        type: 'orderedList',
        attrs: { start: 3 },
        content: [{ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }] }],
      },
      { type: 'codeBlock', content: [{ type: 'text', text: '<b>' }] },
    ],
  }
  expect(richTextToHtml(content)).toBe(
    '<h2>A &amp; B</h2><p><strong>bold</strong><br><a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer nofollow">link</a></p><ol start="3"><li><p>x</p></li></ol><pre><code>&lt;b&gt;</code></pre>',
  )
})

const hostile = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    'javascript:alert(1)',
    'JaVa\tScript:x',
    'data:text/html,x',
    '__proto__',
    'constructor',
    'toString',
    '</p>',
    '<!--',
  ),
  fc.string({ unit: 'binary' }),
)
const tree = fc.letrec((tie) => ({
  node: fc.record(
    {
      type: fc.oneof(
        fc.constantFrom('doc', 'paragraph', 'heading', 'bulletList', 'listItem', 'codeBlock', 'text', 'hardBreak'),
        hostile,
      ),
      text: hostile,
      content: fc.oneof(fc.array(tie('node'), { maxLength: 4 }), hostile),
      attrs: fc.oneof(fc.record({ level: fc.anything(), start: fc.anything() }), hostile),
      marks: fc.oneof(
        fc.array(
          fc.record({
            type: fc.oneof(fc.constantFrom('bold', 'link', 'code'), hostile),
            attrs: fc.record({ href: fc.oneof(hostile, fc.webUrl()) }),
          }),
          { maxLength: 3 },
        ),
        hostile,
      ),
    },
    { requiredKeys: ['type'] },
  ),
})).node

test('whatever the tree, nothing but the allowed tags, attributes and schemes comes out', () => {
  const allowed =
    /^<\/?(p|h[2-4]|ul|ol|li|blockquote|pre|code|hr|br|strong|em|u|s|sub|sup)>$|^<ol start="\d+">$|^<\/a>$|^<a href="(https?:|mailto:|tel:)[^"<>]*" rel="noopener noreferrer nofollow">$/
  fc.assert(
    fc.property(tree, (content) => {
      const html = richTextToHtml(content)
      for (const tag of html.match(/<[^>]*>?/g) ?? []) expect(tag.toLowerCase()).toMatch(allowed)
    }),
    { numRuns: 2_000 },
  )
})
