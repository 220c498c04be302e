import type { Block, CapsuleDocument } from '../../../../capsule/index.ts'

/** A document as it is edited: the same shape, never changed in place. */
export interface EditedPage {
  readonly id: string
  readonly title?: string
  readonly blocks: readonly Block[]
}
export type EditedDocument = Omit<CapsuleDocument, 'pages'> & { readonly pages: readonly EditedPage[] }

/** A list of blocks: a page's own, or one column of a block of columns. */
export interface ListPlace {
  readonly page: string
  readonly columns?: string
  readonly column?: number
}

export interface Place {
  readonly list: ListPlace
  readonly index: number
  readonly siblings: readonly Block[]
}

type Blocks = readonly Block[]
type Columns = Extract<Block, { type: 'columns' }>

export function sameList(one: ListPlace, other: ListPlace): boolean {
  return one.page === other.page && one.columns === other.columns && one.column === other.column
}

/** Every list of a document, columns after the page that holds them. */
export function* listsOf(document: EditedDocument): Generator<readonly [ListPlace, Blocks]> {
  for (const page of document.pages) {
    yield [{ page: page.id }, page.blocks]
    for (const block of page.blocks) {
      if (block.type !== 'columns') continue
      for (const [column, blocks] of block.columns.entries()) {
        yield [{ page: page.id, columns: block.id, column }, blocks]
      }
    }
  }
}

/** Every block in reading order, those inside columns after the columns. */
export function* blocksIn(blocks: Blocks): Generator<Block> {
  for (const block of blocks) {
    yield block
    if (block.type === 'columns') for (const column of block.columns) yield* blocksIn(column)
  }
}

export function placeOf(document: EditedDocument, id: string): Place | undefined {
  for (const [list, siblings] of listsOf(document)) {
    const index = siblings.findIndex((block) => block.id === id)
    if (index !== -1) return { list, index, siblings }
  }
  return undefined
}

export function blockOf(document: EditedDocument, id: string): Block | undefined {
  const place = placeOf(document, id)
  return place?.siblings[place.index]
}

/** A new document in which one list is another one. What holds no such list stays the very same object. */
export function withList(document: EditedDocument, at: ListPlace, change: (blocks: Blocks) => Blocks): EditedDocument {
  return withPage(document, at.page, (page) => {
    if (at.columns === undefined) return { ...page, blocks: change(page.blocks) }
    return {
      ...page,
      blocks: page.blocks.map((block) => {
        if (block.id !== at.columns || block.type !== 'columns') return block
        const columns = block.columns.map((column, n) => (n === at.column ? change(column) : column))
        return { ...block, columns: columns as Columns['columns'] }
      }),
    }
  })
}

export function withPage(
  document: EditedDocument,
  id: string,
  change: (page: EditedPage) => EditedPage,
): EditedDocument {
  return { ...document, pages: document.pages.map((page) => (page.id === id ? change(page) : page)) }
}

export function withBlock(document: EditedDocument, id: string, change: (block: Block) => Block): EditedDocument {
  const place = placeOf(document, id)
  if (place === undefined) return document
  return withList(document, place.list, (blocks) => blocks.map((block) => (block.id === id ? change(block) : block)))
}

export function inserted(document: EditedDocument, list: ListPlace, index: number, block: Block): EditedDocument {
  return withList(document, list, (blocks) => blocks.toSpliced(index, 0, block))
}

export function removed(document: EditedDocument, id: string): EditedDocument {
  const place = placeOf(document, id)
  if (place === undefined) return document
  return withList(document, place.list, (blocks) => blocks.toSpliced(place.index, 1))
}

/** @param index where it comes to stand in the list as it is before the move. */
export function moved(document: EditedDocument, id: string, list: ListPlace, index: number): EditedDocument {
  const place = placeOf(document, id)
  const block = place?.siblings[place.index]
  if (place === undefined || block === undefined) return document
  // Columns hold no columns.
  if (block.type === 'columns' && list.columns !== undefined) return document
  const isSame = sameList(place.list, list)
  const at = isSame && place.index < index ? index - 1 : index
  if (isSame && at === place.index) return document
  return inserted(removed(document, id), list, at, block)
}

/**
 * One step up or down, as by a key: past the neighbour, into columns that come next, from one column to the next and out
 * of the last. So everything that dragging reaches on a page is reached by steps too.
 */
export function stepped(document: EditedDocument, id: string, by: 1 | -1): EditedDocument {
  const place = placeOf(document, id)
  const block = place?.siblings[place.index]
  if (place === undefined || block === undefined) return document
  const { list, index, siblings } = place
  const neighbour = siblings[index + by]
  if (neighbour?.type === 'columns' && block.type !== 'columns') {
    const column = by === 1 ? 0 : neighbour.columns.length - 1
    const into = { page: list.page, columns: neighbour.id, column }
    return moved(document, id, into, by === 1 ? 0 : (neighbour.columns[column]?.length ?? 0))
  }
  if (neighbour !== undefined) return moved(document, id, list, by === 1 ? index + 2 : index - 1)
  if (list.columns === undefined || list.column === undefined) return document
  const outer = placeOf(document, list.columns)
  const holder = outer?.siblings[outer.index]
  if (outer === undefined || holder?.type !== 'columns') return document
  const next = holder.columns[list.column + by]
  if (next === undefined) return moved(document, id, outer.list, by === 1 ? outer.index + 1 : outer.index)
  return moved(document, id, { ...list, column: list.column + by }, by === 1 ? 0 : next.length)
}
