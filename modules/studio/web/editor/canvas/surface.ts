import type { Block } from '../../../../capsule/index.ts'
import { renderBlock } from '../../../../visitor/render/index.ts'
import { t } from '../../app/words.ts'
import type { EditedPage, ListPlace } from '../document/tree.ts'
import type { Editing } from '../editing.ts'
import { contextOf } from './context.ts'
import {
  columnButton,
  disarm,
  isUnset,
  makeWritable,
  type Parent,
  put,
  selfDescribing,
  unsetElement,
} from './elements.ts'
import { cleaned, type InlineText, inlineTexts, withText } from './inline.ts'
import { bindTitle } from './page-title.ts'
import { RichText } from './rich-text.ts'

/** A block on the canvas: the very element that visitors get, with its texts made writable. */
interface Piece {
  block: Block
  root: HTMLElement
  texts: readonly InlineText[]
  rich: RichText | undefined
}

export interface SurfaceEvents {
  /** "/" in an empty line of a text: something shall be added after this block. */
  readonly onSlash: (block: string, rect: DOMRect) => void
  readonly onAddInColumn: (list: ListPlace, index: number, rect: DOMRect) => void
  /** Enter at the end of a single line: what comes next. */
  readonly onEnter: (block: Block, path: readonly (string | number)[]) => void
}

/** The page on the canvas. Unchanged blocks are never touched, so the caret stays and a long page stays quick. */
export class Surface {
  readonly #pieces = new Map<string, Piece>()
  #active: Piece | undefined
  #pageId = ''

  constructor(
    private readonly main: HTMLElement,
    private readonly heading: HTMLElement,
    private readonly editing: Editing,
    private readonly events: SurfaceEvents,
  ) {
    if (editing.writable) bindTitle(heading, editing, () => this.#pageId)
  }

  /** Shows a page as it is now. */
  show(page: EditedPage): void {
    if (page.id !== this.#pageId) {
      this.#pageId = page.id
      for (const piece of this.#pieces.values()) this.#drop(piece)
      this.#pieces.clear()
      this.main.ownerDocument.defaultView?.scrollTo(0, 0)
    }
    const title = page.title ?? this.editing.title.value
    if (this.heading.textContent !== title && this.main.ownerDocument.activeElement !== this.heading) {
      this.heading.textContent = title
      this.heading.toggleAttribute('data-empty', title === '')
    }
    const seen = new Set<string>()
    this.#arrange(this.main, page.blocks, { page: page.id }, this.heading, seen)
    for (const [id, piece] of this.#pieces) {
      if (seen.has(id)) continue
      this.#drop(piece)
      this.#pieces.delete(id)
    }
  }

  element(id: string): HTMLElement | undefined {
    return this.#pieces.get(id)?.root
  }

  /** Puts the caret into the first text of a block, or the focus on it when it has none. */
  focus(id: string): void {
    const piece = this.#pieces.get(id)
    if (piece === undefined) return
    piece.root.scrollIntoView({ block: 'nearest' })
    if (piece.block.type === 'richText' && this.editing.writable) this.#activate(piece).focus('end')
    else {
      const first = piece.texts[0]?.element
      const target = first ?? piece.root
      target.focus({ preventScroll: true })
      if (first !== undefined) first.ownerDocument.defaultView?.getSelection()?.selectAllChildren(first)
    }
  }

  hasFocus(id: string): boolean {
    return this.element(id)?.contains(this.main.ownerDocument.activeElement) === true
  }

  /** Puts the caret into the text at a path. */
  focusText(id: string, path: readonly (string | number)[]): void {
    const wanted = path.join('/')
    this.#pieces
      .get(id)
      ?.texts.find((text) => text.path.join('/') === wanted)
      ?.element.focus()
  }

  /** A click on a text that is not being edited: the editor comes, with the caret where it was clicked. */
  pressed(id: string, event: PointerEvent): void {
    const piece = this.#pieces.get(id)
    if (piece?.block.type !== 'richText' || piece.rich !== undefined || !this.editing.writable) return
    event.preventDefault()
    this.#activate(piece).focusAt(event.clientX, event.clientY)
  }

  /** The keyboard came to a text that is not being edited. */
  entered(id: string): void {
    const piece = this.#pieces.get(id)
    if (piece?.block.type === 'richText' && piece.rich === undefined && this.editing.writable) {
      this.#activate(piece).focus('start')
    }
  }

  close(): void {
    for (const piece of this.#pieces.values()) piece.rich?.editor.destroy()
  }

  #arrange(parent: Parent, blocks: readonly Block[], list: ListPlace, first: Element | null, seen: Set<string>): void {
    let before: Element | null = first
    for (const block of blocks) {
      seen.add(block.id)
      const { root } = this.#piece(block, list, seen)
      const expected: Element | null = before === null ? parent.firstElementChild : before.nextElementSibling
      if (root !== expected) put(parent, root, expected)
      before = root
    }
    const keep = list.columns === undefined ? undefined : parent.querySelector(':scope > .add-in-column')
    for (;;) {
      const rest: Element | null = before === null ? parent.firstElementChild : before.nextElementSibling
      if (rest === null || rest === keep) break
      rest.remove()
    }
  }

  #piece(block: Block, list: ListPlace, seen: Set<string>): Piece {
    const known = this.#pieces.get(block.id)
    const piece = known === undefined ? this.#made(block) : this.#updated(known, block)
    this.#pieces.set(block.id, piece)
    if (block.type === 'columns') this.#arrangeColumns(piece.root, block, list.page, seen)
    return piece
  }

  #updated(piece: Piece, block: Block): Piece {
    const before = piece.block
    piece.block = block
    if (before === block) return piece
    if (block.type === 'richText' && before.type === 'richText') {
      if (piece.rich !== undefined) piece.rich.show(block.content)
      else if (before.content !== block.content) this.#rebuild(piece)
      return piece
    }
    if (block.type === 'columns' && before.type === 'columns' && block.columns.length === before.columns.length) {
      return piece
    }
    this.#rebuild(piece)
    return piece
  }

  #made(block: Block): Piece {
    const root = this.#rendered(block)
    const piece: Piece = { block, root, texts: [], rich: undefined }
    this.#prepare(piece)
    return piece
  }

  /** Draws it anew; who was writing in it goes on at the end of the same text. */
  #rebuild(piece: Piece): void {
    const active = this.main.ownerDocument.activeElement
    const at = piece.texts.find((text) => text.element === active)?.path
    const hadFocus = active === piece.root && piece.texts.length === 0
    const old = piece.root
    piece.root = this.#rendered(piece.block)
    this.#prepare(piece)
    old.replaceWith(piece.root)
    if (at !== undefined) {
      this.focusText(piece.block.id, at)
      piece.root.ownerDocument.defaultView?.getSelection()?.modify('move', 'forward', 'documentboundary')
    } else if (hadFocus) piece.root.focus()
  }

  #rendered(block: Block): HTMLElement {
    if (isUnset(block)) return unsetElement(block, this.main.ownerDocument)
    const holder = this.main.ownerDocument.createElement('template')
    holder.innerHTML = renderBlock(block, contextOf(this.editing)).text
    const root = holder.content.firstElementChild
    if (root === null) throw new Error(`A ${block.type} is drawn as nothing.`)
    return this.main.ownerDocument.importNode(root, true) as HTMLElement
  }

  #prepare(piece: Piece): void {
    const { block, root } = piece
    root.dataset.blockId = block.id
    disarm(root)
    if (this.editing.selected.value === block.id) root.dataset.selected = ''
    if (block.type === 'richText') {
      const name = t().blocks.kinds.richText
      root.tabIndex = 0
      root.setAttribute('role', 'textbox')
      root.setAttribute('aria-multiline', 'true')
      root.setAttribute('aria-label', name)
      root.dataset.placeholder = t().blocks.placeholders.richText
      root.toggleAttribute('data-empty', root.textContent === '')
      return
    }
    piece.texts = this.editing.writable ? inlineTexts(block, root) : []
    for (const text of piece.texts) this.#bind(piece, text)
    if (piece.texts.length === 0 || block.type !== 'heading') {
      root.setAttribute('aria-label', t().blocks.kinds[block.type])
      if (!root.hasAttribute('role') && !selfDescribing.includes(root.tagName)) root.setAttribute('role', 'group')
    }
    if (piece.texts.length === 0) root.tabIndex = 0
  }

  #bind(piece: Piece, { element, path, placeholder, lengthMax }: InlineText): void {
    makeWritable(element, placeholder)
    element.addEventListener('input', () => {
      const text = cleaned(element.textContent ?? '', lengthMax)
      element.toggleAttribute('data-empty', text === '')
      // Known to this piece before the document has it: what was just written is not drawn again.
      piece.block = withText(piece.block, path, text)
      this.editing.replace(piece.block, path.join('/'))
    })
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return
      event.preventDefault()
      if (!event.ctrlKey && !event.metaKey) this.events.onEnter(piece.block, path)
    })
  }

  #activate(piece: Piece): RichText {
    if (piece.rich !== undefined) return piece.rich
    if (this.#active?.rich !== undefined) {
      this.#active.rich.close()
      this.#active.rich = undefined
      this.#prepare(this.#active)
    }
    this.#active = piece
    const { id } = piece.block
    piece.root.removeAttribute('data-empty')
    piece.rich = new RichText({
      root: piece.root,
      content: piece.block.type === 'richText' ? piece.block.content : undefined,
      label: t().blocks.kinds.richText,
      onChange: (content) => {
        if (piece.block.type === 'richText') this.editing.edit(piece.block, { content: content as never }, 'content')
      },
      onActive: (editor) => {
        this.editing.textEditor.value = editor
        this.editing.textState.value++
      },
      onSlash: (rect) => this.events.onSlash(id, rect),
    })
    piece.root.dataset.blockId = id
    return piece.rich
  }

  #arrangeColumns(
    root: HTMLElement,
    block: Extract<Block, { type: 'columns' }>,
    page: string,
    seen: Set<string>,
  ): void {
    for (const [column, blocks] of block.columns.entries()) {
      const holder = root.children[column]
      if (holder === undefined) continue
      const list = { page, columns: block.id, column }
      if (this.editing.writable && holder.querySelector(':scope > .add-in-column') === null) {
        const label = t().blocks.addInColumn(column + 1)
        const add = (button: HTMLElement) =>
          this.events.onAddInColumn(list, holder.children.length - 1, button.getBoundingClientRect())
        holder.append(columnButton(this.main.ownerDocument, label, add))
      }
      this.#arrange(holder, blocks, list, null, seen)
    }
  }

  #drop(piece: Piece): void {
    if (piece === this.#active) {
      this.#active = undefined
      this.editing.textEditor.value = undefined
    }
    piece.rich?.editor.destroy()
    piece.root.remove()
  }
}
