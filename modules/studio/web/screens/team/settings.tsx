import { useState } from 'preact/hooks'
import { download } from '../../app/download.ts'
import { Head } from '../../app/frame.tsx'
import { organizations as list } from '../../app/resources.ts'
import { navigate } from '../../app/router.ts'
import { loadOrganizations, may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'

/** The organization's name and address. */
export function SettingsScreen() {
  const words = t().team
  const submission = useSubmission()
  const current = organization.value
  const [name, setName] = useState(current?.name ?? '')
  const [slug, setSlug] = useState(current?.slug ?? '')
  return (
    <>
      <Head title={words.settings} />
      {!may('organization:write') && <p class="note">{t().general.readOnly}</p>}
      <section class="part narrow">
        <Form
          submission={submission}
          pointers={['/name', '/slug']}
          onSubmit={async () => {
            const changed = await list.change({
              ...(name !== current?.name && { name }),
              ...(slug !== current?.slug && { slug }),
            })
            await loadOrganizations()
            navigate(`/o/${changed.slug}/settings`, { replace: true })
            say(t().general.saved)
          }}
        >
          <TextField
            label={words.organizationName}
            required
            maxLength={100}
            value={name}
            onText={setName}
            fault={submission.problem?.at('/name')}
          />
          <TextField
            label={words.organizationSlug}
            hint={words.slugHint(location.origin, slug)}
            required
            minLength={3}
            maxLength={40}
            value={slug}
            onText={setSlug}
            fault={submission.problem?.at('/slug')}
          />
          <div class="actions">
            <Submit submission={submission}>{t().general.save}</Submit>
          </div>
        </Form>
      </section>
      {may('organization:write') && <Everything />}
    </>
  )
}

/** All that the organization has, for its owners to take along. */
function Everything() {
  const words = t().team
  const [busy, setBusy] = useState(false)
  const take = async () => {
    setBusy(true)
    const name = `${organization.value?.slug}-${new Date().toISOString().slice(0, 10)}.tar`
    await download(list.file, name, list.current)
    setBusy(false)
  }
  return (
    <section class="part narrow">
      <h2>{words.everything}</h2>
      <p class="hint">{words.everythingText}</p>
      <div>
        <button type="button" class="button" disabled={busy} onClick={() => void take()}>
          <Icon name="down" />
          {words.downloadEverything}
        </button>
      </div>
      <p class="unseen" role="status">
        {busy && words.gathering}
      </p>
    </section>
  )
}
