import { useState } from 'preact/hooks'
import { identity } from '../../app/identity.ts'
import { addressOf, search } from '../../app/router.ts'
import { loadSession } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { EntranceFrame } from './frame.tsx'

export function SignUp() {
  const words = t().entrance
  const submission = useSubmission()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  return (
    <EntranceFrame title={words.begin} text={words.beginText}>
      <Form
        submission={submission}
        pointers={['/name', '/email', '/password']}
        onSubmit={async () => {
          await identity.signUp({ name, email, password })
          await loadSession()
        }}
      >
        <TextField
          label={words.name}
          name="name"
          autocomplete="name"
          required
          autoFocus
          maxLength={100}
          value={name}
          onText={setName}
          fault={submission.problem?.at('/name')}
        />
        <TextField
          label={words.email}
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email}
          onText={setEmail}
          fault={submission.problem?.at('/email')}
        />
        <TextField
          label={words.password}
          hint={words.passwordHint}
          type="password"
          name="password"
          autocomplete="new-password"
          required
          minLength={8}
          maxLength={128}
          value={password}
          onText={setPassword}
          fault={submission.problem?.at('/password')}
        />
        <Submit submission={submission}>{words.signUp}</Submit>
      </Form>
      <p class="aside">
        {words.haveAccount} <a href={addressOf(`/sign-in${search.value}`)}>{words.signIn}</a>
      </p>
    </EntranceFrame>
  )
}
