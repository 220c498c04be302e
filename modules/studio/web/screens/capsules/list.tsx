import { useEffect, useState } from 'preact/hooks'
import { Head } from '../../app/frame.tsx'
import { asProblem, type Problem } from '../../app/problem.ts'
import { type Capsule, capsules } from '../../app/resources.ts'
import { addressOf, navigate } from '../../app/router.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Filters } from '../../ui/filters.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { say } from '../../ui/toasts.tsx'
import { CapsuleCard } from './card.tsx'
import { Rename } from './rename.tsx'

const states = ['', 'draft', 'published', 'archived', 'deleted'] as const
const pageSize = 24
const typingMs = 250

type State = (typeof states)[number]

interface Shown {
  readonly items: readonly Capsule[]
  readonly nextCursor: string | null
}

/** All capsules of the organization, newest first. */
export function CapsuleList() {
  const words = t().capsules
  const [q, setQ] = useState('')
  const [state, setState] = useState<State>('')
  const [shown, setShown] = useState<Shown | undefined>()
  const [problem, setProblem] = useState<Problem | undefined>()
  const [renamed, setRenamed] = useState<Capsule | undefined>()
  const [round, setRound] = useState(0)
  const load = async (cursor?: string) => {
    const page = await capsules.list({ q: q.trim(), state, limit: pageSize, cursor })
    // A page of a search may be short, even empty, before the last one.
    return page
  }
  useEffect(() => {
    let current = true
    const timer = setTimeout(
      () =>
        load().then(
          (page) => {
            if (!current) return
            setProblem(undefined)
            setShown(page)
          },
          (error: unknown) => current && setProblem(asProblem(error, t().general.offline)),
        ),
      q === '' ? 0 : typingMs,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [q, state, round])
  const more = async () => {
    if (shown?.nextCursor == null) return
    try {
      const page = await load(shown.nextCursor)
      setShown({ items: [...shown.items, ...page.items], nextCursor: page.nextCursor })
    } catch (error) {
      setProblem(asProblem(error, t().general.offline))
    }
  }
  const isFiltered = q.trim() !== '' || state !== ''
  return (
    <>
      <Head title={words.title}>
        {may('capsules:write') && (
          <a class="button primary" href={addressOf(`/o/${organization.value?.slug}/new`)}>
            <Icon name="plus" />
            {words.create}
          </a>
        )}
      </Head>
      {!may('capsules:write') && <p class="note">{t().general.readOnly}</p>}
      <Filters
        q={q}
        queryLengthMax={100}
        label={words}
        name="state"
        kinds={states.map((value) => ({ value, text: value === '' ? words.all : words.states[value] }))}
        kind={state}
        onSearch={setQ}
        onKind={setState}
      />
      {problem !== undefined && <Failed problem={problem} onRetry={() => setRound((n) => n + 1)} />}
      {shown === undefined && problem === undefined && <Skeletons />}
      {shown !== undefined && shown.items.length === 0 && shown.nextCursor === null && (
        <Nothing
          filtered={isFiltered}
          onAll={() => {
            setQ('')
            setState('')
          }}
        />
      )}
      <ul class="cards">
        {shown?.items.map((capsule) => (
          <CapsuleCard
            key={capsule.id}
            capsule={capsule}
            onChanged={() => setRound((n) => n + 1)}
            onRename={() => setRenamed(capsule)}
          />
        ))}
      </ul>
      {shown !== undefined && shown.nextCursor !== null && (
        <p class="more">
          <button type="button" class="button" onClick={() => void more()}>
            {t().general.more}
          </button>
        </p>
      )}
      {renamed !== undefined && (
        <Rename
          capsule={renamed}
          onClose={(changed) => {
            setRenamed(undefined)
            if (changed) setRound((n) => n + 1)
          }}
        />
      )}
    </>
  )
}

function Skeletons() {
  return (
    <div class="cards" role="status">
      <span class="unseen">{t().general.loading}</span>
      {[1, 2, 3, 4, 5, 6].map((n) => (
        <div key={n} class="card skeleton" />
      ))}
    </div>
  )
}

/** An empty list teaches what to do next. */
function Nothing({ filtered, onAll }: { readonly filtered: boolean; readonly onAll: () => void }) {
  const words = t().capsules
  if (filtered) {
    return (
      <div class="empty">
        <h2>{words.nothingFound}</h2>
        <p>{words.nothingFoundText}</p>
        <button type="button" class="button" onClick={onAll}>
          {words.showAll}
        </button>
      </div>
    )
  }
  if (!may('capsules:write')) {
    return (
      <div class="empty">
        <h2>{words.viewerEmpty}</h2>
        <p>{words.viewerEmptyText}</p>
      </div>
    )
  }
  return <First />
}

/** The very first capsule: one's own, or one about capsules to look around in. */
function First() {
  const words = t().capsules
  const [busy, setBusy] = useState(false)
  const here = `/o/${organization.value?.slug}`
  const lookAround = async () => {
    setBusy(true)
    try {
      const { id } = await capsules.create({ title: words.tourTitle, template: 'tour' })
      navigate(`${here}/capsules/${id}`)
    } catch (error) {
      setBusy(false)
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  return (
    <div class="empty">
      <h2>{words.emptyTitle}</h2>
      <ol class="steps">
        {words.emptySteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <button type="button" class="button primary" onClick={() => navigate(`${here}/new`)}>
        <Icon name="plus" />
        {words.create}
      </button>
      <button type="button" class="button" disabled={busy} onClick={() => void lookAround()}>
        {words.tour}
      </button>
    </div>
  )
}
