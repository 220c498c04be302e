import type { BlockResult, Counted } from '../../../../capsule/index.ts'
import { number, percent } from '../../app/formats.ts'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'

interface Bar {
  readonly key: string
  readonly text: string
  readonly count: number
}

/** What the answers to one block come to, as bars with their numbers. */
export function ResultCard({ result }: { readonly result: BlockResult }) {
  const words = t().history
  const kind = t().blocks.kinds[result.kind]
  return (
    <article class="result">
      <div class="result-head">
        <h3>
          <Icon name={result.kind} /> {result.kind === 'poll' ? result.question : kind}
        </h3>
        <span class="hint">{words.total(result.total, number(result.total))}</span>
      </div>
      {result.kind === 'poll' && <Bars bars={counted(result.choices)} total={result.total} />}
      {result.kind === 'quiz' && (
        <Bars
          bars={result.scores.map(({ score, count }) => ({
            key: String(score),
            text: words.score(score, result.outOf),
            count,
          }))}
          total={result.total}
        />
      )}
      {result.kind === 'form' &&
        result.fields.map((field) => (
          <section key={field.id} class="stack">
            <h4>{field.label}</h4>
            <Bars bars={counted(field.choices)} total={result.total} />
          </section>
        ))}
    </article>
  )
}

function counted(choices: readonly Counted[]): Bar[] {
  return choices.map(({ id, text, count }) => ({ key: id, text: text ?? t().history.olderChoice, count }))
}

function Bars({ bars, total }: { readonly bars: readonly Bar[]; readonly total: number }) {
  return (
    <ul class="bars">
      {bars.map(({ key, text, count }) => {
        const share = total === 0 ? 0 : count / total
        return (
          <li key={key}>
            <span>{text}</span>
            <b>
              {number(count)} · {percent(share)}
            </b>
            <svg aria-hidden="true">
              <rect width={`${share * 100}%`} height="100%" />
            </svg>
          </li>
        )
      })}
    </ul>
  )
}
