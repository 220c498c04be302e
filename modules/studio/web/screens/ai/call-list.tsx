import { costs } from '../../app/ai.ts'
import { dateTime, money, number } from '../../app/formats.ts'
import { t } from '../../app/words.ts'
import { Fault } from '../../ui/form.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { WideTable } from '../../ui/wide-table.tsx'

const pageSize = 25

/** The ledger: every call that may have cost something, newest first. */
export function CallList({ loaded }: { readonly loaded: object }) {
  const words = t().ai
  const pages = usePages([loaded], (cursor) => costs.calls({ limit: pageSize, cursor }))
  return (
    <section class="part">
      <h2>{words.ledger}</h2>
      <Fault text={pages.problem?.message} />
      <WideTable label={words.ledger}>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.model}</th>
            <th scope="col">{words.outcome}</th>
            <th scope="col">{words.allTokens}</th>
            <th scope="col">{words.cost}</th>
            <th scope="col">{words.took}</th>
          </tr>
        </thead>
        <tbody>
          {pages.items?.map((call) => (
            <tr key={call.id}>
              <td>{dateTime(call.at)}</td>
              <td>{[call.model, call.provider, words.purposes[call.purpose]].filter(Boolean).join(' · ')}</td>
              <td>{words.outcomes[call.outcome] ?? call.outcome}</td>
              <td>{number(call.inputTokens + call.outputTokens)}</td>
              <td>{money(call.costNano)}</td>
              <td>{number(call.tookMs)} ms</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      <More pages={pages} />
    </section>
  )
}
