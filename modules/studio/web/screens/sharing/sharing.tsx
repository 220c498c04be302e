import { useState } from 'preact/hooks'
import type { LinkResource } from '../../../../sharing/index.ts'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { access, capsules, links, whole } from '../../app/resources.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { CheckField } from '../../ui/field.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { say } from '../../ui/toasts.tsx'
import { Confirm } from '../team/confirm.tsx'
import { Guests } from './guests.tsx'
import { LinkForm } from './link-form.tsx'
import { LinkRow } from './link-row.tsx'
import { ShownLink } from './shown-link.tsx'

/** What is open over the list. */
type Over =
  | { readonly what: 'new' }
  | { readonly what: 'edit' | 'show' | 'guests' | 'remove'; readonly link: LinkResource }

/** A capsule's share links: who may open it, by which link, and what came of each. */
export function SharingScreen({ id = '' }: { readonly id?: string }) {
  const words = t().sharing
  const [over, setOver] = useState<Over | undefined>()
  const { loaded, reload, set } = useLoaded(id, () =>
    Promise.all([capsules.get(id), access.get(id), whole((cursor) => links.list(id, { limit: 100, cursor }))]),
  )
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title={words.title} />
  const [capsule, { private: isPrivate }, list] = loaded.data
  const writable = may('capsules:write')
  const close = () => setOver(undefined)
  const setPrivate = async (next: boolean) => {
    try {
      const { private: now } = await access.set(id, next)
      set([capsule, { private: now }, list])
      say(now ? words.nowPrivate : words.nowPublic)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
      reload()
    }
  }
  const asksSomething = list.some((one) => one.hasPassword || one.emailGate !== null)
  return (
    <>
      <Head title={words.title} back={{ to: `/o/${organization.value?.slug}/capsules/${id}`, text: capsule.title }}>
        {writable && (
          <button type="button" class="button primary" onClick={() => setOver({ what: 'new' })}>
            <Icon name="plus" />
            {words.create}
          </button>
        )}
      </Head>
      <p class="lead">{words.lead}</p>
      {capsule.state !== 'published' && <p class="remark">{words.unpublished}</p>}
      <section class="part">
        <h2>{words.access}</h2>
        <CheckField
          label={words.privateLabel}
          hint={words.privateHint}
          checked={isPrivate}
          disabled={!writable}
          onCheck={(checked) => void setPrivate(checked)}
        />
        {!isPrivate && asksSomething && (
          <p class="remark" role="status">
            <Icon name="warn" />
            {words.unlocked}
          </p>
        )}
      </section>
      {list.length === 0 ? (
        <div class="empty">
          <h2>{words.emptyTitle}</h2>
          <p>{words.emptyText}</p>
        </div>
      ) : (
        <ul class="rows">
          {list.map((link) => (
            <LinkRow
              key={link.id}
              capsuleId={id}
              link={link}
              writable={writable}
              onChanged={reload}
              onOpen={(what) => setOver({ what, link })}
            />
          ))}
        </ul>
      )}
      {over?.what === 'new' && (
        <LinkForm
          capsuleId={id}
          onClose={close}
          onDone={(link) => {
            setOver({ what: 'show', link })
            reload()
          }}
        />
      )}
      {over?.what === 'edit' && (
        <LinkForm
          capsuleId={id}
          link={over.link}
          onClose={close}
          onDone={() => {
            close()
            reload()
          }}
        />
      )}
      {over?.what === 'show' && <ShownLink link={over.link} name={capsule.slug} onClose={close} />}
      {over?.what === 'guests' && <Guests capsuleId={id} link={over.link} onClose={close} />}
      {over?.what === 'remove' && (
        <Confirm
          title={words.removeTitle(over.link.name)}
          text={words.removeText}
          action={words.remove}
          onClose={close}
          onConfirm={() => links.remove(id, over.link.id)}
          onDone={() => {
            say(words.removed)
            reload()
          }}
        />
      )}
    </>
  )
}
