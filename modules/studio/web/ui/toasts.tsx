import { signal } from '@preact/signals'
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
let last = 0

/** Says what was done, for a while; what can be undone has a button for it. */
export function say(text: string, options: { readonly undo?: () => void; readonly tone?: 'good' | 'bad' } = {}): void {
  const toast: Toast = { id: ++last, text, tone: options.tone ?? 'good', undo: options.undo }
  toasts.value = [...toasts.value, toast].slice(-shownMax)
  setTimeout(() => drop(toast.id), shownMs)
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((toast) => (
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
  )
}
