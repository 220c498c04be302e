import { useState } from 'preact/hooks'
import { download } from '../../app/download.ts'
import { country, duration, number, percent } from '../../app/formats.ts'
import { Head } from '../../app/frame.tsx'
import { analytics, capsules } from '../../app/resources.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { SelectField } from '../../ui/field.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { Breakdown, Pages, Steps } from './breakdown.tsx'
import { Chart } from './chart.tsx'
import { KeepingForm } from './keeping.tsx'
import { LivePanel } from './live-panel.tsx'
import { VisitList } from './visit-list.tsx'

const spans = {
  today: { days: 1, by: 'hour' },
  week: { days: 7, by: 'hour' },
  month: { days: 28, by: 'day' },
  season: { days: 90, by: 'day' },
  year: { days: 365, by: 'day' },
} as const
type Span = keyof typeof spans

/** Who came, how far they got, and who is there right now. */
export function AnalyticsScreen({ id = '' }: { readonly id?: string }) {
  const words = t().analytics
  const [span, setSpan] = useState<Span>('month')
  const { loaded, reload } = useLoaded(`${id} ${span}`, () =>
    Promise.all([capsules.get(id), analytics.figures(id, spans[span])]),
  )
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title={words.title} />
  const [capsule, figures] = loaded.data
  const { totals } = figures
  const titles = new Map(figures.pages.map(({ value, title }) => [value, title]))
  // A page without a title of its own is called as the capsule is.
  const pageName = (page: string) => titles.get(page) ?? (figures.pages[0]?.value === page ? capsule.title : page)
  return (
    <>
      <Head title={words.title} back={{ to: `/o/${organization.value?.slug}/capsules/${id}`, text: capsule.title }}>
        <button type="button" class="button" onClick={reload}>
          <Icon name="history" />
          {t().history.refresh}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void download(analytics.file(id), `${capsule.slug}-visits.csv`, capsules.at(id))}
        >
          <Icon name="down" />
          {words.download}
        </button>
      </Head>
      <LivePanel id={id} pageName={pageName} />
      <section class="part">
        <div class="part-head">
          <h2>{words.visits}</h2>
          <SelectField
            label={words.span}
            value={span}
            options={Object.keys(spans).map((value) => ({ value, text: words.spans[value as Span] }))}
            onChoose={(value) => setSpan(value as Span)}
          />
        </div>
        {totals.visits === 0 ? (
          <div class="empty">
            <h3>{words.none}</h3>
            <p>{words.noneText}</p>
          </div>
        ) : (
          <>
            <dl class="tiles">
              <Tile name={words.visits} value={number(totals.visits)} />
              <Tile name={words.visitors} value={number(totals.visitors)} />
              <Tile name={words.averageTime} value={duration(totals.ms / totals.visits)} />
              <Tile name={words.answered} value={percent(totals.answered / totals.visits)} />
              <Tile name={words.averageScore} value={number(Math.round(totals.score / totals.visits))} />
              <Tile name={words.hot} value={number(totals.hot)} />
            </dl>
            <Chart figures={figures} />
            <div class="results">
              <article class="result">
                <h3>{words.funnel}</h3>
                <Steps funnel={totals} />
              </article>
              <Pages rows={figures.pages} nameOf={pageName} />
              <Breakdown
                title={words.sources}
                head={words.source}
                rows={figures.sources}
                nameOf={(value) => (value === '' ? words.direct : value)}
              />
              <Breakdown
                title={words.links}
                head={words.link}
                rows={figures.links}
                nameOf={(value) => value}
                none={words.noLinks}
              />
              <Breakdown
                title={words.campaigns}
                head={words.campaign}
                rows={figures.campaigns}
                nameOf={(value) => value}
              />
              <Breakdown
                title={words.countries}
                head={words.country}
                rows={figures.countries}
                nameOf={(value) => (value === '' ? words.unknown : country(value))}
              />
              <Breakdown
                title={words.devices}
                head={words.device}
                rows={figures.devices}
                nameOf={(value) => words.deviceNames[value as keyof typeof words.deviceNames] ?? value}
              />
            </div>
          </>
        )}
        <p class="hint">
          {words.utc} {words.privacy}
        </p>
      </section>
      <VisitList id={id} loaded={figures} pageName={pageName} onErased={reload} />
      {may('organization:write') && <KeepingForm />}
    </>
  )
}

function Tile({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
