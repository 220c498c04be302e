import { useEffect, useRef, useState } from 'preact/hooks'
import { addressOf } from '../app/router.ts'
import { t } from '../app/words.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { say } from '../ui/toasts.tsx'
import type { Editing } from './editing.ts'
import type { Saving } from './saving.ts'

const widths = ['phone', 'tablet', 'desktop'] as const

/** The draft exactly as the server would give it to visitors, at the widths that they have. */
export function Preview({
  id,
  editing,
  saving,
  onClose,
}: {
  readonly id: string
  readonly editing: Editing
  readonly saving: Saving
  readonly onClose: () => void
}) {
  const words = t().editor.previewing
  const frame = useRef<HTMLIFrameElement>(null)
  const [width, setWidth] = useState<(typeof widths)[number]>(innerWidth < 700 ? 'phone' : 'desktop')
  const [ready, setReady] = useState(false)
  const page = editing.page.value
  const isFirst = page === editing.document.value.pages[0]
  useEffect(() => {
    void saving.flush().then(() => setReady(true))
  }, [])
  // No scripts in there, and no forms either: pressing a button says that nothing is sent.
  const arm = () => {
    frame.current?.contentDocument?.addEventListener(
      'click',
      (event) => {
        if ((event.target as Element).closest('button') !== null) say(words.notSent)
      },
      true,
    )
  }
  return (
    <Dialog title={t().editor.preview} size="full" onClose={onClose}>
      <div class="preview-head">
        <fieldset class="segments">
          <legend class="unseen">{words.width}</legend>
          {widths.map((one) => (
            <label key={one}>
              <input type="radio" name="width" checked={width === one} onChange={() => setWidth(one)} />
              <span>
                <Icon name={one} />
                {words.widths[one]}
              </span>
            </label>
          ))}
        </fieldset>
        <p class="hint">{words.text}</p>
      </div>
      <div class={`preview ${width}`}>
        {ready && (
          <iframe
            ref={frame}
            title={t().editor.preview}
            sandbox="allow-same-origin"
            src={addressOf(`/${id}${isFirst || page === undefined ? '' : `?page=${encodeURIComponent(page.id)}`}`)}
            onLoad={arm}
          />
        )}
      </div>
    </Dialog>
  )
}
