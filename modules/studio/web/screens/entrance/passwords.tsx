import { useState } from 'preact/hooks'
import { identity } from '../../app/identity.ts'
import { addressOf, navigate, search } from '../../app/router.ts'
import { t } from '../../app/words.ts'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { EntranceFrame } from './frame.tsx'

/** Asks for the letter with which a new password is set. */
export function Forgotten() {
  const words = t().entrance
  const submission = useSubmission()
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const back = (
    <p class="aside">
      <a href={addressOf('/sign-in')}>{words.toSignIn}</a>
    </p>
  )
  if (sent) {
    return (
      <EntranceFrame title={words.linkSent} text={words.linkSentText(email)}>
        {back}
      </EntranceFrame>
    )
  }
  return (
    <EntranceFrame title={words.forgotTitle} text={words.forgotText}>
      <Form
        submission={submission}
        pointers={['/email']}
        onSubmit={async () => {
          await identity.requestReset(email)
          setSent(true)
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
        <Submit submission={submission}>{words.sendLink}</Submit>
      </Form>
      {back}
    </EntranceFrame>
  )
}

/** Where the letter leads. */
export function Reset() {
  const words = t().entrance
  const submission = useSubmission()
  const [password, setPassword] = useState('')
  const token = new URLSearchParams(search.value).get('token') ?? ''
  return (
    <EntranceFrame title={words.resetTitle} text={token === '' ? words.noToken : words.resetText}>
      {token !== '' && (
        <Form
          submission={submission}
          pointers={['/newPassword']}
          onSubmit={async () => {
            await identity.reset(token, password)
            say(words.passwordSet)
            navigate('/sign-in', { replace: true })
          }}
        >
          <TextField
            label={words.newPassword}
            hint={words.passwordHint}
            type="password"
            name="password"
            autocomplete="new-password"
            required
            autoFocus
            minLength={8}
            maxLength={128}
            value={password}
            onText={setPassword}
            fault={submission.problem?.at('/newPassword')}
          />
          <Submit submission={submission}>{words.setPassword}</Submit>
        </Form>
      )}
      <p class="aside">
        <a href={addressOf('/forgotten')}>{words.sendLink}</a>
      </p>
    </EntranceFrame>
  )
}
