import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

export interface MenuItem {
  readonly text: string
  readonly icon?: IconName
  readonly danger?: boolean
  readonly checked?: boolean
  readonly run: () => void
}

/** A button with a menu: a native popover, with the arrow keys that menus have (ARIA APG, menu button). */
export function Menu({
  label,
  items,
  trigger,
  tone = 'quiet square',
}: {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly trigger?: ComponentChildren
  readonly tone?: string
}) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const entries = () => [...(list.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])]
  const step = (by: number) => {
    const all = entries()
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    all[(at + by + all.length) % all.length]?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Home: () => entries()[0]?.focus(),
      End: () => entries().at(-1)?.focus(),
    }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    move()
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`button ${tone}`}
        popovertarget={id}
        aria-haspopup="menu"
        aria-label={trigger === undefined ? label : undefined}
        title={trigger === undefined ? label : undefined}
      >
        {trigger ?? <Icon name="more" />}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        class="menu"
        aria-label={label}
        onKeyDown={onKeyDown}
        onToggle={(event) => {
          if (event.newState === 'open') open(button.current, list.current)
        }}
      >
        {items.map((item) => (
          <button
            key={item.text}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            {...(item.checked !== undefined && { 'aria-checked': item.checked })}
            class={item.danger ? 'danger' : ''}
            onClick={() => {
              list.current?.hidePopover()
              item.run()
            }}
          >
            {item.icon !== undefined && <Icon name={item.icon} />}
            <span>{item.text}</span>
            {item.checked && <Icon name="check" />}
          </button>
        ))}
      </div>
    </>
  )
}

function open(button: HTMLElement | null, list: HTMLElement | null): void {
  if (button === null || list === null) return
  placeAt(list, button.getBoundingClientRect())
  list.querySelector<HTMLElement>('button')?.focus()
}

/** Below a rectangle, or above it when there is no room, and never out of the window. */
export function placeAt(popover: HTMLElement, { left, right, top, bottom }: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = popover
  const below = bottom + 4 + height <= innerHeight - 8
  const x = left + width <= innerWidth - 8 ? left : Math.max(8, right - width)
  popover.style.left = `${Math.min(x, innerWidth - width - 8)}px`
  popover.style.top = `${below ? bottom + 4 : Math.max(8, Math.min(top - 4 - height, innerHeight - height - 8))}px`
}
