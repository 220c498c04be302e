import { useState } from 'preact/hooks'
import { identity } from '../../app/identity.ts'
import { navigate } from '../../app/router.ts'
import { expired, person } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

/** A session that ended in the middle of work: sign in again on the spot, and what was under way goes on. */
export function Expired() {
  const words = t().entrance
  const submission = useSubmission()
  const [password, setPassword] = useState('')
  const waiting = expired.value
  const email = person.value?.email ?? ''
  if (waiting === undefined) return null
  return (
    <Dialog title={words.expiredTitle} onClose={() => waiting.resolve(false)}>
      <p>{words.expiredText}</p>
      <Form
        submission={submission}
        pointers={['/password']}
        onSubmit={async () => {
          await identity.signIn({ email, password })
          setPassword('')
          waiting.resolve(true)
        }}
      >
        <TextField label={words.email} type="email" autocomplete="username" readOnly value={email} />
        <TextField
          label={words.password}
          type="password"
          name="password"
          autocomplete="current-password"
          required
          autoFocus
          value={password}
          onText={setPassword}
          fault={submission.problem?.at('/password')}
        />
        <div class="actions">
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              waiting.resolve(false)
              person.value = null
              navigate('/sign-in')
            }}
          >
            {words.leave}
          </button>
          <Submit submission={submission}>{words.signIn}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}
