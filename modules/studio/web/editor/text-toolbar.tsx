import type { Editor } from '@tiptap/core'
import { useState } from 'preact/hooks'
import { t } from '../app/words.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { isLinkable } from './canvas/extensions.ts'
import type { Editing } from './editing.ts'

interface Tool {
  readonly icon: IconName
  readonly label: string
  readonly name: string
  readonly attributes?: { readonly level: number }
  readonly run: (editor: Editor) => void
}

/** Formats what is written on the canvas. It takes no focus: the caret stays where it is. */
export function TextToolbar({ editing }: { readonly editing: Editing }) {
  const words = t().blocks
  const editor = editing.textEditor.value
  editing.textState.value
  const [linking, setLinking] = useState(false)
  const isText = editor !== undefined && !editor.isDestroyed && editing.block.value?.type === 'richText'
  return (
    <div class="text-toolbar" data-idle={!isText}>
      <div role="toolbar" aria-label={words.formatting} class="actions">
        {tools().map((tool) => (
          <button
            key={tool.label}
            type="button"
            class="button quiet square"
            aria-label={tool.label}
            title={tool.label}
            aria-pressed={isText && editor.isActive(tool.name, tool.attributes)}
            disabled={!isText}
            onPointerDown={(event) => event.preventDefault()}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              if (isText) tool.run(editor)
            }}
          >
            <Icon name={tool.icon} />
          </button>
        ))}
        <button
          type="button"
          class="button quiet square"
          aria-label={words.link}
          title={words.link}
          aria-pressed={isText && editor.isActive('link')}
          aria-expanded={linking}
          disabled={!isText}
          onClick={() => setLinking(!linking)}
        >
          <Icon name="link" />
        </button>
      </div>
      {linking && isText && <LinkForm editor={editor} onClose={() => setLinking(false)} />}
    </div>
  )
}

function tools(): readonly Tool[] {
  const words = t().blocks
  const mark = (icon: IconName, label: string, name: string): Tool => ({
    icon,
    label,
    name,
    run: (editor) => void editor.chain().focus().toggleMark(name).run(),
  })
  return [
    mark('bold', words.bold, 'bold'),
    mark('italic', words.italic, 'italic'),
    mark('underline', words.underline, 'underline'),
    mark('strike', words.strike, 'strike'),
    mark('code', words.code, 'code'),
    {
      icon: 'heading',
      label: words.levels[3],
      name: 'heading',
      attributes: { level: 3 },
      run: (editor) => void editor.chain().focus().toggleHeading({ level: 3 }).run(),
    },
    {
      icon: 'bullets',
      label: words.bullets,
      name: 'bulletList',
      run: (editor) => void editor.chain().focus().toggleBulletList().run(),
    },
    {
      icon: 'numbers',
      label: words.numbers,
      name: 'orderedList',
      run: (editor) => void editor.chain().focus().toggleOrderedList().run(),
    },
    {
      icon: 'quote',
      label: words.quote,
      name: 'blockquote',
      run: (editor) => void editor.chain().focus().toggleBlockquote().run(),
    },
  ]
}

function LinkForm({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) {
  const words = t().blocks
  const [address, setAddress] = useState(String(editor.getAttributes('link').href ?? ''))
  const [fault, setFault] = useState(false)
  const apply = () => {
    const given = address.trim()
    const href = /^[\w.-]+\.\w{2,}(\/|$)/.test(given) ? `https://${given}` : given
    if (!isLinkable(href)) return setFault(true)
    const chain = editor.chain().focus().extendMarkRange('link')
    if (editor.state.selection.empty && !editor.isActive('link')) {
      chain.insertContent({ type: 'text', text: given, marks: [{ type: 'link', attrs: { href } }] }).run()
    } else chain.setLink({ href }).run()
    onClose()
  }
  return (
    <form
      class="link-form"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <input
        type="text"
        inputMode="url"
        aria-label={words.linkAddress}
        aria-invalid={fault || undefined}
        placeholder="https://"
        ref={(input) => {
          if (input !== null && document.activeElement !== input && !fault) input.focus()
        }}
        value={address}
        onInput={(event) => setAddress(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
        }}
      />
      <button type="submit" class="button primary">
        {words.apply}
      </button>
      {editor.isActive('link') && (
        <button
          type="button"
          class="button"
          onClick={() => {
            editor.chain().focus().extendMarkRange('link').unsetLink().run()
            onClose()
          }}
        >
          {words.unlink}
        </button>
      )}
      {fault && (
        <p class="fault" role="alert">
          {words.linkFault}
        </p>
      )}
    </form>
  )
}
