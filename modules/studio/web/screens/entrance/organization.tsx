import { useState } from 'preact/hooks'
import { organizations as list } from '../../app/resources.ts'
import { navigate } from '../../app/router.ts'
import { enterOrganization, loadOrganizations, organizations, signOut } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { EntranceFrame } from './frame.tsx'

/** The first thing to do for who is new, and later the way to another one. */
export function NewOrganization() {
  const words = t().entrance
  const submission = useSubmission()
  const [name, setName] = useState('')
  return (
    <EntranceFrame title={words.organizationTitle} text={words.organizationText}>
      <Form
        submission={submission}
        pointers={['/name']}
        onSubmit={async () => {
          const made = await list.create({ name })
          await loadOrganizations()
          enterOrganization(made.slug)
          navigate(`/o/${made.slug}`, { replace: true })
        }}
      >
        <TextField
          label={words.organizationName}
          name="organization"
          autocomplete="organization"
          required
          autoFocus
          maxLength={100}
          value={name}
          onText={setName}
          fault={submission.problem?.at('/name')}
        />
        <Submit submission={submission}>{words.createOrganization}</Submit>
      </Form>
      <p class="aside">
        <button
          type="button"
          class="textual"
          onClick={() => (organizations.value.length > 0 ? navigate('') : void signOut())}
        >
          {organizations.value.length > 0 ? t().general.cancel : t().general.signOut}
        </button>
      </p>
    </EntranceFrame>
  )
}
