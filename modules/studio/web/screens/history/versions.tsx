import { useState } from 'preact/hooks'
import type { CapsuleDocument, DocumentDiff } from '../../../../capsule/index.ts'
import { dateTime } from '../../app/formats.ts'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { capsules, drafts, versions } from '../../app/resources.ts'
import { navigate } from '../../app/router.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { More, usePages } from '../../ui/pages.tsx'
import { say } from '../../ui/toasts.tsx'
import { Changes } from './changes.tsx'

export interface Compared {
  readonly diff: DocumentDiff
  readonly before: CapsuleDocument
  readonly after: CapsuleDocument
}

/** Everything that was published, and what became of it since. */
export function VersionsScreen({ id = '' }: { readonly id?: string }) {
  const words = t().history
  const [number, setNumber] = useState<number | undefined>()
  const { loaded, reload } = useLoaded(id, () => capsules.get(id))
  const pages = usePages([id], (cursor) => versions.list(id, { limit: 30, cursor }))
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (pages.problem !== undefined) return <Failed problem={pages.problem} onRetry={pages.reload} />
  if (loaded.state === 'loading' || pages.items === undefined) return <Head title={words.versions} />
  const capsule = loaded.data
  const list = pages.items
  const chosen = number ?? list[0]?.number
  return (
    <>
      <Head
        title={words.versions}
        back={{ to: `/o/${organization.value?.slug}/capsules/${id}`, text: capsule.title }}
      />
      {list.length === 0 ? (
        <div class="empty">
          <h2>{words.noVersions}</h2>
          <p>{words.noVersionsText}</p>
        </div>
      ) : (
        <>
          <p class="lead">{words.versionsText}</p>
          <div class="history">
            <div class="stack">
              <ol class="rows">
                {list.map((version) => (
                  <li key={version.number}>
                    <button
                      type="button"
                      aria-pressed={chosen === version.number}
                      onClick={() => setNumber(version.number)}
                    >
                      <strong>{words.version(version.number)}</strong>
                      <span class="hint">{dateTime(version.publishedAt)}</span>
                    </button>
                    {capsule.state === 'published' && capsule.publishedVersion === version.number && (
                      <span class="state published">{words.online}</span>
                    )}
                  </li>
                ))}
              </ol>
              <More pages={pages} />
            </div>
            {chosen !== undefined && <Comparison key={chosen} id={id} number={chosen} />}
          </div>
        </>
      )}
    </>
  )
}

function Comparison({ id, number }: { readonly id: string; readonly number: number }) {
  const words = t().history
  const { loaded, reload } = useLoaded(`${id} ${number}`, async (): Promise<Compared> => {
    const [diff, before, draft] = await Promise.all([
      versions.diff(id, number, 'draft'),
      versions.get(id, number),
      drafts.get(id),
    ])
    return { diff, before, after: draft.data }
  })
  const restore = async () => {
    try {
      await versions.restore(id, number)
      say(words.restored(number))
      navigate(`/o/${organization.value?.slug}/capsules/${id}`)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  return (
    <section class="part" aria-live="polite">
      <div class="part-head">
        <h2>{words.comparing(number)}</h2>
        {may('capsules:write') && (
          <button type="button" class="button" title={words.restoreHint} onClick={() => void restore()}>
            <Icon name="undo" />
            {words.restore}
          </button>
        )}
      </div>
      {loaded.state === 'ready' && <Changes {...loaded.data} />}
    </section>
  )
}
