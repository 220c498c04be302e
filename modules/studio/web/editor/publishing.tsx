import type { Signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { asProblem } from '../app/problem.ts'
import { type Capsule, capsules } from '../app/resources.ts'
import { addressOf } from '../app/router.ts'
import { organization } from '../app/session.ts'
import { t } from '../app/words.ts'
import { Copyable } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Fault, Submit } from '../ui/form.tsx'
import { Icon } from '../ui/icon.tsx'
import { useSubmission } from '../ui/submission.ts'
import { say } from '../ui/toasts.tsx'
import { check } from './document/checks.ts'
import type { Editing } from './editing.ts'
import { Findings } from './findings.tsx'
import { QrCode } from './qr-code.tsx'
import type { Saving } from './saving.ts'

/** Looked over, published, and handed on: link, QR code, embed code. */
export function Publishing({
  capsule,
  editing,
  saving,
  onClose,
}: {
  readonly capsule: Signal<Capsule>
  readonly editing: Editing
  readonly saving: Saving
  readonly onClose: () => void
}) {
  const words = t().editor.publishing
  const submission = useSubmission()
  const [published, setPublished] = useState<number | undefined>()
  const { id, state, url, publishedVersion } = capsule.value
  const found = check(editing.document.value)
  const isOnline = state === 'published'
  const hasErrors = found.some((one) => one.weight === 'error')
  const publish = async () => {
    // What visitors get is what the server has: first everything goes there.
    if (!(await saving.flush())) {
      const current = saving.state.value
      if (current.state === 'conflict') return onClose()
      throw current.state === 'refused' ? current.problem : new Error(t().general.offline)
    }
    const { version } = await capsules.publish(id)
    capsule.value = await capsules.get(id)
    setPublished(version)
  }
  const unpublish = async () => {
    try {
      await capsules.unpublish(id)
      capsule.value = await capsules.get(id)
      onClose()
      say(words.unpublished, { undo: () => void submission.run(publish) })
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  const share = isOnline && (
    <div class="share">
      <div class="stack">
        <h3>{words.link}</h3>
        <Copyable label={words.link} text={url} />
        <h3>{words.embed}</h3>
        <Copyable label={words.embed} text={embedCode(url, capsule.value.title)} multiline />
        <p class="hint">{words.embedHint}</p>
        <p>
          <a href={addressOf(`/o/${organization.value?.slug}/capsules/${id}/sharing`)}>{words.links}</a>
        </p>
      </div>
      <QrCode text={url} label={words.qr} name={capsule.value.slug} />
    </div>
  )
  if (published !== undefined) {
    return (
      <Dialog title={words.done} size="large" onClose={onClose}>
        <p class="good">
          <Icon name="check" />
          {published === publishedVersion ? words.version(published) : words.unchanged}
        </p>
        {share}
        <div class="actions end">
          <a class="button primary" href={url} target="_blank" rel="noreferrer">
            <Icon name="external" />
            {words.open}
          </a>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={words.title} size={isOnline ? 'large' : 'small'} onClose={onClose}>
      <p>{words.text}</p>
      <Findings
        found={found}
        onShow={(one) => {
          onClose()
          editing.reveal(one.page, one.block)
        }}
      />
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submission.run(publish)
        }}
      >
        <Fault text={submission.problem?.message} />
        <div class="actions">
          {isOnline && (
            <button type="button" class="button quiet danger" onClick={() => void unpublish()}>
              {words.unpublish}
            </button>
          )}
          {!hasErrors && <Submit submission={submission}>{isOnline ? words.publishAgain : words.publishNow}</Submit>}
        </div>
      </form>
      {share}
    </Dialog>
  )
}

function embedCode(url: string, title: string): string {
  const name = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<iframe src="${url}" title="${name}" width="100%" height="640" loading="lazy"></iframe>`
}
