import { ago } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { type Capsule, capsules } from '../../app/resources.ts'
import { addressOf, navigate } from '../../app/router.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import { Thumbnail } from '../../ui/thumbnail.tsx'
import { say } from '../../ui/toasts.tsx'

/** One capsule in the list: what it looks like, where it stands, what can be done with it. */
export function CapsuleCard({
  capsule,
  onChanged,
  onRename,
}: {
  readonly capsule: Capsule
  readonly onChanged: () => void
  readonly onRename: () => void
}) {
  const words = t().capsules
  const { title, state } = capsule
  const isDeleted = state === 'deleted'
  const when = ago(capsule.updatedAt)
  return (
    <li class="card">
      <Thumbnail address={addressOf(`/${capsule.id}`)} />
      <div class="card-text">
        <h2>
          {isDeleted ? (
            title
          ) : (
            <a class="cover" href={addressOf(`/o/${organization.value?.slug}/capsules/${capsule.id}`)}>
              {title}
            </a>
          )}
        </h2>
        <p class="hint">
          <span class={`state ${state}`}>{words.states[state]}</span>
          {isDeleted ? words.deletedWhen(when) : words.changed(when)}
        </p>
      </div>
      <Menu label={words.actions(title)} items={actionsOf(capsule, onChanged, onRename)} />
    </li>
  )
}

function actionsOf(capsule: Capsule, onChanged: () => void, onRename: () => void): readonly MenuItem[] {
  const words = t().capsules
  const { id, title, state, url } = capsule
  const here = `/o/${organization.value?.slug}/capsules/${id}`
  /** Does it, says so, and offers the way back. */
  const act = async (work: () => Promise<unknown>, done: string, back?: () => Promise<unknown>) => {
    try {
      await work()
      onChanged()
      say(done, back === undefined ? {} : { undo: () => void act(back, words.restored(title)) })
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  const writes = may('capsules:write')
  if (state === 'deleted') {
    return writes
      ? [{ text: words.restore, icon: 'undo', run: () => void act(() => capsules.restore(id), words.restored(title)) }]
      : []
  }
  const reading: readonly MenuItem[] = [
    ...(state === 'published' ? [{ text: words.visit, icon: 'external', run: () => void open(url) } as const] : []),
    { text: words.sharing, icon: 'link', run: () => navigate(`${here}/sharing`) },
    { text: words.present, icon: 'desktop', run: () => navigate(`${here}/presenting`) },
    { text: words.analytics, icon: 'eye', run: () => navigate(`${here}/analytics`) },
    { text: words.responses, icon: 'chart', run: () => navigate(`${here}/responses`) },
    { text: words.chat, icon: 'chat', run: () => navigate(`${here}/chat`) },
    { text: words.versions, icon: 'history', run: () => navigate(`${here}/versions`) },
  ]
  if (!writes) return reading
  return [
    { text: words.edit, icon: 'text', run: () => navigate(here) },
    ...reading,
    { text: words.rename, icon: 'italic', run: onRename },
    { text: words.duplicate, icon: 'copy', run: () => void act(() => capsules.copy(id), words.duplicated(title)) },
    state === 'archived'
      ? {
          text: words.unarchive,
          icon: 'archive',
          run: () => void act(() => capsules.unarchive(id), words.unarchived(title)),
        }
      : {
          text: words.archive,
          icon: 'archive',
          run: () =>
            void act(
              () => capsules.archive(id),
              words.archived(title),
              () => capsules.unarchive(id),
            ),
        },
    {
      text: words.remove,
      icon: 'trash',
      danger: true,
      run: () =>
        void act(
          () => capsules.remove(id),
          words.removed(title),
          () => capsules.restore(id),
        ),
    },
  ]
}
