import { expect, test } from 'bun:test'
import { withItemSigns } from './lists.ts'

test('items of lists keep their dots and numbers, also within each other', () => {
  expect(withItemSigns('<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol><ul><li>d</li></ul><p>li</p>')).toBe(
    '<ol><li>1. a<ul><li>• b</li></ul></li><li>2. c</li></ol><ul><li>• d</li></ul><p>li</p>',
  )
  expect(withItemSigns('</ol><li>e</li></ul>')).toBe('</ol><li>• e</li></ul>')
})
