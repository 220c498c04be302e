import { useState } from 'preact/hooks'
import { Head } from '../../app/frame.tsx'
import { asProblem } from '../../app/problem.ts'
import { type Capsule, capsules } from '../../app/resources.ts'
import { addressOf, navigate } from '../../app/router.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Filters } from '../../ui/filters.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { say } from '../../ui/toasts.tsx'
import { CapsuleCard } from './card.tsx'
import { Rename } from './rename.tsx'

const states = ['', 'draft', 'published', 'archived', 'deleted'] as const
const pageSize = 24

type State = (typeof states)[number]

/** All capsules of the organization, newest first. */
export function CapsuleList() {
  const words = t().capsules
  const [q, setQ] = useState('')
  const [state, setState] = useState<State>('')
  const [renamed, setRenamed] = useState<Capsule | undefined>()
  // A page of a search may be short, even empty, before the last one.
  const pages = usePages([state], (cursor) => capsules.list({ q: q.trim(), state, limit: pageSize, cursor }), q)
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
      {pages.problem !== undefined && <Failed problem={pages.problem} onRetry={pages.reload} />}
      {pages.items === undefined && pages.problem === undefined && <Skeletons />}
      {pages.items?.length === 0 && !pages.hasMore && (
        <Nothing
          filtered={isFiltered}
          onAll={() => {
            setQ('')
            setState('')
          }}
        />
      )}
      <ul class="cards">
        {pages.items?.map((capsule) => (
          <CapsuleCard
            key={capsule.id}
            capsule={capsule}
            onChanged={pages.reload}
            onRename={() => setRenamed(capsule)}
          />
        ))}
      </ul>
      <More pages={pages} />
      {renamed !== undefined && (
        <Rename
          capsule={renamed}
          onClose={(changed) => {
            setRenamed(undefined)
            if (changed) pages.reload()
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
