import { useState } from 'preact/hooks'
import { type Capsule, capsules } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

/** A capsule's title and its address. */
export function Rename({
  capsule,
  onClose,
}: {
  readonly capsule: Capsule
  readonly onClose: (changed: Capsule | undefined) => void
}) {
  const words = t().capsules
  const submission = useSubmission()
  const [title, setTitle] = useState(capsule.title)
  const [slug, setSlug] = useState(capsule.slug)
  return (
    <Dialog title={words.renameTitle} onClose={() => onClose(undefined)}>
      <Form
        submission={submission}
        pointers={['/title', '/slug']}
        onSubmit={async () =>
          onClose(
            await capsules.change(capsule.id, {
              ...(title !== capsule.title && { title }),
              ...(slug !== capsule.slug && { slug }),
            }),
          )
        }
      >
        <TextField
          label={words.titleLabel}
          required
          autoFocus
          maxLength={200}
          value={title}
          onText={setTitle}
          fault={submission.problem?.at('/title')}
        />
        <TextField
          label={words.slugLabel}
          hint={words.slugHint}
          required
          maxLength={64}
          value={slug}
          onText={setSlug}
          fault={submission.problem?.at('/slug')}
        />
        <div class="actions">
          <button type="button" class="button quiet" onClick={() => onClose(undefined)}>
            {t().general.cancel}
          </button>
          <Submit submission={submission}>{t().general.save}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}
