import { signal } from '@preact/signals'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { t } from '../app/words.ts'
import { Icon } from '../ui/icon.tsx'
import { placeAt } from '../ui/menu.tsx'
import { type Kind, kinds } from './document/making.ts'
import { type ListPlace, placeOf } from './document/tree.ts'
import type { Editing } from './editing.ts'

interface Wanted {
  readonly list: ListPlace
  readonly index: number
  readonly rect: DOMRect
}

/** Where a block shall be added, while it is being chosen. */
export class Adding {
  readonly wanted = signal<Wanted | undefined>(undefined)

  constructor(private readonly editing: Editing) {}

  open(wanted: Wanted): void {
    if (this.editing.writable) this.wanted.value = wanted
  }

  openAfter(id: string, rect: DOMRect): void {
    const place = placeOf(this.editing.document.value, id)
    if (place !== undefined) this.open({ list: place.list, index: place.index + 1, rect })
  }

  openAtEnd(rect: DOMRect): void {
    const page = this.editing.page.value
    if (page !== undefined) this.open({ list: { page: page.id }, index: page.blocks.length, rect })
  }

  /** After the selected block, or at the end: for a button that is elsewhere. */
  openHere(rect: DOMRect): void {
    const selected = this.editing.selected.value
    if (selected === undefined) this.openAtEnd(rect)
    else this.openAfter(selected, rect)
  }
}

/** Every kind of block, found by typing its name. */
export function AddMenu({ editing, adding }: { readonly editing: Editing; readonly adding: Adding }) {
  const wanted = adding.wanted.value
  return wanted === undefined ? null : <Choosing key={wanted.index} editing={editing} adding={adding} wanted={wanted} />
}

function Choosing({
  editing,
  adding,
  wanted,
}: {
  readonly editing: Editing
  readonly adding: Adding
  readonly wanted: Wanted
}) {
  const words = t().editor
  const { kinds: names, hints } = t().blocks
  const ref = useRef<HTMLDivElement>(null)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const before = editing.selected.value
  // Before anything else is typed: that is what is looked for.
  useLayoutEffect(() => {
    const popover = ref.current
    if (popover === null) return
    popover.showPopover()
    placeAt(popover, wanted.rect)
    popover.querySelector('input')?.focus()
  }, [])
  const folded = query.trim().toLowerCase()
  const shown = kinds.filter(
    (kind) =>
      !(kind === 'columns' && wanted.list.columns !== undefined) &&
      `${names[kind]} ${kind}`.toLowerCase().includes(folded),
  )
  const close = () => {
    adding.wanted.value = undefined
  }
  const choose = (kind: Kind | undefined) => {
    close()
    if (kind !== undefined) editing.add(kind, wanted.list, wanted.index)
  }
  return (
    <div
      ref={ref}
      popover="auto"
      role="dialog"
      aria-label={words.addBlock}
      class="add-menu"
      onToggle={(event) => {
        if (event.newState === 'closed') close()
      }}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="kinds"
        aria-activedescendant={`kind-${at}`}
        aria-label={words.addHint}
        placeholder={words.addHint}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault()
            const next = (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % Math.max(1, shown.length)
            setAt(next)
            ref.current?.querySelector(`#kind-${next}`)?.scrollIntoView({ block: 'nearest' })
          } else if (event.key === 'Enter') {
            event.preventDefault()
            choose(shown[at])
          } else if (event.key === 'Escape') {
            event.preventDefault()
            close()
            if (before !== undefined) editing.wanted.value = before
          }
        }}
      />
      <div id="kinds" role="listbox" aria-label={words.addBlock}>
        {shown.map((kind, n) => (
          <button
            type="button"
            tabIndex={-1}
            key={kind}
            id={`kind-${n}`}
            role="option"
            aria-selected={n === at}
            onPointerMove={() => setAt(n)}
            onClick={() => choose(kind)}
          >
            <Icon name={kind === 'richText' ? 'text' : kind} />
            <span>
              <strong>{names[kind]}</strong>
              <small>{hints[kind]}</small>
            </span>
          </button>
        ))}
      </div>
      {shown.length === 0 && <p class="hint">{words.noKind}</p>}
    </div>
  )
}
