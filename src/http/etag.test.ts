import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { isKnown, strongTags } from './etag.ts'

test.each([
  ['*', '*'],
  [' * ', '*'],
  ['"1"', ['1']],
  ['"1", "2"', ['1', '2']],
  ['"1","2" ,\t"3"', ['1', '2', '3']],
  [', "1",, ', ['1']],
  ['"a,b"', ['a,b']],
  ['W/"1"', []],
  ['W/"1", "2"', ['2']],
  ['""', ['']],
  ['1', []],
  ['"1', []],
  ['"1" "2"', []],
  ['"1", *', []],
  ['w/"1"', []],
  ['', []],
])('If-Match %p is understood as %p', (header, tags) => {
  expect(strongTags(header)).toEqual(tags as '*')
})

test('If-None-Match compares weakly', () => {
  expect(isKnown(null, '1')).toBe(false)
  expect(isKnown('"1"', '1')).toBe(true)
  expect(isKnown('W/"1"', '1')).toBe(true)
  expect(isKnown('"0", W/"1"', '1')).toBe(true)
  expect(isKnown('*', '1')).toBe(true)
  expect(isKnown('"11"', '1')).toBe(false)
})

test('whatever tags a client lists, they are the ones found', () => {
  const opaque = fc.string({ unit: fc.constantFrom('a', '1', ',', ' ', '!', '/', 'W', '~').filter((c) => c !== ' ') })
  fc.assert(
    fc.property(fc.array(fc.record({ opaque, weak: fc.boolean() }), { minLength: 1 }), (tags) => {
      const header = tags.map((tag) => `${tag.weak ? 'W/' : ''}"${tag.opaque}"`).join(', ')
      expect(strongTags(header)).toEqual(tags.filter((tag) => !tag.weak).map((tag) => tag.opaque))
      for (const tag of tags) expect(isKnown(header, tag.opaque)).toBe(true)
    }),
  )
})
