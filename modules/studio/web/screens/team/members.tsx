import { useState } from 'preact/hooks'
import type { Role } from '../../../../organization/index.ts'
import { day } from '../../app/formats.ts'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { type Invitation, invitations, type Member, members, whole } from '../../app/resources.ts'
import { may, person } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Failed, Form, Submit } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { Confirm } from './confirm.tsx'

const roles = ['owner', 'editor', 'viewer'] as const

function roleOptions() {
  return roles.map((role) => ({ value: role, text: t().team.roles[role] }))
}

/** Who belongs to the organization, and who is asked to. */
export function MembersScreen() {
  const words = t().team
  const { loaded, reload } = useLoaded('members', () =>
    Promise.all([
      whole<Member>((cursor) => members.list({ limit: 100, cursor })),
      whole<Invitation>((cursor) => invitations.list({ limit: 100, cursor })),
    ]),
  )
  const [inviting, setInviting] = useState(false)
  const [removed, setRemoved] = useState<Member | undefined>()
  const manages = may('members:write')
  const act = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work()
      say(done)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
    reload()
  }
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  const [people, asked] = loaded.state === 'ready' ? loaded.data : [[], []]
  const open = asked.filter((one) => !one.accepted)
  return (
    <>
      <Head title={words.members}>
        {manages && (
          <button type="button" class="button primary" onClick={() => setInviting(true)}>
            <Icon name="plus" />
            {words.invite}
          </button>
        )}
      </Head>
      <ul class="rows">
        {people.map((member) => (
          <li key={member.id}>
            <span class="badge" aria-hidden="true">
              {member.name.slice(0, 1).toUpperCase()}
            </span>
            <div class="row-text">
              <strong>
                {member.name} {member.userId === person.value?.id && <span class="state">{words.you}</span>}
              </strong>
              <span class="hint">{member.email}</span>
            </div>
            {manages ? (
              <RoleSelect
                member={member}
                onChoose={(role) =>
                  void act(() => members.change(member.id, role), words.roleChanged(member.name, words.roles[role]))
                }
              />
            ) : (
              <span class="hint">{words.roles[member.role]}</span>
            )}
            {manages && (
              <button type="button" class="button quiet danger" onClick={() => setRemoved(member)}>
                {words.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <section class="part">
          <h2>{words.invitations}</h2>
          <ul class="rows">
            {open.map((one) => (
              <li key={one.id}>
                <div class="row-text">
                  <strong>{one.email}</strong>
                  <span class="hint">
                    {words.roles[one.role]} · {words.expires(day(one.expiresAt))}
                  </span>
                </div>
                {manages && (
                  <button
                    type="button"
                    class="button quiet danger"
                    onClick={() => void act(() => invitations.withdraw(one.id), words.withdrawn)}
                  >
                    {words.withdraw}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {inviting && (
        <Invite
          onClose={(sent) => {
            setInviting(false)
            if (sent) reload()
          }}
        />
      )}
      {removed !== undefined && (
        <Confirm
          title={words.removeTitle(removed.name)}
          text={words.removeText}
          action={words.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => members.remove(removed.id)}
          onDone={() => {
            say(words.memberRemoved(removed.name))
            reload()
          }}
        />
      )}
    </>
  )
}

function RoleSelect({ member, onChoose }: { readonly member: Member; readonly onChoose: (role: Role) => void }) {
  return (
    <select
      class="button"
      aria-label={t().team.roleOf(member.name)}
      value={member.role}
      onChange={(event) => onChoose(event.currentTarget.value as Role)}
    >
      {roleOptions().map((option) => (
        <option key={option.value} value={option.value} selected={option.value === member.role}>
          {option.text}
        </option>
      ))}
    </select>
  )
}

function Invite({ onClose }: { readonly onClose: (sent: boolean) => void }) {
  const words = t().team
  const submission = useSubmission()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('editor')
  return (
    <Dialog title={words.invite} onClose={() => onClose(false)}>
      <p class="hint">{words.inviteText}</p>
      <Form
        submission={submission}
        pointers={['/email']}
        onSubmit={async () => {
          await invitations.create(email, role)
          say(words.invited(email))
          onClose(true)
        }}
      >
        <TextField
          label={words.email}
          type="email"
          required
          autoFocus
          value={email}
          onText={setEmail}
          fault={submission.problem?.at('/email')}
        />
        <SelectField
          label={words.role}
          hint={words.roleHints[role]}
          value={role}
          options={roleOptions()}
          onChoose={(chosen) => setRole(chosen as Role)}
        />
        <div class="actions">
          <button type="button" class="button quiet" onClick={() => onClose(false)}>
            {t().general.cancel}
          </button>
          <Submit submission={submission}>{words.send}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}
