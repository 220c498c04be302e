import { signal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../app/words.ts'
import { Icon } from './icon.tsx'

interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'good' | 'bad'
  readonly undo: (() => void) | undefined
}

const shownMs = 9_000
const shownMax = 3
const toasts = signal<readonly Toast[]>([])
/** Where they may show, the last one on top: the page, and over it each dialog that is open. */
const places = signal<readonly string[]>([])
let last = 0

/** Says what was done, for a while; what can be undone has a button for it. */
export function say(text: string, options: { readonly undo?: () => void; readonly tone?: 'good' | 'bad' } = {}): void {
  const toast: Toast = { id: ++last, text, tone: options.tone ?? 'good', undo: options.undo }
  toasts.value = [...toasts.value, toast].slice(-shownMax)
  later(toast.id)
}

/** Whoever is about to press one of its buttons is not hurried (WCAG 2.2.1). */
function later(id: number): void {
  setTimeout(() => {
    if (document.querySelector('.toasts:is(:hover, :focus-within)') === null) drop(id)
    else later(id)
  }, shownMs)
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}

/**
 * In the top layer, and within the dialog that is open: what stands outside of it is behind it, and out of reach. The region that
 * speaks is there before its words are.
 */
export function Toasts() {
  const id = useId()
  const popover = useRef<HTMLDivElement>(null)
  useEffect(() => {
    places.value = [...places.value, id]
    return () => {
      places.value = places.value.filter((one) => one !== id)
    }
  }, [])
  const shown = places.value.at(-1) === id ? toasts.value : []
  useEffect(() => {
    if (shown.length > 0) popover.current?.showPopover()
    else popover.current?.hidePopover()
  }, [shown.length > 0])
  return (
    <div role="status">
      <div ref={popover} popover="manual" class="toasts">
        {shown.map((toast) => (
          <div key={toast.id} class={`toast ${toast.tone}`}>
            <Icon name={toast.tone === 'good' ? 'check' : 'warn'} />
            <span>{toast.text}</span>
            {toast.undo !== undefined && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  drop(toast.id)
                  toast.undo?.()
                }}
              >
                {t().general.undo}
              </button>
            )}
            <button
              type="button"
              class="button quiet square"
              aria-label={t().general.close}
              onClick={() => drop(toast.id)}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </div>
  )
}
