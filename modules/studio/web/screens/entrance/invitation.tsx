import { invitations } from '../../app/resources.ts'
import { navigate } from '../../app/router.ts'
import { enterOrganization, loadOrganizations, person, signOut } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { EntranceFrame } from './frame.tsx'

/** Where an invitation's letter leads, once one is signed in. */
export function Invitation({ token = '' }: { readonly token?: string }) {
  const words = t().entrance
  const submission = useSubmission()
  const here = `/invitations/${token}`
  return (
    <EntranceFrame title={words.invitationTitle} text={words.invitationText(person.value?.email ?? '')}>
      <Form
        submission={submission}
        onSubmit={async () => {
          const joined = await invitations.accept(token)
          await loadOrganizations()
          enterOrganization(joined.slug)
          say(words.joined(joined.name))
          navigate(`/o/${joined.slug}`, { replace: true })
        }}
      >
        <Submit submission={submission}>{words.accept}</Submit>
      </Form>
      <p class="aside">
        <button
          type="button"
          class="textual"
          onClick={async () => {
            await signOut()
            navigate(`/sign-in?then=${here}`)
          }}
        >
          {words.otherAccount}
        </button>
      </p>
    </EntranceFrame>
  )
}
