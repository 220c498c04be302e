import { useEffect, useState } from 'preact/hooks'
import type { BlockResult, CapsuleDocument } from '../../../../capsule/index.ts'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { capsules, responses, stages, versions } from '../../app/resources.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { say } from '../../ui/toasts.tsx'
import { Audience } from './audience.tsx'
import { PageBlocks } from './page-blocks.tsx'
import { QuestionList } from './question-list.tsx'
import { useRoom } from './room.ts'
import type { Stage } from './room-line.ts'

/** Whoever presents takes everybody from page to page, opens and closes what is asked, and hears the room. */
export function PresentingScreen({ id = '' }: { readonly id?: string }) {
  const words = t().presenting
  const { loaded, reload } = useLoaded(`presenting ${id}`, async () => {
    const capsule = await capsules.get(id)
    const version = capsule.state === 'published' ? capsule.publishedVersion : null
    if (version === null) return { capsule, document: undefined, results: [] }
    const [document, results] = await Promise.all([versions.get(id, version), responses.results(id)])
    return { capsule, document, results: results.items }
  })
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title={words.title} />
  const { capsule, document, results } = loaded.data
  const back = { to: `/o/${organization.value?.slug}/capsules/${id}`, text: capsule.title }
  if (document === undefined) {
    return (
      <>
        <Head title={words.title} back={back} />
        <div class="empty">
          <h2>{words.notPublished}</h2>
          <p>{words.notPublishedText}</p>
        </div>
      </>
    )
  }
  return <Desk id={id} capsule={capsule} document={document} results={results} back={back} onPublished={reload} />
}

interface DeskProps {
  readonly id: string
  readonly capsule: { readonly title: string; readonly url: string }
  readonly document: CapsuleDocument
  readonly results: readonly BlockResult[]
  readonly back: { readonly to: string; readonly text: string }
  readonly onPublished: () => void
}

function Desk({ id, capsule, document, results, back, onPublished }: DeskProps) {
  const words = t().presenting
  const room = useRoom(id, onPublished)
  const { stage } = room.state
  const writes = may('capsules:write')
  const { pages } = document
  const nameOf = (n: number) => pages[n]?.title || (n === 0 ? capsule.title : t().editor.pageName(n + 1))
  const at = pages.findIndex(({ id }) => id === stage?.page)
  const [isMoving, setMoving] = useState(false)
  const move = async (next: Stage | null) => {
    setMoving(true)
    try {
      await (next === null ? stages.end(id) : stages.move(id, next))
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    } finally {
      setMoving(false)
    }
  }
  const goTo = (n: number) => {
    const page = pages[n]
    if (writes && page !== undefined && !isMoving) void move({ page: page.id, closed: stage?.closed ?? [] })
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isElsewhere =
        event.target instanceof Element && event.target.closest('input, textarea, select, [role=menu]')
      if (at < 0 || isElsewhere || event.altKey || event.ctrlKey || event.metaKey) return
      if (event.key === 'ArrowRight' || event.key === 'PageDown') goTo(at + 1)
      else if (event.key === 'ArrowLeft' || event.key === 'PageUp') goTo(at - 1)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
  const shown = pages[at]
  return (
    <>
      <Head title={words.title} back={back}>
        <a class="button" href={capsule.url} target="_blank" rel="noopener">
          <Icon name="external" />
          {words.look}
        </a>
        {writes &&
          (stage === null ? (
            <button type="button" class="button primary" onClick={() => goTo(0)}>
              {words.begin}
            </button>
          ) : (
            <button type="button" class="button" onClick={() => void move(null)}>
              {words.end}
            </button>
          ))}
      </Head>
      <Audience room={room} />
      <div class="desk">
        <section class="part" aria-labelledby="desk-pages">
          <div class="part-head">
            <h2 id="desk-pages">{words.pages}</h2>
            {stage !== null && <span class="hint">{words.place(at + 1, pages.length)}</span>}
          </div>
          <ol class="desk-pages">
            {pages.map((page, n) => (
              <li key={page.id}>
                <button
                  type="button"
                  class="desk-page"
                  aria-current={n === at ? 'step' : undefined}
                  disabled={!writes}
                  onClick={() => goTo(n)}
                >
                  <span class="hint">{n + 1}</span>
                  {nameOf(n)}
                </button>
              </li>
            ))}
          </ol>
          {stage !== null && writes && (
            <div class="desk-steps">
              <button type="button" class="button" disabled={at <= 0} onClick={() => goTo(at - 1)}>
                <Icon name="back" />
                {words.previous}
              </button>
              <button
                type="button"
                class="button primary"
                disabled={at >= pages.length - 1}
                onClick={() => goTo(at + 1)}
              >
                {words.next}
              </button>
            </div>
          )}
          {stage === null && <p class="hint">{words.beginText}</p>}
        </section>
        <div class="desk-room">
          <PageBlocks
            page={shown}
            results={results}
            totals={room.state.totals}
            closed={stage?.closed ?? []}
            onClosed={writes && stage !== null ? (closed) => void move({ page: stage.page, closed }) : undefined}
          />
          {may('responses:read') && <QuestionList id={id} questions={room.state.questions} isWriter={writes} />}
        </div>
      </div>
    </>
  )
}
