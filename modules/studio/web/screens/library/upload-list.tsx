import { fileSize, percent } from '../../app/formats.ts'
import { organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'
import { retry, type Sending, sendings, stop } from './uploads.ts'

/** Files on their way into this organization: how far each is, and what went wrong. */
export function UploadList() {
  const own = sendings.value.filter((one) => one.organization === organization.value?.slug)
  if (own.length === 0) return null
  return (
    <section class="uploads" aria-label={t().library.uploads}>
      <ul>
        {own.map((one) => (
          <Row key={one.id} sending={one} />
        ))}
      </ul>
    </section>
  )
}

function Row({ sending }: { readonly sending: Sending }) {
  const words = t().library
  const { name, size } = sending.upload.file
  const hasFailed = sending.state === 'failed'
  return (
    <li>
      <div class="upload-text">
        <strong>{name}</strong>
        {hasFailed ? (
          <p class="fault" role="alert">
            {sending.text}
          </p>
        ) : (
          <>
            <progress
              aria-label={words.progressOf(name)}
              max={Math.max(1, size)}
              value={sending.state === 'sending' ? sending.sent : 0}
            />
            <p class="hint">{progressText(sending, size)}</p>
          </>
        )}
      </div>
      {hasFailed && (
        <button type="button" class="button" aria-label={words.retry(name)} onClick={() => retry(sending.id)}>
          {t().general.retry}
        </button>
      )}
      <button
        type="button"
        class="button quiet square"
        aria-label={hasFailed ? words.dismiss(name) : words.stop(name)}
        onClick={() => stop(sending)}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}

function progressText(sending: Sending, size: number): string {
  if (sending.state !== 'sending') return t().library.waiting
  if (size > 0 && sending.sent >= size) return t().library.checking
  return `${percent(sending.sent / Math.max(1, size))} · ${fileSize(size)}`
}
