import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Changes, diffDocuments, type Place } from './diff.ts'
import { parseDocument } from './parse.ts'
import type { Block, CapsuleDocument } from './schema.ts'

interface Leaf {
  readonly id: string
  readonly text: string
  readonly kind: number
}

/** Documents over a few ids, so that two of them share most: columns, moves, edits and changes of type come by themselves. */
const documents = fc
  .record({
    pages: fc.uniqueArray(fc.constantFrom('p1', 'p2', 'p3', 'p4'), { minLength: 1, maxLength: 4 }),
    titles: fc.array(fc.constantFrom(undefined, 'One', 'Two'), { minLength: 4, maxLength: 4 }),
    ids: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
    texts: fc.array(fc.constantFrom('x', 'y'), { minLength: 8, maxLength: 8 }),
    kinds: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
    homes: fc.array(fc.nat(20), { minLength: 8, maxLength: 8 }),
    columns: fc.uniqueArray(fc.constantFrom('k1', 'k2'), { maxLength: 2 }),
    widths: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 2 }),
    accent: fc.constantFrom(undefined, '#000000', '#ffffff'),
  })
  .map((seed): CapsuleDocument => {
    const columns = seed.columns.map((id, n) => ({
      id,
      type: 'columns' as const,
      columns: Array.from({ length: seed.widths[n] ?? 2 }, () => [] as unknown[]),
    }))
    const pages = seed.pages.map((id, n) => ({
      id,
      ...(seed.titles[n] !== undefined && { title: seed.titles[n] }),
      blocks: [] as unknown[],
    }))
    const homes = [...pages.map((page) => page.blocks), ...columns.flatMap((block) => block.columns)]
    columns.forEach((block, n) => pages[n % pages.length]?.blocks.push(block))
    seed.ids.forEach((id, n) => {
      homes[(seed.homes[n] ?? 0) % homes.length]?.push(
        leaf({ id, text: seed.texts[n] ?? '', kind: seed.kinds[n] ?? 0 }),
      )
    })
    return parseDocument({ format: 1, pages, ...(seed.accent && { theme: { accent: seed.accent } }) })
  })

function leaf({ id, text, kind }: Leaf): object {
  if (kind === 0) return { id, type: 'divider' }
  if (kind === 1) {
    const content = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] }
    return { id, type: 'richText', content }
  }
  const choices = [text, 'z', ...(kind === 3 ? ['w'] : [])].map((one) => ({ id: one, text: one }))
  return { id, type: 'poll', question: text, choices }
}

const ids = (changes: Changes) =>
  [changes.added, changes.removed, changes.moved, changes.changed].flatMap((list) => list.map(({ id }) => id))
const flat = (document: CapsuleDocument): Block[] =>
  document.pages.flatMap((page) =>
    (page.blocks as Block[]).flatMap((block) =>
      block.type === 'columns' ? [block, ...block.columns.flat()] : [block],
    ),
  )

describe('a diff', () => {
  test('of a document with itself is empty', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const diff = diffDocuments(document, structuredClone(document))
        expect([...diff.document, ...ids(diff.pages), ...ids(diff.blocks)]).toEqual([])
      }),
    )
  })

  test('names each id once at most, and all that exist on one side only', () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        const diff = diffDocuments(one, other)
        for (const changes of [diff.pages, diff.blocks]) expect(new Set(ids(changes)).size).toBe(ids(changes).length)
        const [before, after] = [flat(one).map((block) => block.id), flat(other).map((block) => block.id)]
        expect(diff.blocks.added.map(({ id }) => id).toSorted()).toEqual(
          after.filter((id) => !before.includes(id)).toSorted(),
        )
        expect(diff.blocks.removed.map(({ id }) => id).toSorted()).toEqual(
          before.filter((id) => !after.includes(id)).toSorted(),
        )
      }),
    )
  })

  test('backwards, what was added is removed, and what was moved or changed still is', () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        const [there, back] = [diffDocuments(one, other), diffDocuments(other, one)]
        for (const what of ['pages', 'blocks'] as const) {
          const names = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).toSorted()
          expect(names(there[what].added)).toEqual(names(back[what].removed))
          expect(names(there[what].removed)).toEqual(names(back[what].added))
          expect(names(there[what].changed)).toEqual(names(back[what].changed))
          expect(there[what].moved.length + there[what].changed.filter((one) => one.moved).length).toBe(
            back[what].moved.length + back[what].changed.filter((one) => one.moved).length,
          )
        }
      }),
    )
  })

  test('applied to the one document, it makes the other', () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        expect(apply(one, other)).toEqual(other)
      }),
      { numRuns: 400 },
    )
  })

  test('a block that is put in front moves no other', () => {
    const blocks = ['a', 'b', 'c'].map((id) => ({ id, type: 'divider' }))
    const page = (list: unknown[]) => parseDocument({ format: 1, pages: [{ id: 'p', blocks: list }] })
    const added = diffDocuments(page(blocks), page([{ id: 'n', type: 'divider' }, ...blocks]))
    expect(ids(added.blocks)).toEqual(['n'])
    const moved = diffDocuments(page(blocks), page([blocks[2], blocks[0], blocks[1]]))
    expect(moved.blocks.moved).toEqual([
      {
        id: 'c',
        type: 'divider',
        from: { pointer: '/pages/0/blocks/2', page: 'p' },
        to: { pointer: '/pages/0/blocks/0', page: 'p' },
      },
    ])
  })

  test('many changes within one field are told as one', () => {
    const text = (words: string[]) =>
      parseDocument({
        format: 1,
        pages: [
          {
            id: 'p',
            blocks: [
              {
                id: 't',
                type: 'richText',
                content: {
                  type: 'doc',
                  content: words.map((word) => ({ type: 'paragraph', content: [{ type: 'text', text: word }] })),
                },
              },
            ],
          },
        ],
      })
    const some = Array.from({ length: 30 }, (_, n) => `word ${n}`)
    const one = diffDocuments(text(some), text(['other', ...some.slice(1)])).blocks.changed[0]
    expect(one?.fields).toEqual([{ pointer: '/content/content/0/content/0/text', before: 'word 0', after: 'other' }])
    const all = diffDocuments(text(some), text(some.map((word) => `${word}!`))).blocks.changed[0]
    expect(all?.fields.map((field) => field.pointer)).toEqual(['/content'])
  })
})

type Own = Record<string, unknown>

/** Does what a diff says, with nothing of the other document but what stands at the places of what was added. */
function apply(from: CapsuleDocument, to: CapsuleDocument): unknown {
  const diff = diffDocuments(from, to)
  const { pages: _, ...kept } = structuredClone(from)
  const head: Own = kept
  setFields(head, diff.document)
  const home = (place: Place) =>
    place.columns === undefined ? `page ${place.page}` : `${place.columns} ${place.column}`
  const own = new Map(flat(from).map((block) => [block.id, ownOf({ ...structuredClone(block) })]))
  for (const { id, to: place } of diff.blocks.added) own.set(id, ownOf(structuredClone(valueAt(to, place.pointer))))
  for (const { id, fields } of diff.blocks.changed) setFields(own.get(id) ?? {}, fields)
  const lists = ordered(placesOf(from), diff.blocks, home)
  const blocksIn = (key: string): Own[] =>
    (lists.get(key) ?? []).map((id) => {
      const block = own.get(id) ?? {}
      if (block.type !== 'columns') return block
      const columns = Array.from({ length: Number(block.columns) }, (_, n) => blocksIn(`${id} ${n}`))
      return { ...block, columns }
    })
  const pageOwn = new Map(from.pages.map(({ blocks: _, ...page }) => [page.id, page as Own]))
  for (const { id, to: place } of diff.pages.added) {
    const { blocks: _, ...page } = valueAt(to, place.pointer)
    pageOwn.set(id, page)
  }
  for (const { id, fields } of diff.pages.changed) setFields(pageOwn.get(id) ?? {}, fields)
  const pages = ordered(
    from.pages.map((page, n) => ({ id: page.id, place: { pointer: `/pages/${n}`, page: page.id } })),
    diff.pages,
    () => '',
  )
  return { ...head, pages: (pages.get('') ?? []).map((id) => ({ ...pageOwn.get(id), blocks: blocksIn(`page ${id}`) })) }
}

function ownOf(block: Own): Own {
  return Array.isArray(block.columns) ? { ...block, columns: block.columns.length } : block
}

function placesOf(document: CapsuleDocument): { id: string; place: Place }[] {
  const empty: CapsuleDocument = { format: 1, pages: [{ id: '-', blocks: [] }] }
  return diffDocuments(empty, document).blocks.added.map(({ id, to }) => ({ id, place: to }))
}

/** The lists of ids, by where they are: without what left its place, with what came. */
function ordered(
  before: readonly { id: string; place: Place }[],
  changes: Changes,
  home: (place: Place) => string,
): Map<string, string[]> {
  const arriving = [...changes.moved, ...changes.changed.filter((one) => one.moved)]
  const gone = new Set([...changes.removed, ...arriving].map(({ id }) => id))
  const lists = new Map<string, string[]>()
  const listAt = (place: Place) => {
    const key = home(place)
    const list = lists.get(key) ?? []
    lists.set(key, list)
    return list
  }
  for (const { id, place } of before) if (!gone.has(id)) listAt(place).push(id)
  const index = (place: Place) => Number(place.pointer.slice(place.pointer.lastIndexOf('/') + 1))
  for (const { id, to } of [...changes.added, ...arriving].toSorted((one, other) => index(one.to) - index(other.to))) {
    listAt(to).splice(index(to), 0, id)
  }
  return lists
}

function valueAt(document: unknown, pointer: string): Own {
  return pointer
    .split('/')
    .slice(1)
    .reduce((value, step) => (value as Own)[step], document) as Own
}

function setFields(own: Own, fields: readonly { pointer: string; after?: unknown }[]): void {
  for (const { pointer, after } of fields) {
    const steps = pointer.split('/').slice(1)
    const last = steps.pop() ?? ''
    const parent = steps.reduce((value, step) => value[step] as Own, own)
    if (after === undefined) delete parent[last]
    else parent[last] = after
  }
}
