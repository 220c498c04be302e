import { type Command, isWriting } from '../app/commands.tsx'
import { t } from '../app/words.ts'
import type { Adding } from './adding.tsx'
import type { Editing } from './editing.ts'
import type { Opened } from './workbench.tsx'

type Open = (opened: Opened) => void

/** The shortcuts of the editor, for its own page and for the canvas. */
export function keyHandler(editing: Editing, adding: Adding, open: Open): (event: KeyboardEvent) => void {
  return (event) => {
    const run = actionOf(event, editing, adding, open)
    if (run === undefined) return
    event.preventDefault()
    event.stopPropagation()
    run()
  }
}

function actionOf(event: KeyboardEvent, editing: Editing, adding: Adding, open: Open): (() => void) | undefined {
  const selected = editing.selected.value
  const key = event.key.toLowerCase()
  // A dialog has keys of its own.
  if (document.querySelector('dialog[open]') !== null || event.isComposing) return undefined
  if (event.altKey && !event.ctrlKey && !event.metaKey && selected !== undefined) {
    if (event.key === 'ArrowUp') return () => editing.step(selected, -1)
    if (event.key === 'ArrowDown') return () => editing.step(selected, 1)
    return undefined
  }
  if (event.ctrlKey || event.metaKey) return withControl(event, key, editing, open)
  if (event.key === '/' && selected !== undefined && !isWriting(event.target)) {
    return () => adding.openHere(new DOMRect(innerWidth / 2, innerHeight / 3, 1, 1))
  }
  return undefined
}

function withControl(event: KeyboardEvent, key: string, editing: Editing, open: Open): (() => void) | undefined {
  const selected = editing.selected.value
  if (key === 'z') return event.shiftKey ? () => editing.redo() : () => editing.undo()
  if (key === 'y') return () => editing.redo()
  if (key === 's') return () => undefined
  if (key === 'p' && event.shiftKey) return () => open('preview')
  if (key === 'enter') return () => open('publishing')
  if (selected === undefined) return undefined
  if (key === 'd' && !event.shiftKey) return () => editing.duplicate(selected)
  if (key === 'backspace' && event.shiftKey) return () => editing.remove(selected)
  return undefined
}

/** What a model can be asked for about the whole capsule. */
export function helps(editing: Editing) {
  const open = (kind: 'translation' | 'quiz') => () => {
    editing.help.value = { kind }
  }
  return [
    { text: t().authoring.translate, icon: 'spark' as const, run: open('translation') },
    { text: t().authoring.quiz, icon: 'spark' as const, run: open('quiz') },
  ]
}

/** The same for the command palette. */
export function commandsOf(editing: Editing, adding: Adding, open: Open): readonly Command[] {
  const words = t().editor
  const preview: Command = { text: words.preview, icon: 'eye', keys: 'Ctrl Shift P', run: () => open('preview') }
  if (!editing.writable) return [preview]
  return [
    { text: words.publish, icon: 'external', keys: 'Ctrl ↵', run: () => open('publishing') },
    preview,
    {
      text: words.addBlock,
      icon: 'plus',
      keys: '/',
      run: () => adding.openHere(new DOMRect(innerWidth / 2, innerHeight / 3, 1, 1)),
    },
    { text: words.undo, icon: 'undo', keys: 'Ctrl Z', run: () => editing.undo() },
    { text: words.redo, icon: 'redo', keys: 'Ctrl Shift Z', run: () => editing.redo() },
    ...helps(editing),
    { text: t().capsules.rename, icon: 'italic', run: () => open('rename') },
  ]
}
