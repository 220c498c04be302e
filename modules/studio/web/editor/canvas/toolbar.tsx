import { type Signal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'
import { blockOf, placeOf } from '../document/tree.ts'
import type { Editing } from '../editing.ts'
import { startDrag } from './dragging.ts'

/** Beside the block that is pointed at or selected: move it, add below it. It lives in the canvas' own page. */
export function BlockToolbar({
  editing,
  hovered,
  drawn,
  elementOf,
  onAdd,
}: {
  readonly editing: Editing
  readonly hovered: Signal<string | undefined>
  /** Counts what may have moved things on the canvas. */
  readonly drawn: Signal<number>
  readonly elementOf: (id: string) => HTMLElement | undefined
  readonly onAdd: (id: string, rect: DOMRect) => void
}) {
  const ref = useRef<HTMLDivElement>(null)
  const words = t().editor
  const id = hovered.value ?? editing.selected.value
  const block = id === undefined ? undefined : blockOf(editing.document.value, id)
  useSignalEffect(() => {
    drawn.value
    const target = hovered.value ?? editing.selected.value
    const element = target === undefined ? undefined : elementOf(target)
    if (ref.current !== null && element !== undefined) place(ref.current, element)
  })
  const place_ = id === undefined ? undefined : placeOf(editing.document.value, id)
  if (!editing.writable) return null
  const kind = block === undefined ? '' : t().blocks.kinds[block.type]
  return (
    <div ref={ref} class="block-toolbar" role="toolbar" aria-label={words.actions(kind)} hidden={place_ === undefined}>
      {id !== undefined && (
        <>
          <button
            type="button"
            aria-label={words.addHere}
            title={words.addHere}
            onClick={(event) => onAdd(id, event.currentTarget.getBoundingClientRect())}
          >
            <Icon name="plus" />
          </button>
          <button
            type="button"
            class="handle"
            aria-label={words.drag}
            title={words.drag}
            onPointerDown={(event) => {
              editing.select(id)
              startDrag(event, id, editing, elementOf)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
              event.preventDefault()
              editing.step(id, event.key === 'ArrowDown' ? 1 : -1)
            }}
          >
            <Icon name="grip" />
          </button>
        </>
      )}
    </div>
  )
}

const gapPx = 8

/** In the margin when there is room for it, above the block otherwise. */
function place(toolbar: HTMLElement, element: HTMLElement): void {
  const window = element.ownerDocument.defaultView
  if (window === null) return
  const rect = element.getBoundingClientRect()
  const width = toolbar.offsetWidth || 64
  const height = toolbar.offsetHeight || 32
  const inMargin = rect.left - width - gapPx >= 4
  const left = inMargin ? rect.left - width - gapPx : Math.max(4, rect.left)
  const top = inMargin ? rect.top : rect.top - height - 2
  toolbar.style.left = `${left + window.scrollX}px`
  toolbar.style.top = `${Math.max(0, top + window.scrollY)}px`
}
