import { Editor } from '@tiptap/core'
import { extensions, richTextHtml } from './extensions.ts'
import { cleanedHtml } from './pasted.ts'

export interface RichTextOptions {
  readonly root: HTMLElement
  readonly content: unknown
  readonly label: string
  readonly onChange: (content: unknown) => void
  readonly onActive: (editor: Editor) => void
  /** "/" was typed in an empty line: choose what to add there. `remove` takes the empty line away. */
  readonly onSlash: (rect: DOMRect) => void
}

/** A rich text that is edited where it stands: the editor takes the place of the text and gives it back. */
export class RichText {
  readonly editor: Editor
  #content: unknown

  constructor(private readonly options: RichTextOptions) {
    this.#content = options.content
    options.root.replaceChildren()
    this.editor = new Editor({
      element: { mount: options.root },
      extensions,
      content: options.content as object,
      injectCSS: false,
      editorProps: {
        attributes: {
          role: 'textbox',
          'aria-multiline': 'true',
          'aria-label': options.label,
          class: 'text',
        },
        transformPastedHTML: cleanedHtml,
        handleKeyDown: (view, event) => {
          if (event.key !== '/' || event.ctrlKey || event.metaKey) return false
          const { $from, empty } = view.state.selection
          if (!empty || $from.parent.type.name !== 'paragraph' || $from.parent.content.size > 0) return false
          event.preventDefault()
          const at = view.coordsAtPos($from.pos)
          options.onSlash(new DOMRect(at.left, at.top, 1, at.bottom - at.top))
          return true
        },
      },
      onUpdate: ({ editor }) => {
        this.#content = editor.getJSON()
        options.onChange(this.#content)
      },
      onFocus: ({ editor }) => options.onActive(editor),
      onTransaction: ({ editor }) => {
        if (editor.isFocused) options.onActive(editor)
      },
    })
  }

  /** What the document holds now; whatever did not come from here is shown anew. */
  show(content: unknown): void {
    if (content === this.#content) return
    this.#content = content
    const { from, to } = this.editor.state.selection
    this.editor.commands.setContent(content as object, { emitUpdate: false })
    const end = this.editor.state.doc.content.size
    this.editor.commands.setTextSelection({ from: Math.min(from, end), to: Math.min(to, end) })
  }

  /** At once: the editor's own `focus` waits for a frame, and what is typed until then would go to where the focus was. */
  focus(at: 'start' | 'end'): void {
    this.#put(at === 'start' ? 0 : this.editor.state.doc.content.size)
    this.editor.commands.scrollIntoView()
  }

  focusAt(x: number, y: number): void {
    const found = this.editor.view.posAtCoords({ left: x, top: y })
    if (found === null) this.focus('end')
    else this.#put(found.pos)
  }

  close(): void {
    this.editor.destroy()
    this.options.root.className = 'text'
    for (const name of ['contenteditable', 'translate']) this.options.root.removeAttribute(name)
    this.options.root.innerHTML = richTextHtml(this.#content)
  }

  #put(position: number): void {
    this.editor.commands.setTextSelection(position)
    this.editor.view.focus()
  }
}
