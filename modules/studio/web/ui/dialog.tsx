import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../app/words.ts'
import { Icon } from './icon.tsx'
import { Toasts } from './toasts.tsx'

/** A native modal dialog: the browser keeps the focus inside and gives it back. Shown as long as it is rendered. */
export function Dialog({
  title,
  onClose,
  size = 'small',
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly size?: 'small' | 'large' | 'full'
  readonly children: ComponentChildren
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Before the next key, which belongs to the dialog; and before the toasts in it: what comes into the top layer later is above.
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      class={`dialog ${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button quiet square" aria-label={t().general.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
      <Toasts />
    </dialog>
  )
}
