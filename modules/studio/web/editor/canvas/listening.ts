import type { Signal } from '@preact/signals'
import type { Editing } from '../editing.ts'
import type { Surface } from './surface.ts'

/** What pointer, focus and keys on the canvas mean for the editor. Returns how to stop listening. */
export function listen(
  inside: Document,
  editing: Editing,
  surface: Surface,
  hovered: Signal<string | undefined>,
  onKey: (event: KeyboardEvent) => void,
): () => void {
  const idAt = (target: EventTarget | null) =>
    (target as Element | null)?.closest?.<HTMLElement>('[data-block-id]')?.dataset.blockId
  const stop = new AbortController()
  const on = <K extends keyof DocumentEventMap>(
    type: K,
    listener: (event: DocumentEventMap[K]) => void,
    capture = false,
  ) => inside.addEventListener(type, listener, { signal: stop.signal, capture })
  on('pointerdown', (event) => {
    const target = event.target as Element
    if (target.closest('#over, #after, .add-in-column') !== null) return
    const id = idAt(target)
    editing.select(id)
    if (id !== undefined) surface.pressed(id, event)
  })
  on('pointerover', (event) => {
    if (event.pointerType !== 'mouse' || (event.target as Element).closest('#over') !== null) return
    hovered.value = idAt(event.target)
  })
  inside.documentElement.addEventListener(
    'pointerleave',
    () => {
      hovered.value = undefined
    },
    { signal: stop.signal },
  )
  on('focusin', (event) => {
    const id = idAt(event.target)
    if (id === undefined) return
    editing.select(id)
    if ((event.target as HTMLElement).dataset.blockId === id) surface.entered(id)
  })
  // Links lead nowhere, labels toggle nothing, forms are not sent: here everything is text.
  on('click', (event) => {
    if ((event.target as Element).closest('#over, #after, .add-in-column') === null) event.preventDefault()
  })
  on('submit', (event) => event.preventDefault())
  on('dragstart', (event) => event.preventDefault())
  on(
    'beforeinput',
    (event) => {
      const { inputType } = event as InputEvent
      if (inputType !== 'historyUndo' && inputType !== 'historyRedo') return
      event.preventDefault()
      if (inputType === 'historyUndo') editing.undo()
      else editing.redo()
    },
    true,
  )
  on('keydown', onKey, true)
  return () => stop.abort()
}
