import { expect, test } from 'bun:test'
import { wordVectors } from './word-vectors.ts'

const vectors = wordVectors()

function likeness(one: string, other: string): number {
  return vectors.likenesses(vectors.rowOf(one) ?? -1)[vectors.rowOf(other) ?? -1] ?? 0
}

test.each([
  ['doctor', 'physician', 'bicycle'],
  ['taxi', 'cab', 'cheese'],
  ['sweater', 'jumper', 'harbour'],
  ['begin', 'commence', 'violet'],
])('%s is nearer to %s than to %s', (word, like, unlike) => {
  expect(likeness(word, like)).toBeGreaterThan(0.3)
  expect(likeness(word, like)).toBeGreaterThan(likeness(word, unlike) + 0.2)
})

test('a word is as like itself as can be, and likeness goes both ways', () => {
  expect(likeness('ferry', 'ferry')).toBeCloseTo(1, 3)
  expect(likeness('ferry', 'boat')).toBeCloseTo(likeness('boat', 'ferry'), 4)
})

test('endings are taken off; what is no English word is not known', () => {
  expect(vectors.rowOf('lighthouses')).toBe(vectors.rowOf('lighthouse'))
  for (const word of ['', 'xqzzt', 'öffnungszeiten', '0']) expect(vectors.rowOf(word)).toBeUndefined()
})

test('small words tell little, rare ones much', () => {
  expect(vectors.telling(vectors.rowOf('the') ?? -1)).toBeLessThan(0.1)
  expect(vectors.telling(vectors.rowOf('lighthouse') ?? -1)).toBeGreaterThan(0.7)
})
