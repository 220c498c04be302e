import { signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Dialog } from '../ui/dialog.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { placesOf } from './frame.tsx'
import { capsules } from './resources.ts'
import { navigate } from './router.ts'
import { may, organization, organizations, person, signOut } from './session.ts'
import { t } from './words.ts'

export interface Command {
  readonly text: string
  readonly icon: IconName
  readonly keys?: string
  readonly run: () => void
}

/** What the screen that is shown can do; it sets this while it is there. */
export const ownCommands = signal<readonly Command[]>([])
const open = signal<'commands' | 'shortcuts' | undefined>(undefined)

export function openCommands(): void {
  open.value = 'commands'
}

/** Everything that can be done, by name; and the sheet of shortcuts. */
export function Commands() {
  useLayoutEffect(() => {
    addEventListener('keydown', onShortcut)
    return () => removeEventListener('keydown', onShortcut)
  }, [])
  if (open.value === 'commands') return <Palette />
  return open.value === 'shortcuts' ? <Sheet /> : null
}

/** Also called for the keys pressed within the canvas, which is a page of its own. */
export function onShortcut(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.shiftKey) {
    event.preventDefault()
    open.value = open.value === 'commands' ? undefined : 'commands'
  } else if (event.key === '?' && !isWriting(event.target)) {
    event.preventDefault()
    open.value = 'shortcuts'
  }
}

/** An element of any window: the canvas has classes of its own. */
export function isWriting(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return element?.isContentEditable === true || ['INPUT', 'TEXTAREA', 'SELECT'].includes(element?.tagName ?? '')
}

function Palette() {
  const words = t().general
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const [found, setFound] = useState<readonly Command[]>([])
  const slug = organization.value?.slug
  useEffect(() => {
    if (slug === undefined || query.trim() === '') return setFound([])
    let current = true
    capsules.list({ q: query, limit: 6 }).then(
      (page) =>
        current &&
        setFound(
          page.items.map((one) => ({
            text: one.title,
            icon: 'capsule',
            run: () => navigate(`/o/${slug}/capsules/${one.id}`),
          })),
        ),
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [query])
  const known = useMemo(everyCommand, [])
  const folded = query.trim().toLowerCase()
  const shown = [...known.filter((one) => one.text.toLowerCase().includes(folded)), ...found]
  const run = (command: Command | undefined) => {
    open.value = undefined
    command?.run()
  }
  const move = (by: number) => {
    const next = shown.length === 0 ? 0 : (at + by + shown.length) % shown.length
    setAt(next)
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <Dialog title={words.commands} onClose={() => run(undefined)}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette"
        aria-activedescendant={`palette-${at}`}
        aria-label={words.commandsHint}
        placeholder={words.commandsHint}
        autoFocus
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault()
            move(event.key === 'ArrowDown' ? 1 : -1)
          } else if (event.key === 'Enter') run(shown[at])
        }}
      />
      <div class="palette" id="palette" role="listbox" aria-label={words.commands} ref={list}>
        {shown.map((command, n) => (
          <button
            type="button"
            tabIndex={-1}
            key={command.text + n}
            id={`palette-${n}`}
            role="option"
            aria-selected={n === at}
            onPointerMove={() => setAt(n)}
            onClick={() => run(command)}
          >
            <Icon name={command.icon} />
            <span>{command.text}</span>
            {command.keys !== undefined && <kbd>{command.keys}</kbd>}
          </button>
        ))}
      </div>
      {shown.length === 0 && <p class="hint">{words.noCommand}</p>}
    </Dialog>
  )
}

function everyCommand(): readonly Command[] {
  const words = t().general
  const slug = organization.value?.slug
  return [
    ...ownCommands.value,
    ...(slug === undefined
      ? []
      : [
          ...(may('capsules:write')
            ? [{ text: t().capsules.create, icon: 'plus', run: () => navigate(`/o/${slug}/new`) } as const]
            : []),
          ...placesOf(slug).map(({ to, text, icon }) => ({ text, icon, run: () => navigate(to) })),
        ]),
    ...organizations.value
      .filter((one) => one.slug !== slug)
      .map((one) => ({ text: one.name, icon: 'people' as const, run: () => navigate(`/o/${one.slug}`) })),
    {
      text: words.shortcuts,
      icon: 'keyboard',
      keys: '?',
      run: () => {
        open.value = 'shortcuts'
      },
    },
    ...(person.value ? [{ text: words.signOut, icon: 'out', run: () => void signOut() } as const] : []),
  ]
}

function Sheet() {
  const words = t().general
  const { shortcuts } = t().editor
  const everywhere: readonly (readonly [string, string])[] = [
    ['Ctrl K', words.commands],
    ['?', words.shortcuts],
  ]
  const close = () => {
    open.value = undefined
  }
  return (
    <Dialog title={words.shortcuts} onClose={close}>
      {(
        [
          [words.everywhere, everywhere],
          [words.inEditor, shortcuts],
        ] as const
      ).map(([title, rows]) => (
        <section key={title} class="shortcuts">
          <h3>{title}</h3>
          <dl>
            {rows.map(([keys, text]) => (
              <div key={keys}>
                <dt>{text}</dt>
                <dd>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
