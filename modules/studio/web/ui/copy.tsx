import { useState } from 'preact/hooks'
import { t } from '../app/words.ts'
import { Icon } from './icon.tsx'
import { say } from './toasts.tsx'

/** Something to take along: shown whole, copied by a button. */
export function Copyable({
  label,
  text,
  multiline = false,
}: {
  readonly label: string
  readonly text: string
  readonly multiline?: boolean
}) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      setTimeout(() => setCopied(false), 2_000)
    } catch {
      say(t().general.notCopied, { tone: 'bad' })
    }
  }
  return (
    <div class="copyable">
      {multiline ? (
        <textarea readOnly rows={3} aria-label={label} value={text} onFocus={(event) => event.currentTarget.select()} />
      ) : (
        <input readOnly aria-label={label} value={text} onFocus={(event) => event.currentTarget.select()} />
      )}
      <button type="button" class="button" onClick={copy}>
        <Icon name={copied ? 'check' : 'copy'} />
        <span aria-live="polite">{copied ? t().general.copied : t().general.copy}</span>
      </button>
    </div>
  )
}
