import { useState } from 'preact/hooks'
import { identity } from '../../app/identity.ts'
import { navigate } from '../../app/router.ts'
import { organizationSlug, organizations, person } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

/** The way out for good: it asks for the password. */
export function DeleteAccount() {
  const words = t().team
  const [open, setOpen] = useState(false)
  return (
    <section class="part narrow">
      <h2>{words.deleteAccount}</h2>
      <p class="hint">{words.deleteText}</p>
      <div>
        <button type="button" class="button danger" onClick={() => setOpen(true)}>
          {words.deleteAccount}
        </button>
      </div>
      {open && <Deletion onClose={() => setOpen(false)} />}
    </section>
  )
}

function Deletion({ onClose }: { readonly onClose: () => void }) {
  const words = t().team
  const submission = useSubmission()
  const [password, setPassword] = useState('')
  return (
    <Dialog title={words.deleteAccount} onClose={onClose}>
      <p>{words.deleteText}</p>
      <Form
        submission={submission}
        pointers={['/password']}
        onSubmit={async () => {
          await identity.remove(password)
          organizationSlug.value = undefined
          organizations.value = []
          person.value = null
          navigate('/sign-up', { replace: true })
        }}
      >
        <TextField
          label={words.currentPassword}
          type="password"
          autocomplete="current-password"
          required
          autoFocus
          value={password}
          onText={setPassword}
          fault={submission.problem?.at('/password')}
        />
        <div class="actions">
          <button type="button" class="button quiet" onClick={onClose}>
            {t().general.cancel}
          </button>
          <Submit submission={submission} tone="danger">
            {words.deleteConfirm}
          </Submit>
        </div>
      </Form>
    </Dialog>
  )
}
