import { useEffect, useState } from 'preact/hooks'
import type { VisitShown } from '../../../../analytics/index.ts'
import { ago, country, duration, number } from '../../app/formats.ts'
import { t } from '../../app/words.ts'
import { say } from '../../ui/toasts.tsx'
import { Steps } from './breakdown.tsx'
import { type LiveState, openLiveLine } from './live-line.ts'

/** Who is there right now, as it changes. */
export function LivePanel({ id, pageName }: { readonly id: string; readonly pageName: (page: string) => string }) {
  const words = t().analytics
  const [state, setState] = useState<LiveState | undefined>()
  const [isLost, setLost] = useState(false)
  useEffect(
    () =>
      openLiveLine(id, {
        state: (fresh) => {
          setState(fresh)
          setLost(false)
        },
        lead: ({ email, score }) => say(words.lead(email ?? words.somebody, score)),
        lost: () => setLost(true),
      }),
    [id],
  )
  const visits = state?.visits ?? []
  return (
    <section class="part live" aria-labelledby="live-title">
      <div class="part-head">
        <h2 id="live-title">{words.live}</h2>
        <p class="hint" role="status">
          {isLost ? words.liveLost : visits.length > 0 && words.liveCount(visits.length, state?.more === true)}
        </p>
      </div>
      {visits.length === 0 ? (
        <p class="hint">{words.liveNobody}</p>
      ) : (
        <ul class="rows here">
          {visits.map((visit) => (
            <li key={visit.id}>
              <div class="row-text">
                <strong>{whoIs(visit)}</strong>
                <span class="hint">{traitsOf(visit)}</span>
              </div>
              <div class="row-text">
                <span>{pageName(visit.page)}</span>
                <span class="hint">
                  {duration(visit.ms)} · {words.came} {ago(visit.beganAt)}
                </span>
              </div>
              <Score visit={visit} />
            </li>
          ))}
        </ul>
      )}
      {state !== undefined && state.funnel.visits > 0 && (
        <div class="result">
          <h3>{words.lately(state.funnel.minutes)}</h3>
          <Steps funnel={state.funnel} />
        </div>
      )}
    </section>
  )
}

export function Score({ visit }: { readonly visit: VisitShown }) {
  const words = t().analytics
  return (
    <span class={`state ${visit.hot ? 'published' : ''}`}>
      {visit.hot ? words.isHot : words.score} {number(visit.score)}
    </span>
  )
}

/** The e-mail address that was given, or a name that stands for nobody. */
export function whoIs({ email, visitor }: VisitShown): string {
  return email ?? t().analytics.visitor(visitor.slice(0, 6) + (/\.\d+$/.exec(visitor)?.[0] ?? ''))
}

/** By what and from where somebody came. */
export function traitsOf(visit: VisitShown): string {
  const words = t().analytics
  return [
    words.deviceNames[visit.device as keyof typeof words.deviceNames],
    visit.country !== '' && country(visit.country),
    visit.link !== '' ? visit.link : visit.source === '' ? words.direct : visit.source,
  ]
    .filter(Boolean)
    .join(' · ')
}
