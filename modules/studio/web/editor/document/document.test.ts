import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseDocument } from '../../../../capsule/index.ts'
import { check } from './checks.ts'
import { differences, same } from './comparison.ts'
import { copyOf, kinds, newBlock } from './making.ts'
import { edited, stored } from './storing.ts'
import { blocksIn, type EditedDocument } from './tree.ts'
import { wordDiff } from './word-diff.ts'

const document = (blocks: EditedDocument['pages'][number]['blocks']): EditedDocument => ({
  format: 1,
  pages: [{ id: 'one', blocks }],
})

describe('a new block of every kind', () => {
  test.each(kinds)('%s can be saved as it is, and so can its copy', (kind) => {
    const block = newBlock(kind, 'one')
    const copy = copyOf(block)
    expect(() => parseDocument(stored(document([block, copy])))).not.toThrow()
    const ids = [...blocksIn([block, copy])].map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

test('texts that are not written yet are stored as a space and come back empty', () => {
  const before = document([
    { id: 'h', type: 'heading', text: '' },
    { id: 'b', type: 'button', label: '', to: 'one' },
    {
      id: 'q',
      type: 'quiz',
      questions: [
        {
          id: 'x',
          text: '',
          choices: [
            { id: 'c', text: '' },
            { id: 'd', text: 'D' },
          ],
          correct: ['c'],
        },
      ],
    },
  ])
  expect(() => parseDocument(stored(before))).not.toThrow()
  expect(edited(stored(before))).toEqual(before)
})

describe('the check before publishing', () => {
  test('finds what a reader would stumble over, errors first', () => {
    const found = check(
      document([
        { id: 'i', type: 'image', src: 'https://pictures.example/a.jpg' },
        newBlock('image', 'one'),
        newBlock('embed', 'one'),
        { id: 'h', type: 'heading', text: ' ' },
        newBlock('richText', 'one'),
        { id: 'b', type: 'button', label: 'On', to: 'gone' },
      ]),
    )
    expect(found.map((one) => `${one.weight} ${one.finding}`)).toEqual([
      'error noSource',
      'error noAddress',
      'error emptyHeading',
      'error brokenTarget',
      'warning noAlt',
      'warning emptyText',
    ])
  })

  test('is content with what is whole', () => {
    expect(check(document([{ id: 'h', type: 'heading', text: 'Whole' }]))).toEqual([])
  })
})

describe('two versions', () => {
  test('differ in what one alone has, and in what is not the same in both', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, type: 'heading' as const, text: id }))
    if (a === undefined || b === undefined || c === undefined) throw new Error('There are three.')
    const found = differences(document([a, b]), document([{ ...a, text: 'other' }, c]))
    expect(found.map(({ id, mine, theirs }) => [id, mine !== undefined, theirs !== undefined])).toEqual([
      ['a', true, true],
      ['b', true, false],
      ['c', false, true],
    ])
  })

  test('are the same whatever the order of their fields', () => {
    expect(same({ a: 1, b: [{ c: 2, d: undefined }] }, { b: [{ c: 2 }], a: 1 })).toBe(true)
    expect(same({ a: [1, 2] }, { a: [2, 1] })).toBe(false)
  })
})

test('a comparison of words tells both texts, whatever they are', () => {
  const words = fc.array(fc.constantFrom('one', 'two', 'three', 'four'), { maxLength: 20 }).map((all) => all.join(' '))
  fc.assert(
    fc.property(words, words, (before, after) => {
      const pieces = wordDiff(before, after)
      const text = (kind: string) =>
        pieces.flatMap((piece) => (piece.kind === 'same' || piece.kind === kind ? [piece.text] : [])).join('')
      expect(text('removed')).toBe(before)
      expect(text('added')).toBe(after)
    }),
  )
})
