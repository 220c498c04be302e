import type { ComponentChildren } from 'preact'
import { Icon } from '../../ui/icon.tsx'
import { ItemTools } from './item-tools.tsx'

interface Naming {
  readonly name: (n: number) => string
  readonly remove: (n: number) => string
  readonly add: string
}

/** The questions of a quiz, the fields of a form: each opens into what can be said of it, and at least one there is. */
export function Cases<T extends { readonly id: string }>({
  items,
  max,
  openBelow,
  naming,
  titleOf,
  made,
  onChange,
  children,
}: {
  readonly items: readonly T[]
  readonly max: number
  /** With fewer than so many, all stand open. */
  readonly openBelow: number
  readonly naming: Naming
  readonly titleOf: (item: T) => string
  /** Another one, for the end. */
  readonly made: () => T
  readonly onChange: (items: T[], key: string) => void
  readonly children: (item: T, n: number, set: (item: T, key: string) => void) => ComponentChildren
}) {
  const set = (index: number) => (item: T, key: string) =>
    onChange(
      items.map((one, n) => (n === index ? item : one)),
      key,
    )
  return (
    <>
      <ol class="cases">
        {items.map((item, n) => (
          <li key={item.id}>
            <details open={items.length < openBelow}>
              <summary>{titleOf(item) || naming.name(n + 1)}</summary>
              <div class="stack">
                {children(item, n, set(n))}
                <ItemTools
                  items={items}
                  index={n}
                  min={1}
                  name={naming.name(n + 1)}
                  removeLabel={naming.remove(n + 1)}
                  onChange={(changed) => onChange(changed, '')}
                />
              </div>
            </details>
          </li>
        ))}
      </ol>
      <button
        type="button"
        class="button"
        disabled={items.length >= max}
        onClick={() => onChange([...items, made()], '')}
      >
        <Icon name="plus" />
        {naming.add}
      </button>
    </>
  )
}
