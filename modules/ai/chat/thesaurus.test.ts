import { expect, test } from 'bun:test'
import { relatedTo } from './thesaurus.ts'

test.each([
  ['doctor', 'physician'],
  ['prices', 'cost'],
  ['begin', 'commence'],
  ['zoom', 'speed'],
])('%s: %p', (term, other) => {
  expect(relatedTo(term)).toContain(other)
})

test('what no line is about has no other words: before the first, after the last, the licence', () => {
  for (const term of ['', 'a', '#', 'zzzz', 'xqz', 'öl', '0', 'wordnet']) expect(relatedTo(term)).toEqual([])
})
