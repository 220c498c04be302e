import { useState } from 'preact/hooks'
import { identity } from '../../app/identity.ts'
import { addressOf, search, wanted } from '../../app/router.ts'
import { loadSession } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { EntranceFrame } from './frame.tsx'

export function SignIn() {
  const words = t().entrance
  const submission = useSubmission()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  return (
    <EntranceFrame title={words.welcomeBack}>
      {wanted().startsWith('/invitations/') && <p class="note">{words.invitationSignIn}</p>}
      <Form
        submission={submission}
        pointers={['/email', '/password']}
        onSubmit={async () => {
          await identity.signIn({ email, password })
          await loadSession()
        }}
      >
        <TextField
          label={words.email}
          type="email"
          name="email"
          autocomplete="username"
          required
          autoFocus
          value={email}
          onText={setEmail}
          fault={submission.problem?.at('/email')}
        />
        <TextField
          label={words.password}
          type="password"
          name="password"
          autocomplete="current-password"
          required
          value={password}
          onText={setPassword}
          fault={submission.problem?.at('/password')}
        />
        <Submit submission={submission}>{words.signIn}</Submit>
      </Form>
      <p class="aside">
        <a href={addressOf('/forgotten')}>{words.forgot}</a>
      </p>
      <p class="aside">
        {words.noAccount} <a href={addressOf(`/sign-up${search.value}`)}>{words.signUp}</a>
      </p>
    </EntranceFrame>
  )
}
