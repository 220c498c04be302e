import { useState } from 'preact/hooks'
import type { Webhook } from '../../../../webhooks/index.ts'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { webhooks } from '../../app/resources.ts'
import { navigate } from '../../app/router.ts'
import type { ScreenProps } from '../../app/routes.ts'
import { organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { Menu } from '../../ui/menu.tsx'
import { say } from '../../ui/toasts.tsx'
import { Confirm } from '../team/confirm.tsx'
import { Deliveries } from './deliveries.tsx'
import { Secret, WebhookForm, WebhookStateMark } from './webhook-form.tsx'

type Open = 'form' | 'rotation' | 'removal' | { readonly secret: string } | undefined

/** One webhook: how it fares, and everything that was sent. */
export function WebhookScreen({ id = '' }: ScreenProps) {
  const words = t().notifications
  const { loaded, reload, set } = useLoaded(`webhook ${id}`, () => webhooks.get(id))
  const [open, setOpen] = useState<Open>()
  const [round, setRound] = useState(0)
  const back = `/o/${organization.value?.slug}/notifications`
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title="…" back={{ to: back, text: words.title }} />
  const hook = loaded.data
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  const move = (state: 'active' | 'paused') =>
    act(async () => {
      set(await webhooks.change(id, { state }))
      setRound((n) => n + 1)
    })
  return (
    <>
      <Head title={hook.name} back={{ to: back, text: words.title }}>
        <button
          type="button"
          class="button"
          onClick={() =>
            void act(async () => {
              await webhooks.test(id)
              say(words.testSent)
              setRound((n) => n + 1)
            })
          }
        >
          {words.test}
        </button>
        <button type="button" class="button" onClick={() => void move(hook.state === 'active' ? 'paused' : 'active')}>
          {hook.state === 'active' ? words.pause : words.activate}
        </button>
        <Menu
          label={words.actions(hook.name)}
          items={[
            { text: words.edit, icon: 'gear', run: () => setOpen('form') },
            {
              text: words.showSecret,
              icon: 'key',
              run: () => void act(async () => setOpen(await webhooks.secret(id))),
            },
            { text: words.rotate, icon: 'redo', run: () => setOpen('rotation') },
            { text: words.remove, icon: 'trash', danger: true, run: () => setOpen('removal') },
          ]}
        />
      </Head>
      <State hook={hook} />
      <Deliveries webhook={id} round={round} active={hook.state === 'active'} onChanged={reload} />
      {open === 'form' && (
        <WebhookForm
          title={words.edit}
          action={words.save}
          hook={hook}
          onClose={() => setOpen(undefined)}
          onSave={async (fields) => {
            set(await webhooks.change(id, fields))
            setOpen(undefined)
            say(t().general.saved)
          }}
        />
      )}
      {open === 'rotation' && (
        <Confirm
          title={words.rotateTitle}
          text={words.rotateText}
          action={words.rotate}
          onClose={() => setOpen((now) => (now === 'rotation' ? undefined : now))}
          onConfirm={async () => setOpen(await webhooks.rotate(id))}
          onDone={() => {}}
        />
      )}
      {open === 'removal' && (
        <Confirm
          title={words.removeTitle(hook.name)}
          text={words.removeText}
          action={words.remove}
          onClose={() => setOpen(undefined)}
          onConfirm={() => webhooks.remove(id)}
          onDone={() => {
            say(words.removed)
            navigate(back)
          }}
        />
      )}
      {typeof open === 'object' && (
        <Secret title={words.secret} secret={open.secret} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

function State({ hook }: { readonly hook: Webhook }) {
  const words = t().notifications
  return (
    <section class="part">
      <p>
        <WebhookStateMark hook={hook} /> <code>{hook.url}</code>
      </p>
      <p class="hint">{hook.events.map((event) => words.eventNames[event] ?? event).join(' · ')}</p>
      {hook.stoppedBecause !== null && <p class="note">{hook.stoppedBecause}</p>}
      {hook.state === 'paused' && <p class="note">{words.pausedText}</p>}
    </section>
  )
}
