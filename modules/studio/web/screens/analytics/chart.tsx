import type { Figures } from '../../../../analytics/index.ts'
import { bucket, duration, number } from '../../app/formats.ts'
import { t } from '../../app/words.ts'

const [width, height] = [720, 180]

/** Visits over time as bars, with the numbers in a table for whoever cannot see them or wants them exactly. */
export function Chart({ figures }: { readonly figures: Figures }) {
  const words = t().analytics
  const { series, by, totals } = figures
  const most = Math.max(1, ...series.map((one) => one.visits))
  const step = width / series.length
  const bar = Math.max(1, step * 0.72)
  const [first, last] = [series[0], series.at(-1)]
  const name = words.chart(number(totals.visits), bucket(first?.at ?? 0, by), bucket(last?.at ?? 0, by))
  return (
    <figure class="chart">
      <p class="chart-most" aria-hidden="true">
        {number(most)}
      </p>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={name}>
        {[0, 0.5, 1].map((share) => (
          <line key={share} x1="0" x2={width} y1={share * height} y2={share * height} />
        ))}
        {series.map(({ at, visits }, n) => {
          const tall = (visits / most) * (height - 2)
          return (
            <rect key={at} x={n * step + (step - bar) / 2} y={height - tall} width={bar} height={tall}>
              <title>{`${bucket(at, by)}: ${number(visits)}`}</title>
            </rect>
          )
        })}
      </svg>
      <p class="chart-ends" aria-hidden="true">
        <span>{bucket(first?.at ?? 0, by)}</span>
        <span>{bucket(last?.at ?? 0, by)}</span>
      </p>
      <details>
        <summary>{words.asTable}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1). */}
        <section class="table tall" tabIndex={0} aria-label={words.visits}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.when}</th>
                <th scope="col">{words.visits}</th>
                <th scope="col">{words.visitors}</th>
                <th scope="col">{words.views}</th>
                <th scope="col">{words.averageTime}</th>
                <th scope="col">{words.answers}</th>
              </tr>
            </thead>
            <tbody>
              {series.toReversed().map((one) => (
                <tr key={one.at}>
                  <td>{bucket(one.at, by)}</td>
                  <td>{number(one.visits)}</td>
                  <td>{number(one.visitors)}</td>
                  <td>{number(one.views)}</td>
                  <td>{one.visits === 0 ? '' : duration(one.ms / one.visits)}</td>
                  <td>{number(one.answers)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  )
}
