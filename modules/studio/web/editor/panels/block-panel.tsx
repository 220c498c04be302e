import type { Block } from '../../../../capsule/index.ts'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'
import { placeOf } from '../document/tree.ts'
import { wordsOf } from '../document/words.ts'
import type { Editing } from '../editing.ts'
import { HelpButton } from '../helping.tsx'
import { ButtonPanel } from './button-panel.tsx'
import { ChatPanel } from './chat-panel.tsx'
import { ColumnsPanel } from './columns-panel.tsx'
import { EmbedPanel } from './embed-panel.tsx'
import { FormPanel } from './form-panel.tsx'
import { HeadingPanel } from './heading-panel.tsx'
import { MediaPanel } from './media-panel.tsx'
import { PollPanel } from './poll-panel.tsx'
import { QuizPanel } from './quiz-panel.tsx'

/** What can be changed of the selected block, and where it stands. */
export function BlockPanel({ editing }: { readonly editing: Editing }) {
  const words = t().editor
  const block = editing.block.value
  if (block === undefined) return <Nothing editing={editing} />
  const kind = t().blocks.kinds[block.type]
  return (
    <div class="panel">
      <header class="panel-head">
        <Icon name={block.type === 'richText' ? 'text' : block.type} />
        <h2>{kind}</h2>
        {editing.writable && (
          <div class="actions" role="toolbar" aria-label={words.actions(kind)}>
            <Tool icon="up" label={words.moveUp} run={() => editing.step(block.id, -1)} />
            <Tool icon="down" label={words.moveDown} run={() => editing.step(block.id, 1)} />
            <Tool icon="copy" label={words.duplicate} run={() => editing.duplicate(block.id)} />
            <Tool icon="trash" label={words.remove} run={() => editing.remove(block.id)} />
          </div>
        )}
      </header>
      <fieldset class="stack" disabled={!editing.writable} key={block.id}>
        <legend class="unseen">{kind}</legend>
        <Controls block={block} editing={editing} />
      </fieldset>
      <Outline editing={editing} />
    </div>
  )
}

function Tool({
  icon,
  label,
  run,
}: {
  readonly icon: 'up' | 'down' | 'copy' | 'trash'
  readonly label: string
  readonly run: () => void
}) {
  return (
    <button type="button" class="button quiet square" aria-label={label} title={label} onClick={run}>
      <Icon name={icon} />
    </button>
  )
}

function Controls({ block, editing }: { readonly block: Block; readonly editing: Editing }) {
  switch (block.type) {
    case 'heading':
      return <HeadingPanel block={block} editing={editing} />
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return <MediaPanel block={block} editing={editing} />
    case 'embed':
      return <EmbedPanel block={block} editing={editing} />
    case 'button':
      return <ButtonPanel block={block} editing={editing} />
    case 'columns':
      return <ColumnsPanel block={block} editing={editing} />
    case 'poll':
      return <PollPanel block={block} editing={editing} />
    case 'quiz':
      return <QuizPanel block={block} editing={editing} />
    case 'form':
      return <FormPanel block={block} editing={editing} />
    case 'chat':
      return <ChatPanel block={block} editing={editing} />
    case 'richText':
      return (
        <>
          <p class="hint">{t().blocks.placeholders.richText}</p>
          <HelpButton editing={editing} help={{ kind: 'rewrite', block }} text={t().authoring.rewrite} />
        </>
      )
    case 'divider':
      return <p class="hint">{t().blocks.hints.divider}</p>
  }
}

function Nothing({ editing }: { readonly editing: Editing }) {
  return (
    <div class="panel">
      <h2>{t().editor.nothingSelected}</h2>
      <p class="hint">{editing.writable ? t().editor.nothingSelectedText : t().editor.readOnly}</p>
      <Outline editing={editing} />
    </div>
  )
}

/** The blocks of the page as a list: a way to each without a pointer, and their order by keys. */
function Outline({ editing }: { readonly editing: Editing }) {
  const page = editing.page.value
  if (page === undefined || page.blocks.length === 0) return null
  const step = (id: string, event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    event.stopPropagation()
    editing.step(id, event.key === 'ArrowDown' ? 1 : -1)
    const button = event.currentTarget as HTMLElement
    requestAnimationFrame(() => button.focus())
  }
  const rows = page.blocks.flatMap((block) => [
    block,
    ...(block.type === 'columns' ? (block.columns.flat() as Block[]) : []),
  ])
  return (
    <details class="outline" open>
      <summary>{t().editor.outline}</summary>
      <ol>
        {rows.map((block) => (
          <li key={block.id} class={placeOf(editing.document.value, block.id)?.list.columns ? 'within' : ''}>
            <button
              type="button"
              aria-pressed={editing.selected.value === block.id}
              onClick={() => editing.reveal(page.id, block.id)}
              onKeyDown={(event) => step(block.id, event)}
            >
              <Icon name={block.type === 'richText' ? 'text' : block.type} />
              <span>{wordsOf(block).split('\n')[0] || t().blocks.kinds[block.type]}</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  )
}
