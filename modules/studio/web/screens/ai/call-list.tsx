import { useEffect, useState } from 'preact/hooks'
import { type Call, costs } from '../../app/ai.ts'
import { dateTime, money, number } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { t } from '../../app/words.ts'
import { Fault } from '../../ui/form.tsx'

const pageSize = 25

/** The ledger: every call that may have cost something, newest first. */
export function CallList({ loaded }: { readonly loaded: object }) {
  const words = t().ai
  const [calls, setCalls] = useState<readonly Call[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [fault, setFault] = useState<string | undefined>()
  const load = async (from: string | undefined, before: readonly Call[]) => {
    try {
      const page = await costs.calls({ limit: pageSize, cursor: from })
      setCalls([...before, ...page.items])
      setCursor(page.nextCursor)
      setFault(undefined)
    } catch (error) {
      setFault(asProblem(error, t().general.offline).message)
    }
  }
  useEffect(() => void load(undefined, []), [loaded])
  return (
    <section class="part">
      <h2>{words.ledger}</h2>
      <Fault text={fault} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard (WCAG 2.1.1). */}
      <section class="table" tabIndex={0} aria-label={words.ledger}>
        <table>
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
            {calls.map((call) => (
              <tr key={call.id}>
                <td>{dateTime(call.at)}</td>
                <td>
                  {call.model} · {call.provider}
                </td>
                <td>{words.outcomes[call.outcome] ?? call.outcome}</td>
                <td>{number(call.inputTokens + call.outputTokens)}</td>
                <td>{money(call.costNano)}</td>
                <td>{number(call.tookMs)} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {cursor !== null && (
        <p class="more">
          <button type="button" class="button" onClick={() => void load(cursor, calls)}>
            {t().general.more}
          </button>
        </p>
      )}
    </section>
  )
}
