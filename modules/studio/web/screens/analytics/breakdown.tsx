import type { Funnel, Valued } from '../../../../analytics/index.ts'
import { duration, number, percent } from '../../app/formats.ts'
import { t } from '../../app/words.ts'

/** What came of each value of something: each link, source, country. */
export function Breakdown({
  title,
  head,
  rows,
  nameOf,
  none,
}: {
  readonly title: string
  readonly head: string
  readonly rows: readonly Valued[]
  readonly nameOf: (value: string) => string
  /** Said when there is nothing; without it nothing is shown then. */
  readonly none?: string
}) {
  const words = t().analytics
  if (rows.length === 0 && none === undefined) return null
  return (
    <article class="result">
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p class="hint">{none}</p>
      ) : (
        /* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard (WCAG 2.1.1). */
        <section class="table bare tall" tabIndex={0} aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{head}</th>
                <th scope="col">{words.visits}</th>
                <th scope="col">{words.averageTime}</th>
                <th scope="col">{words.answered}</th>
                <th scope="col">{words.averageScore}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.value}>
                  <td>{nameOf(row.value)}</td>
                  <td>{number(row.visits)}</td>
                  <td>{duration(row.ms / row.visits)}</td>
                  <td>{percent(row.answered / row.visits)}</td>
                  <td>{number(Math.round(row.score / row.visits))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </article>
  )
}

/** Which pages were reached, and on which people left. */
export function Pages({ rows, nameOf }: { readonly rows: readonly Valued[]; readonly nameOf: (id: string) => string }) {
  const words = t().analytics
  return (
    <article class="result">
      <h3>{words.pages}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard (WCAG 2.1.1). */}
      <section class="table bare tall" tabIndex={0} aria-label={words.pages}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.page}</th>
              <th scope="col">{words.reached}</th>
              <th scope="col">{words.timeEach}</th>
              <th scope="col">{words.left}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.value}>
                <td>{nameOf(row.value)}</td>
                <td>{number(row.visits)}</td>
                <td>{row.visits === 0 ? '' : duration(row.ms / row.visits)}</td>
                <td>{row.visits === 0 ? '' : percent(row.exits / row.visits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </article>
  )
}

const steps = ['visits', 'engaged', 'acted', 'answered'] as const

/** Each step of the way with the share of those who came that far. */
export function Steps({ funnel }: { readonly funnel: Funnel }) {
  const words = t().analytics
  return (
    <ol class="bars">
      {steps.map((step) => {
        const share = funnel.visits === 0 ? 0 : funnel[step] / funnel.visits
        return (
          <li key={step}>
            <span>{words.steps[step]}</span>
            <b>
              {number(funnel[step])} · {percent(share)}
            </b>
            <svg aria-hidden="true">
              <rect width={`${share * 100}%`} height="100%" />
            </svg>
          </li>
        )
      })}
    </ol>
  )
}
