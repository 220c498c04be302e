import { useState } from 'preact/hooks'
import { costs, policies } from '../../app/ai.ts'
import { money, number } from '../../app/formats.ts'
import { Head } from '../../app/frame.tsx'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { SelectField } from '../../ui/field.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { CallList } from './call-list.tsx'
import { CostTables } from './cost-tables.tsx'
import { PolicyForm } from './policy-form.tsx'
import { ProviderList } from './providers.tsx'

const dayMs = 86_400_000
const spans = [1, 7, 30, 90] as const

/** What AI has cost and who asked for it; and what the organization may spend. */
export function UsageScreen() {
  const words = t().ai
  const [days, setDays] = useState<number>(30)
  const { loaded, reload, set } = useLoaded(`ai ${days}`, () => {
    const to = Date.now()
    return Promise.all([costs.between(to - days * dayMs, to), policies.get('organization'), policies.models()])
  })
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title={words.title} />
  const [report, policy, models] = loaded.data
  const sum = (of: 'requests' | 'inputTokens' | 'outputTokens' | 'costNano') =>
    report.items.reduce((total, line) => total + line[of], 0)
  return (
    <>
      <Head title={words.title}>
        <button type="button" class="button" onClick={reload}>
          <Icon name="history" />
          {t().history.refresh}
        </button>
      </Head>
      {models.items.length === 0 && <p class="note">{words.noProvider}</p>}
      <section class="part">
        <div class="part-head">
          <h2>{words.costs}</h2>
          <SelectField
            label={words.span}
            value={String(days)}
            options={spans.map((span) => ({ value: String(span), text: words.lastDays(span) }))}
            onChoose={(value) => setDays(Number(value))}
          />
        </div>
        <dl class="tiles">
          <Tile name={words.cost} value={money(sum('costNano'))} />
          <Tile name={words.calls} value={number(sum('requests'))} />
          <Tile name={words.tokensIn} value={number(sum('inputTokens'))} />
          <Tile name={words.tokensOut} value={number(sum('outputTokens'))} />
          {policy.dayNano !== null && (
            <Tile name={words.today} value={spentOf(policy.spent.day.spentNano, policy.dayNano)} />
          )}
          {policy.monthNano !== null && (
            <Tile name={words.thisMonth} value={spentOf(policy.spent.month.spentNano, policy.monthNano)} />
          )}
        </dl>
        {!report.complete && <p class="note">{words.incomplete}</p>}
        {report.items.length > 0 && <CostTables lines={report.items} />}
        <p class="hint">{words.utc}</p>
      </section>
      {report.items.length > 0 && <CallList loaded={report} />}
      {may('organization:write') && <ProviderList onChanged={reload} />}
      {may('organization:write') && (
        <section class="part narrow">
          <h2>{words.limits}</h2>
          <PolicyForm
            scope="organization"
            policy={policy}
            models={models.items.map(({ id }) => id)}
            onSaved={(saved) => set([report, saved, models])}
          />
        </section>
      )}
    </>
  )
}

function spentOf(nano: number, mostNano: number): string {
  return t().ai.spentOf(money(nano), money(mostNano))
}

function Tile({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
