import { type ListPlace, listsOf, placeOf } from '../document/tree.ts'
import type { Editing } from '../editing.ts'

interface Target {
  readonly list: ListPlace
  readonly index: number
  readonly line: { readonly left: number; readonly top: number; readonly width: number }
}

const edgePx = 60
const scrollPx = 14

/** Moves a block by its handle: a line shows where it would come to stand, Escape leaves it where it was. */
export function startDrag(
  event: PointerEvent,
  id: string,
  editing: Editing,
  elementOf: (id: string) => HTMLElement | undefined,
): void {
  const handle = event.currentTarget as HTMLElement
  const document = handle.ownerDocument
  const window = document.defaultView
  const root = elementOf(id)
  if (window === null || root === undefined) return
  event.preventDefault()
  handle.setPointerCapture(event.pointerId)
  const line = document.createElement('div')
  line.className = 'drop-line'
  document.body.append(line)
  root.dataset.dragged = ''
  let target: Target | undefined
  const onMove = (move: PointerEvent) => {
    if (move.clientY < edgePx) window.scrollBy(0, -scrollPx)
    else if (move.clientY > window.innerHeight - edgePx) window.scrollBy(0, scrollPx)
    target = targetAt(move.clientX, move.clientY, id, editing, elementOf)
    line.hidden = target === undefined
    if (target === undefined) return
    line.style.left = `${target.line.left + window.scrollX}px`
    line.style.top = `${target.line.top + window.scrollY}px`
    line.style.width = `${target.line.width}px`
  }
  const end = (drop: boolean) => {
    handle.removeEventListener('pointermove', onMove)
    document.removeEventListener('keydown', onKey, true)
    line.remove()
    delete root.dataset.dragged
    if (drop && target !== undefined) editing.move(id, target.list, target.index)
  }
  const onKey = (key: KeyboardEvent) => {
    if (key.key === 'Escape') end(false)
  }
  handle.addEventListener('pointermove', onMove)
  handle.addEventListener('pointerup', () => end(true), { once: true })
  handle.addEventListener('pointercancel', () => end(false), { once: true })
  document.addEventListener('keydown', onKey, true)
}

/** The innermost list under the pointer, and the gap in it that is nearest. */
function targetAt(
  x: number,
  y: number,
  id: string,
  editing: Editing,
  elementOf: (id: string) => HTMLElement | undefined,
): Target | undefined {
  const document = editing.document.value
  const page = editing.page.value?.id
  const place = placeOf(document, id)
  const isColumns = place?.siblings[place.index]?.type === 'columns'
  let found: Target | undefined
  for (const [list, blocks] of listsOf(document)) {
    if (list.page !== page || (isColumns && list.columns !== undefined)) continue
    const holder = list.columns === undefined ? undefined : elementOf(list.columns)?.children[list.column ?? 0]
    if (list.columns !== undefined && (holder === undefined || !holds(holder, x, y))) continue
    const rects = blocks.flatMap((block) => elementOf(block.id)?.getBoundingClientRect() ?? [])
    const index = rects.filter((rect) => rect.top + rect.height / 2 < y).length
    const [before, after] = [rects[index - 1], rects[index]]
    const near = after ?? before ?? holder?.getBoundingClientRect()
    if (near === undefined) continue
    const top =
      before !== undefined && after !== undefined
        ? (before.bottom + after.top) / 2
        : after !== undefined
          ? after.top - 8
          : (before?.bottom ?? near.top) + 8
    found = { list, index, line: { left: near.left, top, width: near.width } }
  }
  return found
}

function holds(element: Element, x: number, y: number): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  return x >= left && x <= right && y >= top && y <= bottom
}
