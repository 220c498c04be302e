import { useState } from 'preact/hooks'
import type { KeySummary, Permission } from '../../../../organization/index.ts'
import { ago } from '../../app/formats.ts'
import { Head } from '../../app/frame.tsx'
import { keys, whole } from '../../app/resources.ts'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Copyable } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Failed, Form, Submit } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { KeyLimits } from '../ai/key-limits.tsx'
import { Confirm } from './confirm.tsx'

/** Keys for programs. */
export function KeysScreen() {
  const words = t().team
  const { loaded, reload } = useLoaded('keys', () => whole<KeySummary>((cursor) => keys.list({ limit: 100, cursor })))
  const [making, setMaking] = useState(false)
  const [limited, setLimited] = useState<KeySummary | undefined>()
  const [revoked, setRevoked] = useState<KeySummary | undefined>()
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  const list = loaded.state === 'ready' ? loaded.data : []
  const create = (
    <button type="button" class="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {words.newKey}
    </button>
  )
  return (
    <>
      <Head title={words.keys}>
        <a class="button" href="/api/docs" target="_blank" rel="noreferrer">
          <Icon name="external" />
          {words.documentation}
        </a>
        {create}
      </Head>
      <p class="lead">{words.keysText}</p>
      {loaded.state === 'ready' && list.length === 0 && (
        <div class="empty">
          <h2>{words.noKeys}</h2>
          <p>{words.noKeysText}</p>
        </div>
      )}
      <ul class="rows">
        {list.map((key) => (
          <li key={key.id}>
            <div class="row-text">
              <strong>{key.name}</strong>
              <span class="hint">
                <code>{key.hint}…</code> · {words.created(ago(key.createdAt))}
              </span>
              <span class="hint">{key.scopes.map((scope) => words.scopeNames[scope] ?? scope).join(' · ')}</span>
            </div>
            {key.scopes.includes('ai:use') && may('organization:write') && (
              <button type="button" class="button quiet" onClick={() => setLimited(key)}>
                {t().ai.setLimits}
              </button>
            )}
            <button type="button" class="button quiet danger" onClick={() => setRevoked(key)}>
              {words.revoke}
            </button>
          </li>
        ))}
      </ul>
      {making && (
        <NewKey
          onClose={() => {
            setMaking(false)
            reload()
          }}
        />
      )}
      {limited !== undefined && <KeyLimits id={limited.id} name={limited.name} onClose={() => setLimited(undefined)} />}
      {revoked !== undefined && (
        <Confirm
          title={words.revokeTitle(revoked.name)}
          text={words.revokeText}
          action={words.revoke}
          onClose={() => setRevoked(undefined)}
          onConfirm={() => keys.revoke(revoked.id)}
          onDone={() => {
            say(words.revoked)
            reload()
          }}
        />
      )}
    </>
  )
}

/** What a key may do, chosen; then the key, shown once. */
function NewKey({ onClose }: { readonly onClose: () => void }) {
  const words = t().team
  const submission = useSubmission()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Permission[]>(['capsules:read', 'responses:read'])
  const [made, setMade] = useState('')
  if (made !== '') {
    return (
      <Dialog title={words.keyMade} onClose={onClose}>
        <p>{words.keyMadeText}</p>
        <Copyable label={words.theKey} text={made} />
        <div class="actions end">
          <button type="button" class="button primary" onClick={onClose}>
            {words.done}
          </button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={words.newKey} onClose={onClose}>
      <Form
        submission={submission}
        pointers={['/name']}
        onSubmit={async () => setMade((await keys.create(name, scopes)).key)}
      >
        <TextField
          label={words.keyName}
          required
          autoFocus
          maxLength={100}
          value={name}
          onText={setName}
          fault={submission.problem?.at('/name')}
        />
        <fieldset class="stack">
          <legend>{words.scopes}</legend>
          {Object.entries(words.scopeNames).map(([scope, text]) => (
            <CheckField
              key={scope}
              label={text}
              checked={scopes.includes(scope as Permission)}
              onCheck={(checked) =>
                setScopes(checked ? [...scopes, scope as Permission] : scopes.filter((one) => one !== scope))
              }
            />
          ))}
        </fieldset>
        <div class="actions">
          <button type="button" class="button quiet" onClick={onClose}>
            {t().general.cancel}
          </button>
          <Submit submission={submission}>{words.makeKey}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}
