import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

/** Asks before what can't be undone, and only then. */
export function Confirm({
  title,
  text,
  action,
  onConfirm,
  onDone,
  onClose,
}: {
  readonly title: string
  readonly text: string
  readonly action: string
  readonly onConfirm: () => Promise<unknown>
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const submission = useSubmission()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <Form
        submission={submission}
        onSubmit={async () => {
          await onConfirm()
          onClose()
          onDone()
        }}
      >
        <div class="actions">
          <button type="button" class="button quiet" onClick={onClose}>
            {t().general.cancel}
          </button>
          <Submit submission={submission} tone="danger">
            {action}
          </Submit>
        </div>
      </Form>
    </Dialog>
  )
}
