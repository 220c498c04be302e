import { useState } from 'preact/hooks'
import type { DigestRhythm, Webhook, Wish } from '../../../../webhooks/index.ts'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { notifications, webhooks, whole } from '../../app/resources.ts'
import { addressOf } from '../../app/router.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { say } from '../../ui/toasts.tsx'
import { NewWebhook, WebhookStateMark } from './webhook-form.tsx'

const rhythms: readonly DigestRhythm[] = ['never', 'hour', 'day', 'week']

/** What oneself, and what programs are told of. */
export function NotificationsScreen() {
  return (
    <>
      <Head title={t().notifications.title} />
      <Letters />
      {may('organization:write') && <WebhookList />}
    </>
  )
}

function Letters() {
  const words = t().notifications
  const { loaded, reload, set } = useLoaded('notifications', notifications.get)
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  const wish: Wish = loaded.state === 'ready' ? loaded.data : { every: 'never', leads: false }
  const choose = async (wanted: Wish) => {
    set(wanted)
    try {
      await notifications.set(wanted)
      say(t().general.saved)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
      reload()
    }
  }
  return (
    <section class="part narrow">
      <h2>{words.letters}</h2>
      <p class="hint">{words.lettersText}</p>
      <SelectField
        label={words.every}
        value={wish.every}
        disabled={loaded.state !== 'ready'}
        options={rhythms.map((value) => ({ value, text: words.rhythms[value] }))}
        onChoose={(every) => void choose({ ...wish, every: every as DigestRhythm })}
      />
      <CheckField
        label={words.leads}
        checked={wish.leads}
        disabled={loaded.state !== 'ready'}
        onCheck={(leads) => void choose({ ...wish, leads })}
      />
    </section>
  )
}

function WebhookList() {
  const words = t().notifications
  const { loaded, reload } = useLoaded('webhooks', () =>
    whole<Webhook>((cursor) => webhooks.list({ limit: 100, cursor })),
  )
  const [making, setMaking] = useState(false)
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  const list = loaded.state === 'ready' ? loaded.data : []
  return (
    <section class="part">
      <div class="part-head">
        <h2>{words.webhooks}</h2>
        <button type="button" class="button primary" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {words.newWebhook}
        </button>
      </div>
      <p class="hint">{words.webhooksText}</p>
      {loaded.state === 'ready' && list.length === 0 && (
        <div class="empty">
          <h3>{words.noWebhooks}</h3>
          <p>{words.noWebhooksText}</p>
        </div>
      )}
      <ul class="rows">
        {list.map((hook) => (
          <li key={hook.id}>
            <div class="row-text">
              <strong>
                <a href={addressOf(`/o/${organization.value?.slug}/webhooks/${hook.id}`)}>{hook.name}</a>
              </strong>
              <span class="hint">{hook.url}</span>
              <span class="hint">{hook.events.map((event) => words.eventNames[event] ?? event).join(' · ')}</span>
            </div>
            <WebhookStateMark hook={hook} />
          </li>
        ))}
      </ul>
      {making && (
        <NewWebhook
          onClose={() => {
            setMaking(false)
            reload()
          }}
        />
      )}
    </section>
  )
}
