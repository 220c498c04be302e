import { expect, test } from 'bun:test'
import { besidesPage, renderCited } from './cited.ts'

const citations = [
  { number: 1, page: 'a b', block: 'x"y', quote: 'So "it" <is>.' },
  { number: 3, page: 'p', block: 'z', quote: 'Later.' },
]
const links = (text: string) => renderCited(text, citations, besidesPage)

test('numbers lead to what they cite, alone and in lists', () => {
  const html = links('One [1]. Two [1, 3].')
  expect(html.match(/href="[^"]*"/g)).toEqual([
    'href="?page=a%20b#x%22y"',
    'href="?page=a%20b#x%22y"',
    'href="?page=p#z"',
  ])
  expect(html).toContain('title="So &quot;it&quot; &lt;is&gt;."')
})

test('what cites nothing, and what stands in code or in a link, stays as it is', () => {
  expect(links('Two [2].')).toBe('<p>Two [2].</p>')
  expect(links('`a[1]`')).toBe('<p><code>a[1]</code></p>')
  expect(links('[a](https://x.example/[1])')).not.toContain('class="cite"')
  expect(links('<b title="[2]">')).toBe('<p>&lt;b title=&quot;[2]&quot;&gt;</p>')
})
