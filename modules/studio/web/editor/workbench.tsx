import { effect, type Signal, untracked } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import { ownCommands } from '../app/commands.tsx'
import type { Capsule } from '../app/resources.ts'
import { t } from '../app/words.ts'
import { Rename } from '../screens/capsules/rename.tsx'
import { Icon } from '../ui/icon.tsx'
import { Adding, AddMenu } from './adding.tsx'
import { Canvas } from './canvas/canvas.tsx'
import { Conflict } from './conflict.tsx'
import type { Editing } from './editing.ts'
import { Helping } from './helping.tsx'
import { commandsOf, keyHandler } from './keys.ts'
import { BlockPanel } from './panels/block-panel.tsx'
import { PagesPanel } from './panels/pages-panel.tsx'
import { SettingsPanel } from './panels/settings-panel.tsx'
import { ThemePanel } from './panels/theme-panel.tsx'
import { Preview } from './preview.tsx'
import { Publishing } from './publishing.tsx'
import type { Saving } from './saving.ts'
import { TextToolbar } from './text-toolbar.tsx'
import { TopBar } from './top-bar.tsx'

export type Opened = 'preview' | 'publishing' | 'rename' | undefined
type Side = 'block' | 'theme' | 'settings'
/** On a phone one panel at a time comes up from below. */
type Sheet = Side | 'pages' | undefined

/** Pages on one side, the page itself in the middle, what can be changed on the other. */
export function Workbench({
  capsule,
  editing,
  saving,
}: {
  readonly capsule: Signal<Capsule>
  readonly editing: Editing
  readonly saving: Saving
}) {
  const words = t().editor
  const [opened, setOpened] = useState<Opened>()
  const [side, setSide] = useState<Side>('block')
  const [sheet, setSheet] = useState<Sheet>()
  const adding = useMemo(() => new Adding(editing), [editing])
  const { id } = capsule.value
  document.title = `${capsule.value.title} · ${t().general.product}`
  const onKey = useMemo(() => keyHandler(editing, adding, setOpened), [editing, adding])
  useEffect(
    () =>
      effect(() => {
        const changed = editing.document.value
        untracked(() => saving.changed(changed))
      }),
    [editing, saving],
  )
  // With the screen itself: a key that is pressed as soon as it is seen is heard.
  useLayoutEffect(() => {
    addEventListener('keydown', onKey)
    const flush = () => {
      if (document.visibilityState === 'hidden') void saving.flush()
    }
    document.addEventListener('visibilitychange', flush)
    ownCommands.value = commandsOf(editing, adding, setOpened)
    return () => {
      removeEventListener('keydown', onKey)
      document.removeEventListener('visibilitychange', flush)
      ownCommands.value = []
    }
  }, [editing, saving])
  const choose = (next: Side) => {
    setSide(next)
    setSheet(next)
  }
  return (
    <div class="workbench">
      <TopBar capsule={capsule} editing={editing} saving={saving} onOpen={setOpened} />
      <aside class="pages-side" data-open={sheet === 'pages'} aria-label={words.pages}>
        <SheetClose onClose={() => setSheet(undefined)} />
        <PagesPanel editing={editing} />
      </aside>
      <main class="stage" id="content">
        <h1 class="unseen">{capsule.value.title}</h1>
        {editing.writable ? <TextToolbar editing={editing} /> : <p class="note">{words.readOnly}</p>}
        <Canvas editing={editing} adding={adding} onKey={onKey} />
      </main>
      <aside class="inspector" data-open={sheet !== undefined && sheet !== 'pages'} aria-label={words.panels[side]}>
        <SheetClose onClose={() => setSheet(undefined)} />
        <fieldset class="segments">
          <legend class="unseen">{words.panels.block}</legend>
          {(['block', 'theme', 'settings'] as const).map((one) => (
            <label key={one}>
              <input type="radio" name="side" checked={side === one} onChange={() => setSide(one)} />
              <span>{words.panels[one]}</span>
            </label>
          ))}
        </fieldset>
        {side === 'block' && <BlockPanel editing={editing} />}
        {side === 'theme' && <ThemePanel editing={editing} />}
        {side === 'settings' && <SettingsPanel editing={editing} onAddress={() => setOpened('rename')} />}
      </aside>
      <nav class="bottom-bar" aria-label={words.panels.block}>
        <BarButton
          icon="pages"
          text={words.panels.pages}
          run={() => setSheet(sheet === 'pages' ? undefined : 'pages')}
        />
        {editing.writable && <BarButton icon="plus" text={words.panels.add} run={(rect) => adding.openHere(rect)} />}
        <BarButton icon="gear" text={words.panels.block} run={() => choose('block')} />
        <BarButton icon="palette" text={words.panels.theme} run={() => choose('theme')} />
      </nav>
      <AddMenu editing={editing} adding={adding} />
      <p class="unseen" role="status">
        {editing.announced.value}
      </p>
      {opened === 'preview' && (
        <Preview id={id} editing={editing} saving={saving} onClose={() => setOpened(undefined)} />
      )}
      {opened === 'publishing' && (
        <Publishing capsule={capsule} editing={editing} saving={saving} onClose={() => setOpened(undefined)} />
      )}
      {opened === 'rename' && (
        <Rename
          capsule={capsule.value}
          onClose={(changed) => {
            setOpened(undefined)
            if (changed !== undefined) capsule.value = changed
          }}
        />
      )}
      <Helping capsule={capsule} editing={editing} saving={saving} />
      <Conflict editing={editing} saving={saving} />
    </div>
  )
}

function SheetClose({ onClose }: { readonly onClose: () => void }) {
  return (
    <button type="button" class="button quiet square sheet-close" aria-label={t().general.close} onClick={onClose}>
      <Icon name="down" />
    </button>
  )
}

function BarButton({
  icon,
  text,
  run,
}: {
  readonly icon: 'pages' | 'plus' | 'gear' | 'palette'
  readonly text: string
  readonly run: (rect: DOMRect) => void
}) {
  return (
    <button type="button" onClick={(event) => run(event.currentTarget.getBoundingClientRect())}>
      <Icon name={icon} />
      {text}
    </button>
  )
}
