import { useState } from 'preact/hooks'
import type { Attempt, Delivery, DeliveryDetails } from '../../../../webhooks/index.ts'
import { ago, dateTime, number } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { webhooks } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { SelectField } from '../../ui/field.tsx'
import { Failed } from '../../ui/form.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { say } from '../../ui/toasts.tsx'

const marks = { waiting: 'archived', delivered: 'published', failed: 'deleted' } as const
const states = ['', 'waiting', 'delivered', 'failed'] as const

/** The log: each message, and on demand what it said and what the receiver answered. */
export function Deliveries({
  webhook,
  round,
  active,
  onChanged,
}: {
  readonly webhook: string
  /** Another number: something was sent meanwhile. */
  readonly round: number
  readonly active: boolean
  readonly onChanged: () => void
}) {
  const words = t().notifications
  const [state, setState] = useState<(typeof states)[number]>('')
  const pages = usePages([webhook, state, round], (cursor) =>
    webhooks.deliveries(webhook, { limit: 50, state, cursor }),
  )
  if (pages.problem !== undefined) return <Failed problem={pages.problem} onRetry={pages.reload} />
  return (
    <section class="part">
      <div class="part-head">
        <h2>{words.deliveries}</h2>
        <button
          type="button"
          class="button"
          onClick={() => {
            pages.reload()
            onChanged()
          }}
        >
          {words.reload}
        </button>
      </div>
      <p class="hint">{words.deliveriesText}</p>
      <SelectField
        label={words.which}
        value={state}
        options={states.map((value) => ({ value, text: value === '' ? words.all : words.deliveryStates[value] }))}
        onChoose={(chosen) => setState(chosen as (typeof states)[number])}
      />
      {pages.items?.length === 0 && (
        <div class="empty">
          <h3>{words.noDeliveries}</h3>
          <p>{words.noDeliveriesText}</p>
        </div>
      )}
      <ul class="rows">
        {pages.items?.map((one) => (
          <li key={one.id}>
            <Row webhook={webhook} delivery={one} active={active} onChanged={pages.reload} />
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </section>
  )
}

function Row({
  webhook,
  delivery,
  active,
  onChanged,
}: {
  readonly webhook: string
  readonly delivery: Delivery
  readonly active: boolean
  readonly onChanged: () => void
}) {
  const words = t().notifications
  const [details, setDetails] = useState<DeliveryDetails | undefined>()
  const open = async () => {
    try {
      setDetails(await webhooks.delivery(webhook, delivery.id))
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  const redeliver = async () => {
    try {
      await webhooks.redeliver(webhook, delivery.id)
      say(words.redelivered)
      onChanged()
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  return (
    <>
      <div class="row-text">
        <strong>{words.eventNames[delivery.type] ?? delivery.type}</strong>
        <span class="hint">{dateTime(delivery.createdAt)}</span>
        {delivery.dueAt !== null && <span class="hint">{words.next(ago(delivery.dueAt))}</span>}
      </div>
      <span class={`state ${marks[delivery.state]}`}>{words.deliveryStates[delivery.state]}</span>
      {active && (
        <button type="button" class="button quiet" onClick={() => void redeliver()}>
          {words.redeliver}
        </button>
      )}
      <details class="delivery" onToggle={(event) => event.currentTarget.open && void open()}>
        <summary>{words.details}</summary>
        {details !== undefined && (
          <>
            <h3>{words.attempts}</h3>
            <ol>
              {details.attempts.map((attempt) => (
                <li key={attempt.at}>
                  <AttemptLine attempt={attempt} />
                </li>
              ))}
            </ol>
            <h3>{words.message}</h3>
            <textarea
              readOnly
              rows={10}
              aria-label={words.message}
              value={JSON.stringify(JSON.parse(details.body), null, 2)}
            />
          </>
        )}
      </details>
    </>
  )
}

function AttemptLine({ attempt: { at, tookMs, status, answer } }: { readonly attempt: Attempt }) {
  const words = t().notifications
  return (
    <>
      <strong>{status ?? words.noAnswer}</strong> · {dateTime(at)} · {words.took(number(tookMs))}
      {answer !== '' && <pre>{answer}</pre>}
    </>
  )
}
