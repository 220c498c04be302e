import { useState } from 'preact/hooks'
import type { EventType, Webhook } from '../../../../webhooks/index.ts'
import { type WebhookFields, webhooks } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Copyable } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

const eventTypes: readonly EventType[] = ['response.created', 'lead.hot']
const marks = { active: 'published', paused: 'archived', stopped: 'deleted' } as const

export function WebhookStateMark({ hook }: { readonly hook: Webhook }) {
  const words = t().notifications
  return (
    <span>
      <span class={`state ${marks[hook.state]}`}>{words.states[hook.state]}</span>
      {hook.state === 'active' && hook.failures > 0 && <span class="hint">{words.failing(hook.failures)}</span>}
    </span>
  )
}

/** What a webhook is told and where; then its secret. */
export function NewWebhook({ onClose }: { readonly onClose: () => void }) {
  const words = t().notifications
  const [secret, setSecret] = useState('')
  if (secret !== '') return <Secret title={words.made} secret={secret} onClose={onClose} />
  return (
    <WebhookForm
      title={words.newWebhook}
      action={words.make}
      onClose={onClose}
      onSave={async (fields) => setSecret((await webhooks.create(fields)).secret)}
    />
  )
}

export function Secret({
  title,
  secret,
  onClose,
}: {
  readonly title: string
  readonly secret: string
  readonly onClose: () => void
}) {
  const words = t().notifications
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words.madeText}</p>
      <Copyable label={words.secret} text={secret} />
      <div class="actions end">
        <button type="button" class="button primary" onClick={onClose}>
          {words.done}
        </button>
      </div>
    </Dialog>
  )
}

export function WebhookForm({
  title,
  action,
  hook,
  onSave,
  onClose,
}: {
  readonly title: string
  readonly action: string
  readonly hook?: Webhook
  readonly onSave: (fields: WebhookFields) => Promise<unknown>
  readonly onClose: () => void
}) {
  const words = t().notifications
  const submission = useSubmission()
  const [name, setName] = useState(hook?.name ?? '')
  const [url, setUrl] = useState(hook?.url ?? '')
  const [events, setEvents] = useState<readonly EventType[]>(hook?.events ?? eventTypes)
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        submission={submission}
        pointers={['/name', '/url']}
        onSubmit={() => onSave({ name, url, events: eventTypes.filter((one) => events.includes(one)) })}
      >
        <TextField
          label={words.name}
          required
          autoFocus
          maxLength={100}
          value={name}
          onText={setName}
          fault={submission.problem?.at('/name')}
        />
        <TextField
          label={words.url}
          hint={words.urlHint}
          inputMode="url"
          required
          maxLength={2_000}
          value={url}
          onText={setUrl}
          fault={submission.problem?.at('/url')}
        />
        <fieldset class="stack">
          <legend>{words.events}</legend>
          {eventTypes.map((type) => (
            <CheckField
              key={type}
              label={words.eventNames[type] ?? type}
              checked={events.includes(type)}
              onCheck={(checked) => setEvents(checked ? [...events, type] : events.filter((one) => one !== type))}
            />
          ))}
        </fieldset>
        <div class="actions">
          <button type="button" class="button quiet" onClick={onClose}>
            {t().general.cancel}
          </button>
          <Submit submission={submission}>{action}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}
