import { useState } from 'preact/hooks'
import { Head } from '../../app/frame.tsx'
import { identity } from '../../app/identity.ts'
import { person } from '../../app/session.ts'
import { choose, type Language, language, languages, t } from '../../app/words.ts'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { DeleteAccount } from './deletion.tsx'
import { Sessions } from './sessions.tsx'

/** One's own name, language, password, sessions, and the way out. */
export function AccountScreen() {
  return (
    <>
      <Head title={t().team.account} />
      <Profile />
      <Password />
      <Sessions />
      <DeleteAccount />
    </>
  )
}

function Profile() {
  const words = t().team
  const submission = useSubmission()
  const [name, setName] = useState(person.value?.name ?? '')
  return (
    <section class="part narrow">
      <h2>{words.profile}</h2>
      <Form
        submission={submission}
        pointers={['/name']}
        onSubmit={async () => {
          await identity.rename(name)
          if (person.value) person.value = { ...person.value, name }
          say(t().general.saved)
        }}
      >
        <TextField
          label={words.name}
          required
          maxLength={100}
          autocomplete="name"
          value={name}
          onText={setName}
          fault={submission.problem?.at('/name')}
        />
        <div class="actions">
          <Submit submission={submission}>{t().general.save}</Submit>
        </div>
      </Form>
      <SelectField
        label={words.language}
        value={language.value}
        options={Object.entries(languages).map(([value, text]) => ({ value, text }))}
        onChoose={(chosen) => void choose(chosen as Language)}
      />
    </section>
  )
}

function Password() {
  const words = t().team
  const submission = useSubmission()
  const [currentPassword, setCurrent] = useState('')
  const [newPassword, setNew] = useState('')
  const [revokeOtherSessions, setRevoke] = useState(true)
  return (
    <section class="part narrow">
      <h2>{words.password}</h2>
      <Form
        submission={submission}
        pointers={['/currentPassword', '/newPassword']}
        onSubmit={async () => {
          await identity.changePassword({ currentPassword, newPassword, revokeOtherSessions })
          setCurrent('')
          setNew('')
          say(words.passwordChanged)
        }}
      >
        <input type="hidden" autocomplete="username" value={person.value?.email} />
        <TextField
          label={words.currentPassword}
          type="password"
          autocomplete="current-password"
          required
          value={currentPassword}
          onText={setCurrent}
          fault={submission.problem?.at('/currentPassword')}
        />
        <TextField
          label={words.newPassword}
          hint={t().entrance.passwordHint}
          type="password"
          autocomplete="new-password"
          required
          minLength={8}
          maxLength={128}
          value={newPassword}
          onText={setNew}
          fault={submission.problem?.at('/newPassword')}
        />
        <CheckField label={words.signOutOthers} checked={revokeOtherSessions} onCheck={setRevoke} />
        <div class="actions">
          <Submit submission={submission}>{words.changePassword}</Submit>
        </div>
      </Form>
    </section>
  )
}
