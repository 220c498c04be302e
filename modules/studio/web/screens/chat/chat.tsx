import { chats } from '../../app/ai.ts'
import { Head } from '../../app/frame.tsx'
import { capsules } from '../../app/resources.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { ChatForm } from './chat-form.tsx'
import { ConversationList } from './conversation-list.tsx'

/** What visitors ask a capsule and are told, and how its chat behaves. */
export function ChatScreen({ id = '' }: { readonly id?: string }) {
  const words = t().chat
  const { loaded, reload, set } = useLoaded(`chat ${id}`, () => Promise.all([capsules.get(id), chats.settings(id)]))
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title={words.title} />
  const [capsule, settings] = loaded.data
  return (
    <>
      <Head title={words.title} back={{ to: `/o/${organization.value?.slug}/capsules/${id}`, text: capsule.title }}>
        <button type="button" class="button" onClick={reload}>
          <Icon name="history" />
          {t().history.refresh}
        </button>
      </Head>
      {!settings.enabled && <p class="note">{words.isOff}</p>}
      {may('responses:read') && <ConversationList capsule={capsule} loaded={loaded} />}
      {may('capsules:write') && <ChatForm id={id} settings={settings} onSaved={(saved) => set([capsule, saved])} />}
    </>
  )
}
