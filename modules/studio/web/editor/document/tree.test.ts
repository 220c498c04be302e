import { describe, expect, test } from 'bun:test'
import type { Block } from '../../../../capsule/index.ts'
import { branchesOf, withoutTarget } from './targets.ts'
import { type EditedDocument, inserted, moved, placeOf, removed, stepped, withBlock } from './tree.ts'

const leaf = (id: string) => ({ id, type: 'heading' as const, text: id })
const document: EditedDocument = {
  format: 1,
  pages: [
    {
      id: 'one',
      blocks: [leaf('a'), { id: 'cols', type: 'columns', columns: [[leaf('l')], [leaf('r')]] }, leaf('z')],
    },
    { id: 'two', blocks: [] },
  ],
}
/** The order in words: `a (l|r) z`. */
function order({ pages }: EditedDocument): string {
  const names = (blocks: readonly Block[]): string =>
    blocks
      .map((block) => (block.type === 'columns' ? `(${block.columns.map((one) => names(one)).join('|')})` : block.id))
      .join(' ')
  return names(pages[0]?.blocks ?? [])
}

describe('a block', () => {
  test('is found wherever it stands', () => {
    expect(placeOf(document, 'r')).toMatchObject({ list: { page: 'one', columns: 'cols', column: 1 }, index: 0 })
    expect(placeOf(document, 'nowhere')).toBeUndefined()
  })

  test('is put in, taken out and changed, and nothing else becomes another object', () => {
    const changed = withBlock(document, 'l', (block) => ({ ...block, text: 'left' }) as Block)
    expect(placeOf(changed, 'l')?.siblings[0]).toMatchObject({ text: 'left' })
    expect(changed.pages[0]?.blocks[0]).toBe(document.pages[0]?.blocks[0] as Block)
    expect(changed.pages[1]).toBe(document.pages[1] as (typeof document.pages)[number])
    expect(order(inserted(document, { page: 'one' }, 1, leaf('b')))).toBe('a b (l|r) z')
    expect(order(removed(document, 'l'))).toBe('a (|r) z')
  })

  test('is moved to a place that is meant as it was before the move', () => {
    expect(order(moved(document, 'a', { page: 'one' }, 3))).toBe('(l|r) z a')
    expect(order(moved(document, 'z', { page: 'one' }, 0))).toBe('z a (l|r)')
    expect(moved(document, 'a', { page: 'one' }, 1)).toBe(document)
    expect(order(moved(document, 'a', { page: 'one', columns: 'cols', column: 1 }, 1))).toBe('(l|r a) z')
  })

  test('of columns never comes into columns', () => {
    expect(moved(document, 'cols', { page: 'one', columns: 'cols', column: 0 }, 0)).toBe(document)
  })
})

test('steps lead through everything: into columns, through them, out again', () => {
  const seen: string[] = []
  let current = document
  for (let n = 0; n < 5; n++) {
    current = stepped(current, 'a', 1)
    seen.push(order(current))
  }
  expect(seen).toEqual(['(a l|r) z', '(l a|r) z', '(l|a r) z', '(l|r a) z', '(l|r) a z'])
  for (let n = 0; n < 5; n++) current = stepped(current, 'a', -1)
  expect(order(current)).toBe('a (l|r) z')
  expect(stepped(document, 'a', -1)).toBe(document)
})

describe('what leads to a page', () => {
  const poll = {
    id: 'p',
    type: 'poll' as const,
    question: '?',
    next: 'two',
    choices: [
      { id: 'y', text: 'Yes', to: 'two' },
      { id: 'n', text: 'No' },
    ],
  }

  test('is told, without the page itself', () => {
    const branching = inserted(document, { page: 'one' }, 0, poll)
    const first = branching.pages[0]
    expect(first === undefined ? [] : branchesOf(branching, first).map((page) => page.id)).toEqual(['two'])
  })

  test('goes with the page', () => {
    expect(withoutTarget(poll, 'two', 'one')).toEqual({
      id: 'p',
      type: 'poll',
      question: '?',
      choices: [
        { id: 'y', text: 'Yes' },
        { id: 'n', text: 'No' },
      ],
    })
    const button = { id: 'b', type: 'button' as const, label: 'On', to: 'two' }
    expect(withoutTarget(button, 'two', 'one')).toMatchObject({ to: 'one' })
  })
})
