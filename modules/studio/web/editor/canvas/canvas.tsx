import { effect, untracked, useSignal } from '@preact/signals'
import { render } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { themeStyle } from '../../../../visitor/render/index.ts'
import { onShortcut } from '../../app/commands.tsx'
import { keepFocus } from '../../app/focus.ts'
import { t } from '../../app/words.ts'
import type { Adding } from '../adding.tsx'
import type { Editing } from '../editing.ts'
import { receiveFiles } from '../files.ts'
import { listen } from './listening.ts'
import { Surface } from './surface.ts'
import { BlockToolbar } from './toolbar.tsx'
import { onEnter } from './typing.ts'

/** The page itself, in a frame of its own so that the visitor's style sheets and widths apply to it and to nothing else. */
export function Canvas({
  editing,
  adding,
  onKey,
}: {
  readonly editing: Editing
  readonly adding: Adding
  readonly onKey: (event: KeyboardEvent) => void
}) {
  const frame = useRef<HTMLIFrameElement>(null)
  const hovered = useSignal<string | undefined>(undefined)
  const drawn = useSignal(0)
  const styles = document.getElementById('studio')?.dataset.canvasStyles?.split(' ') ?? []
  const links = styles.map((url) => `<link rel="stylesheet" href="${url}">`).join('')
  const page = `<!doctype html><html lang="${editing.document.value.settings?.language ?? 'en'}"><head><meta charset="utf-8"><title>${t().editor.canvas}</title>${links}</head><body><main id="content"><h1></h1></main><div id="after"></div><div id="over"></div></body></html>`
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    let close = () => {}
    const open = () => {
      const inside = element.contentDocument
      if (inside?.querySelector('#over') == null) return
      close()
      close = draw(inside)
    }
    element.addEventListener('load', open)
    element.srcdoc = page
    return () => {
      element.removeEventListener('load', open)
      close()
    }
  }, [])

  const draw = (inside: Document): (() => void) => {
    const window = inside.defaultView
    const main = inside.querySelector('main')
    const [heading, after, over] = ['h1', '#after', '#over'].map((name) => inside.querySelector<HTMLElement>(name))
    if (window === null || main === null || !heading || !after || !over) return () => {}
    const addAfter = (id: string, rect: DOMRect) => adding.openAfter(id, inFrame(rect))
    const inFrame = (rect: DOMRect) => {
      const outer = frame.current?.getBoundingClientRect() ?? new DOMRect()
      return new DOMRect(rect.left + outer.left, rect.top + outer.top, rect.width, rect.height)
    }
    const surface = new Surface(main, heading, editing, {
      onSlash: addAfter,
      onAddInColumn: (list, index, rect) => adding.open({ list, index, rect: inFrame(rect) }),
      onEnter: (block, path) => onEnter(editing, surface, block, path),
    })
    const sheet = new window.CSSStyleSheet()
    inside.adoptedStyleSheets = [sheet]
    const elementOf = (id: string) => surface.element(id)
    render(
      <BlockToolbar editing={editing} hovered={hovered} drawn={drawn} elementOf={elementOf} onAdd={addAfter} />,
      over,
    )
    render(<Ending editing={editing} onAdd={(rect) => adding.openAtEnd(inFrame(rect))} />, after)
    const stops = [
      keepFocus(inside),
      effect(() => {
        const shown = editing.page.value
        editing.assetUrls.value
        untracked(() => {
          if (shown !== undefined) surface.show(shown)
          drawn.value++
        })
      }),
      effect(() => sheet.replaceSync(themeStyle(editing.document.value.theme))),
      effect(() => {
        const selected = editing.selected.value
        for (const one of main.querySelectorAll('[data-selected]')) one.removeAttribute('data-selected')
        if (selected !== undefined) surface.element(selected)?.setAttribute('data-selected', '')
      }),
      effect(() => {
        const wanted = editing.wanted.value
        if (wanted === undefined) return
        editing.wanted.value = undefined
        const focus = () =>
          untracked(() => {
            window.focus()
            surface.focus(wanted)
          })
        // At once, so that no key is lost; and again after what is under way: a dialog that closes gives the focus back first.
        focus()
        window.requestAnimationFrame(() => {
          const isElsewhere = !window.document.hasFocus() || !surface.hasFocus(wanted)
          if (isElsewhere && adding.wanted.peek() === undefined) focus()
        })
      }),
      listen(inside, editing, surface, hovered, (event) => {
        onKey(event)
        if (!event.defaultPrevented) onShortcut(event)
      }),
    ]
    const resized = new window.ResizeObserver(() => {
      drawn.value = drawn.peek() + 1
    })
    resized.observe(main)
    receiveFiles(inside, editing)
    return () => {
      for (const stop of stops) stop()
      resized.disconnect()
      surface.close()
      render(null, over)
      render(null, after)
    }
  }
  return <iframe ref={frame} class="canvas" title={t().editor.canvas} />
}

function Ending({ editing, onAdd }: { readonly editing: Editing; readonly onAdd: (rect: DOMRect) => void }) {
  if (!editing.writable) return null
  const isEmpty = editing.page.value?.blocks.length === 0
  return (
    <div class="ending">
      {isEmpty && <p>{t().editor.emptyPage}</p>}
      <button type="button" onClick={(event) => onAdd(event.currentTarget.getBoundingClientRect())}>
        + {t().editor.addBlock}
      </button>
    </div>
  )
}
