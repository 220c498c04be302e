import type { Signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { asProblem } from '../app/problem.ts'
import { type Capsule, capsules } from '../app/resources.ts'
import { addressOf, navigate } from '../app/router.ts'
import { organization } from '../app/session.ts'
import { t } from '../app/words.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { say } from '../ui/toasts.tsx'
import type { Editing } from './editing.ts'
import { helps } from './keys.ts'
import type { Saving } from './saving.ts'
import type { Opened } from './workbench.tsx'

export function TopBar({
  capsule,
  editing,
  saving,
  onOpen,
}: {
  readonly capsule: Signal<Capsule>
  readonly editing: Editing
  readonly saving: Saving
  readonly onOpen: (opened: Opened) => void
}) {
  const words = t().editor
  const list = `/o/${organization.value?.slug}`
  const here = `${list}/capsules/${capsule.value.id}`
  return (
    <header class="top-bar">
      <a class="button quiet square" href={addressOf(list)} aria-label={words.back} title={words.back}>
        <Icon name="back" />
      </a>
      <Title capsule={capsule} writable={editing.writable} />
      <SavingSign saving={saving} />
      <div class="actions">
        {editing.writable && (
          <>
            <Tool icon="undo" label={words.undo} disabled={!editing.canUndo.value} run={() => editing.undo()} />
            <span class="redo">
              <Tool icon="redo" label={words.redo} disabled={!editing.canRedo.value} run={() => editing.redo()} />
            </span>
          </>
        )}
        <button type="button" class="button" aria-label={words.preview} onClick={() => onOpen('preview')}>
          <Icon name="eye" />
          <span class="wide">{words.preview}</span>
        </button>
        {editing.writable && (
          <button type="button" class="button primary" onClick={() => onOpen('publishing')}>
            {words.publish}
          </button>
        )}
        <Menu
          label={words.more}
          items={[
            { text: t().capsules.sharing, icon: 'link', run: () => navigate(`${here}/sharing`) },
            { text: t().capsules.present, icon: 'desktop', run: () => navigate(`${here}/presenting`) },
            { text: t().capsules.analytics, icon: 'eye', run: () => navigate(`${here}/analytics`) },
            { text: t().capsules.responses, icon: 'chart', run: () => navigate(`${here}/responses`) },
            { text: t().capsules.chat, icon: 'chat', run: () => navigate(`${here}/chat`) },
            { text: t().capsules.versions, icon: 'history', run: () => navigate(`${here}/versions`) },
            ...(editing.writable
              ? [
                  ...helps(editing),
                  { text: words.redo, icon: 'redo' as const, run: () => editing.redo() },
                  { text: t().capsules.rename, icon: 'italic' as const, run: () => onOpen('rename') },
                ]
              : []),
          ]}
        />
      </div>
    </header>
  )
}

function Tool({
  icon,
  label,
  disabled,
  run,
}: {
  readonly icon: IconName
  readonly label: string
  readonly disabled: boolean
  readonly run: () => void
}) {
  return (
    <button
      type="button"
      class="button quiet square"
      aria-label={label}
      title={label}
      aria-disabled={disabled}
      onClick={() => !disabled && run()}
    >
      <Icon name={icon} />
    </button>
  )
}

/** The title is changed where it stands, and saved when it is left. */
function Title({ capsule, writable }: { readonly capsule: Signal<Capsule>; readonly writable: boolean }) {
  const [text, setText] = useState<string | undefined>()
  const save = async () => {
    const title = text?.trim() ?? ''
    setText(undefined)
    if (title === '' || title === capsule.value.title) return
    try {
      capsule.value = await capsules.change(capsule.value.id, { title })
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  return (
    <input
      class="title"
      type="text"
      aria-label={t().editor.title}
      maxLength={200}
      readOnly={!writable}
      value={text ?? capsule.value.title}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        else if (event.key === 'Escape') setText(undefined)
      }}
    />
  )
}

/** Whether everything is with the server, always in sight. */
function SavingSign({ saving }: { readonly saving: Saving }) {
  const words = t().editor
  const current = saving.state.value
  const { state } = current
  const why = state === 'refused' ? words.refusedText(current.problem.message) : undefined
  return (
    <p class={`save-sign ${state}`} role="status" title={why}>
      <span class="dot" aria-hidden="true" />
      <span>{words.states[state]}</span>
      {why !== undefined && <span class="why">{why}</span>}
    </p>
  )
}
