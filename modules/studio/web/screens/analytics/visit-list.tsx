import { useState } from 'preact/hooks'
import type { VisitEvent, VisitShown } from '../../../../analytics/index.ts'
import { dateTime, duration } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { analytics } from '../../app/resources.ts'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Failed, Fault } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { More, usePages } from '../../ui/pages.tsx'
import { say } from '../../ui/toasts.tsx'
import { Score, traitsOf, whoIs } from './live-panel.tsx'

const pageSize = 25

/** Every visit that is kept, newest first; each opens into what happened in it. */
export function VisitList({
  id,
  loaded,
  pageName,
  onErased,
}: {
  readonly id: string
  /** Another one whenever the screen was loaded anew: so is the list. */
  readonly loaded: object
  readonly pageName: (page: string) => string
  readonly onErased: () => void
}) {
  const words = t().analytics
  const pages = usePages([id, loaded], (cursor) => analytics.visits(id, { limit: pageSize, cursor }))
  const [opened, setOpened] = useState<VisitShown | undefined>()
  return (
    <section class="part">
      <h2>{words.list}</h2>
      <Fault text={pages.problem?.message} />
      <ul class="rows">
        {pages.items?.map((visit) => (
          <li key={visit.id}>
            <div class="row-text">
              <button type="button" class="textual" onClick={() => setOpened(visit)}>
                {whoIs(visit)}
              </button>
              <span class="hint">{traitsOf(visit)}</span>
            </div>
            <div class="row-text">
              <span>
                {dateTime(visit.beganAt)} {visit.here && <span class="state published">{words.hereNow}</span>}
              </span>
              <span class="hint">
                {duration(visit.ms)} · {words.pages}: {visit.pages} · {words.answers}: {visit.answers}
              </span>
            </div>
            <Score visit={visit} />
          </li>
        ))}
      </ul>
      <More pages={pages} />
      {opened !== undefined && (
        <Timeline
          id={id}
          visit={opened}
          pageName={pageName}
          onClose={() => setOpened(undefined)}
          onErased={() => {
            setOpened(undefined)
            pages.reload()
            onErased()
          }}
        />
      )}
    </section>
  )
}

function Timeline({
  id,
  visit,
  pageName,
  onClose,
  onErased,
}: {
  readonly id: string
  readonly visit: VisitShown
  readonly pageName: (page: string) => string
  readonly onClose: () => void
  readonly onErased: () => void
}) {
  const words = t().analytics
  const { loaded, reload } = useLoaded(visit.id, () => analytics.visit(id, visit.id))
  const [isSure, setSure] = useState(false)
  const erase = async () => {
    try {
      const { visits } = await analytics.erase(visit.visitor)
      say(words.erased(visits))
      onErased()
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  return (
    <Dialog title={words.look(whoIs(visit))} size="large" onClose={onClose}>
      <p class="hint">
        {dateTime(visit.beganAt)} · {traitsOf(visit)}
      </p>
      {loaded.state === 'failed' && <Failed problem={loaded.problem} onRetry={reload} />}
      {loaded.state === 'ready' && (
        <ol class="timeline" aria-label={words.timeline}>
          {loaded.data.events.map((event) => (
            <li key={`${event.at} ${event.kind} ${event.detail}`}>
              <Icon name={icons[event.kind]} />
              <time dateTime={new Date(event.at).toISOString()}>{dateTime(event.at)}</time>
              <span>{textOf(event, pageName)}</span>
            </li>
          ))}
        </ol>
      )}
      {may('organization:write') && (
        <div class="actions end">
          {isSure && <p class="hint">{words.eraseText}</p>}
          <button type="button" class="button danger" onClick={() => (isSure ? void erase() : setSure(true))}>
            {isSure ? words.eraseNow : words.erase}
          </button>
        </div>
      )}
    </Dialog>
  )
}

const icons = { view: 'eye', answer: 'check', chat: 'chat', click: 'external' } as const

function textOf({ kind, page, detail, ms }: VisitEvent, pageName: (page: string) => string): string {
  const words = t().analytics
  if (kind === 'view') return words.saw(pageName(page), duration(ms ?? 0))
  if (kind === 'answer') return words.gaveAnswer(pageName(page))
  return kind === 'chat' ? words.asked(pageName(page)) : words.followed(detail)
}
