import { computed, signal } from '@preact/signals'
import type { Editor } from '@tiptap/core'
import type { Block } from '../../../capsule/index.ts'
import { t } from '../app/words.ts'
import { say } from '../ui/toasts.tsx'
import { copyOf, type Kind, newBlock } from './document/making.ts'
import {
  blockOf,
  type EditedDocument,
  type EditedPage,
  inserted,
  type ListPlace,
  moved,
  placeOf,
  removed,
  stepped,
  withBlock,
  withPage,
} from './document/tree.ts'
import type { Help } from './helping.tsx'

/** Changes of one text within this time are undone together. */
const togetherMs = 1_200

interface Step {
  readonly document: EditedDocument
  readonly pageId: string
  readonly selected: string | undefined
}

/** A capsule while it is edited: its document, what is looked at, and the way back. */
export class Editing {
  readonly document
  readonly pageId
  readonly selected = signal<string | undefined>(undefined)
  /** The rich text that has the caret, for the formatting buttons; `textState` counts its transactions. */
  readonly textEditor = signal<Editor | undefined>(undefined)
  readonly textState = signal(0)
  /** Said to screen readers. */
  readonly announced = signal('')
  /** A block whose first text shall have the caret, once it is on the canvas. */
  readonly wanted = signal<string | undefined>(undefined)
  /** What a model is being asked for. */
  readonly help = signal<Help | undefined>(undefined)
  /** Addresses of uploaded files, by id. */
  readonly assetUrls = signal<ReadonlyMap<string, string>>(new Map())
  readonly canUndo = signal(false)
  readonly canRedo = signal(false)
  readonly page
  readonly block
  readonly #past: Step[] = []
  readonly #future: Step[] = []
  #lastKey = ''
  #lastMs = 0

  constructor(
    document: EditedDocument,
    readonly title: { readonly value: string },
    readonly writable: boolean,
  ) {
    this.document = signal(document)
    this.pageId = signal(document.pages[0]?.id ?? '')
    this.page = computed<EditedPage | undefined>(
      () => this.document.value.pages.find((page) => page.id === this.pageId.value) ?? this.document.value.pages[0],
    )
    this.block = computed<Block | undefined>(() =>
      this.selected.value === undefined ? undefined : blockOf(this.document.value, this.selected.value),
    )
  }

  /** @param key changes under the same key shortly after each other are one step back; empty: always a step of its own. */
  change(key: string, document: EditedDocument, nowMs = Date.now()): void {
    if (!this.writable || document === this.document.value) return
    const isTogether = key !== '' && key === this.#lastKey && nowMs - this.#lastMs < togetherMs
    if (!isTogether) this.#past.push(this.#step())
    this.#lastKey = key
    this.#lastMs = nowMs
    this.#future.length = 0
    this.#show(document)
  }

  undo(): void {
    const step = this.#past.pop()
    if (step === undefined) return
    this.#future.push(this.#step())
    this.#go(step)
  }

  redo(): void {
    const step = this.#future.pop()
    if (step === undefined) return
    this.#past.push(this.#step())
    this.#go(step)
  }

  select(id: string | undefined): void {
    this.selected.value = id
  }

  openPage(id: string): void {
    if (this.pageId.value === id) return
    this.pageId.value = id
    this.selected.value = undefined
  }

  /** Leads to a block wherever it is. */
  reveal(pageId: string, blockId?: string): void {
    this.openPage(pageId)
    this.selected.value = blockId
    this.wanted.value = blockId
  }

  /** A new version of one block. `field` tells which text is being written, so that letters are undone together. */
  edit<T extends Block>(block: T, fields: Partial<T>, field = ''): void {
    const key = field === '' ? '' : `${block.id} ${field}`
    this.change(
      key,
      withBlock(this.document.value, block.id, (current) => withoutUndefined({ ...current, ...fields } as Block)),
    )
  }

  /** Puts exactly this block in the place of the one with its id. */
  replace(block: Block, field: string): void {
    this.change(
      `${block.id} ${field}`,
      withBlock(this.document.value, block.id, () => block),
    )
  }

  editPage(id: string, change: (page: EditedPage) => EditedPage, key = ''): void {
    this.change(key, withPage(this.document.value, id, change))
  }

  add(kind: Kind, list: ListPlace, index: number): Block {
    const block = newBlock(kind, this.document.value.pages[0]?.id ?? '')
    this.change('', inserted(this.document.value, list, index, block))
    this.selected.value = block.id
    this.wanted.value = block.id
    return block
  }

  insert(block: Block, list: ListPlace, index: number): void {
    this.change('', inserted(this.document.value, list, index, block))
    this.selected.value = block.id
  }

  duplicate(id: string): void {
    const place = placeOf(this.document.value, id)
    const block = place?.siblings[place.index]
    if (place !== undefined && block !== undefined) this.insert(copyOf(block), place.list, place.index + 1)
  }

  remove(id: string): void {
    const place = placeOf(this.document.value, id)
    const block = place?.siblings[place.index]
    if (!this.writable || place === undefined || block === undefined) return
    this.change('', removed(this.document.value, id))
    this.selected.value = (place.siblings[place.index + 1] ?? place.siblings[place.index - 1])?.id
    say(t().editor.removed(t().blocks.kinds[block.type]), { undo: () => this.undo() })
  }

  step(id: string, by: 1 | -1): void {
    this.change('', stepped(this.document.value, id, by))
    this.#announce(id)
  }

  move(id: string, list: ListPlace, index: number): void {
    this.change('', moved(this.document.value, id, list, index))
    this.#announce(id)
  }

  #announce(id: string): void {
    const place = placeOf(this.document.value, id)
    const block = place?.siblings[place.index]
    if (place === undefined || block === undefined) return
    this.announced.value = t().editor.moved(t().blocks.kinds[block.type], place.index + 1, place.siblings.length)
  }

  #step(): Step {
    return { document: this.document.value, pageId: this.pageId.value, selected: this.selected.value }
  }

  #go(step: Step): void {
    this.#lastKey = ''
    if (step.document.pages.some((page) => page.id === step.pageId)) this.pageId.value = step.pageId
    this.selected.value = step.selected
    this.#show(step.document)
  }

  #show(document: EditedDocument): void {
    this.document.value = document
    this.canUndo.value = this.#past.length > 0
    this.canRedo.value = this.#future.length > 0
  }
}

/** A field that is taken away is not there, which is not the same as being undefined. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T
}
