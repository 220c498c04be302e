import { Type } from '@sinclair/typebox'
import { changedFields, fieldChangeSchema } from './field-diff.ts'
import type { Block, CapsuleDocument, Page } from './schema.ts'

const at = Type.Object({
  /** JSON pointer into the document. */
  pointer: Type.String(),
  page: Type.String(),
  /** The columns block that holds it, and the place of its column there. */
  columns: Type.Optional(Type.String()),
  column: Type.Optional(Type.Integer()),
})
const entry = { id: Type.String(), type: Type.Optional(Type.String()) }
const changes = Type.Object({
  added: Type.Array(Type.Object({ ...entry, to: at })),
  removed: Type.Array(Type.Object({ ...entry, from: at })),
  /** Elsewhere, or in another order among those that stayed; the same otherwise. */
  moved: Type.Array(Type.Object({ ...entry, from: at, to: at })),
  /** Pointers of fields are relative to the page or block; `moved` says that it is elsewhere too. */
  changed: Type.Array(
    Type.Object({ ...entry, from: at, to: at, moved: Type.Boolean(), fields: Type.Array(fieldChangeSchema) }),
  ),
})
export const diffSchema = Type.Object({
  from: Type.Integer(),
  to: Type.Union([Type.Integer(), Type.Literal('draft')]),
  /** Theme and settings. */
  document: Type.Array(fieldChangeSchema),
  pages: changes,
  blocks: changes,
})

/** Where a page or block stands. Of a page, `page` is its own id. */
export interface Place {
  readonly pointer: string
  readonly page: string
  readonly columns?: string
  readonly column?: number
}

interface Entry {
  readonly id: string
  readonly type?: string
}

export interface Changes {
  readonly added: (Entry & { readonly to: Place })[]
  readonly removed: (Entry & { readonly from: Place })[]
  readonly moved: (Entry & { readonly from: Place; readonly to: Place })[]
  readonly changed: (Entry & {
    readonly from: Place
    readonly to: Place
    readonly moved: boolean
    readonly fields: ReturnType<typeof changedFields>
  })[]
}

export interface DocumentDiff {
  readonly document: ReturnType<typeof changedFields>
  readonly pages: Changes
  readonly blocks: Changes
}

/** One page or block as it is compared: its own fields, without what is compared by itself. */
interface Item {
  readonly entry: Entry
  readonly place: Place
  /** What it is ordered in: moves are told by it. */
  readonly parent: string
  readonly own: Readonly<Record<string, unknown>>
}

/**
 * What turned one document into the other. Every page id and block id of either stands once: added, removed, moved, changed
 * or, unchanged, nowhere. Whoever takes what is removed and moved out of the one, puts what is moved and added where it
 * stands in the other, in the order of its pointers, and sets the changed fields, has the other (diff.test.ts does so).
 */
export function diffDocuments(from: CapsuleDocument, to: CapsuleDocument): DocumentDiff {
  const { pages: _, ...before } = from
  const { pages: __, ...after } = to
  return {
    document: changedFields(before, after),
    pages: changesOf(pageItems(from), pageItems(to)),
    blocks: changesOf(blockItems(from), blockItems(to)),
  }
}

function pageItems(document: CapsuleDocument): Item[] {
  return document.pages.map(({ blocks: _, ...own }: Page, n) => ({
    entry: { id: own.id },
    place: { pointer: `/pages/${n}`, page: own.id },
    parent: '',
    own,
  }))
}

function blockItems(document: CapsuleDocument): Item[] {
  return document.pages.flatMap((page, n) =>
    (page.blocks as Block[]).flatMap((block, k) => {
      const place = { pointer: `/pages/${n}/blocks/${k}`, page: page.id }
      const item = itemOf(block, place, `page ${page.id}`)
      return block.type === 'columns' ? [item, ...columnItems(block, place)] : [item]
    }),
  )
}

function columnItems(block: Extract<Block, { type: 'columns' }>, { pointer, page }: Place): Item[] {
  return block.columns.flatMap((column, c) =>
    column.map((child, k) =>
      itemOf(
        child,
        { pointer: `${pointer}/columns/${c}/${k}`, page, columns: block.id, column: c },
        `columns ${block.id} ${c}`,
      ),
    ),
  )
}

function itemOf(block: Block, place: Place, parent: string): Item {
  // What stands in columns is compared by itself: of the columns their number is left.
  const own = block.type === 'columns' ? { ...block, columns: block.columns.length } : block
  return { entry: { id: block.id, type: block.type }, place, parent, own }
}

function changesOf(before: readonly Item[], after: readonly Item[]): Changes {
  const old = new Map(before.map((item) => [item.entry.id, item]))
  const known = new Set(after.map((item) => item.entry.id))
  const stayed = unmoved(before, after)
  const changes: Changes = {
    added: [],
    removed: before.flatMap(({ entry, place, entry: { id } }) => (known.has(id) ? [] : [{ ...entry, from: place }])),
    moved: [],
    changed: [],
  }
  for (const item of after) {
    const earlier = old.get(item.entry.id)
    const to = item.place
    if (earlier === undefined) {
      changes.added.push({ ...item.entry, to })
      continue
    }
    const from = earlier.place
    const moved = !stayed.has(item.entry.id)
    const fields = changedFields(earlier.own, item.own)
    if (fields.length > 0) changes.changed.push({ ...item.entry, from, to, moved, fields })
    else if (moved) changes.moved.push({ ...item.entry, from, to })
  }
  return changes
}

/** Those that kept their parent and, among the others that did, their order: as many as can be said to. */
function unmoved(before: readonly Item[], after: readonly Item[]): Set<string> {
  const old = new Map(before.map((item, order) => [item.entry.id, { parent: item.parent, order }]))
  const kept = new Set<string>()
  for (const siblings of Map.groupBy(after, (item) => item.parent).values()) {
    const remained = siblings.flatMap(({ entry: { id }, parent }) => {
      const earlier = old.get(id)
      return earlier?.parent === parent ? [{ id, order: earlier.order }] : []
    })
    for (const id of longestRising(remained)) kept.add(id)
  }
  return kept
}

/** The longest rising subsequence by patience sorting (Fredman, 1975). */
function longestRising(items: readonly { readonly id: string; readonly order: number }[]): string[] {
  interface Card {
    readonly id: string
    readonly order: number
    readonly below: Card | undefined
  }
  const piles: Card[] = []
  for (const item of items) {
    let low = 0
    let high = piles.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((piles[middle]?.order ?? 0) < item.order) low = middle + 1
      else high = middle
    }
    piles[low] = { ...item, below: piles[low - 1] }
  }
  const ids: string[] = []
  for (let card = piles.at(-1); card !== undefined; card = card.below) ids.push(card.id)
  return ids
}
