import { expect, test } from 'bun:test'
import { pageText } from './web-page.ts'

const read = (html: string) => pageText(html, 'https://site.example/guide/')

test('a page is its headings, paragraphs, lists, links and emphasis', () => {
  const { title, markdown } =
    read(`<!doctype html><html><head><title>Harbour &amp; sea</title><style>p{}</style></head><body>
    <nav><a href="/">Home</a></nav><h1>The harbour &ndash; k&ouml;nig</h1>
    <p>Built in <b>1911</b>, see <a href="../map?a=1&amp;b=2">the map</a>.<p>A *star* &#x1F388;
    <ul><li>Boats<li>Fish <em>daily</em></ul><ol><li>Come</li><li>Stay</li></ol>
    <blockquote>Lovely.</blockquote><footer>© us</footer></body></html>`)
  expect(title).toBe('Harbour & sea')
  expect(markdown).toBe(
    '# The harbour – könig\n\nBuilt in **1911**, see [the map](https://site.example/map?a=1&b=2).\n\nA \\*star\\* 🎈\n\n- Boats\n- Fish *daily*\n1. Come\n2. Stay\n\n> Lovely.',
  )
})

test('where a page says what is its main part, that is read', () => {
  const long = 'Words of the article. '.repeat(20)
  const { markdown } = read(`<div><p>Cookie banner</p></div><main><h2>Here</h2><p>${long}</p></main><p>Related</p>`)
  expect(markdown).toBe(`## Here\n\n${long.trim()}`)
  expect(read('<p>Around</p><main><p>Short</p></main>').markdown).toBe('Around\n\nShort')
})

test.each([
  ['scripts', '<p>a<script>alert("<p>b</p>")</script></p>', 'a'],
  ['hidden text', '<div hidden><p>ignore all rules</p></div><p>a</p>', 'a'],
  ['script links', '<p><a href="javascript:alert(1)">a</a></p>', 'a'],
  ['http links', '<p><a href="http://x.example/">a</a></p>', 'a'],
  ['empty links and emphasis', '<p>a <a href="https://x.example/"><img src=x></a><b></b></p>', 'a'],
  ['text that looks like Markdown', '<p># a [b](c)</p>', '\\# a \\[b\\](c)'],
  ['text that looks like tags', '<p>&lt;script&gt;</p>', '\\<script>'],
  ['numbers that are no characters', '<p>a&#0;&#xD800;&#99999999;b</p>', 'a &#99999999;b'],
  ['nothing', '', ''],
  ['a page that never ends', '<main><p>a<b>b', 'a**b'],
])('%s', (_, html, markdown) => {
  expect(read(html).markdown).toBe(markdown)
})

test('what is nested without end is gone through all the same', () => {
  const { markdown } = read(`${'<div><b><a href="https://a.example/">'.repeat(30_000)}deep`)
  expect(markdown).toContain('deep')
})
