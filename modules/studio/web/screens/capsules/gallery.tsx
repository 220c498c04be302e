import { useState } from 'preact/hooks'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { capsules, templates } from '../../app/resources.ts'
import { addressOf, navigate } from '../../app/router.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLazily } from '../../ui/lazily.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Thumbnail } from '../../ui/thumbnail.tsx'
import { say } from '../../ui/toasts.tsx'

/** What a new capsule can begin with. */
export function Gallery() {
  const words = t().capsules
  const slug = organization.value?.slug
  const { loaded, reload } = useLoaded('templates', templates.list)
  const [busy, setBusy] = useState('')
  const [isDrafting, setDrafting] = useState(false)
  const load = async () => (await import('../../authoring/draft.tsx')).DraftDialog
  const DraftDialog = useLazily(isDrafting, load, () => setDrafting(false))
  const create = async (title: string, template?: string) => {
    if (busy !== '') return
    setBusy(template ?? 'blank')
    try {
      const made = await capsules.create({ title, ...(template !== undefined && { template }) })
      navigate(`/o/${slug}/capsules/${made.id}`)
    } catch (error) {
      setBusy('')
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  return (
    <>
      <Head title={words.galleryTitle} back={{ to: `/o/${slug}`, text: words.title }} />
      {!may('capsules:write') && <p class="note">{t().general.readOnly}</p>}
      <p class="lead">{words.galleryText}</p>
      {loaded.state === 'failed' && <Failed problem={loaded.problem} onRetry={reload} />}
      {may('capsules:write') && (
        <ul class="cards">
          <li class="card">
            <div class="thumbnail blank" aria-hidden="true">
              <Icon name="plus" />
            </div>
            <div class="card-text">
              <h2>
                <button type="button" class="cover" onClick={() => void create(words.untitled)}>
                  {words.blank}
                </button>
              </h2>
              <p class="hint">{words.blankText}</p>
            </div>
          </li>
          <li class="card">
            <div class="thumbnail blank" aria-hidden="true">
              <Icon name="spark" />
            </div>
            <div class="card-text">
              <h2>
                <button type="button" class="cover" onClick={() => setDrafting(true)}>
                  {t().authoring.draft}
                </button>
              </h2>
              <p class="hint">{t().authoring.draftCard}</p>
            </div>
          </li>
          {loaded.state === 'ready' &&
            loaded.data.items.map(({ id, title, summary }) => (
              <li key={id} class="card" aria-busy={busy === id}>
                <Thumbnail address={addressOf(`/template-${id}`)} />
                <div class="card-text">
                  <h2>
                    <button type="button" class="cover" onClick={() => void create(title, id)}>
                      {title}
                    </button>
                  </h2>
                  <p class="hint">{summary}</p>
                </div>
              </li>
            ))}
        </ul>
      )}
      {isDrafting && DraftDialog !== undefined && <DraftDialog onClose={() => setDrafting(false)} />}
      <p class="unseen" role="status">
        {busy !== '' && words.creating}
      </p>
    </>
  )
}
