import { t } from '../app/words.ts'
import { Icon } from '../ui/icon.tsx'
import type { Found } from './document/checks.ts'

/** What a check found, each with the way to it. */
export function Findings({
  found,
  onShow,
}: {
  readonly found: readonly Found[]
  readonly onShow: (one: Found) => void
}) {
  const words = t().editor.check
  if (found.length === 0) {
    return (
      <p class="good">
        <Icon name="check" />
        {words.good}
      </p>
    )
  }
  return (
    <>
      {(['error', 'warning'] as const).map((weight) => {
        const list = found.filter((one) => one.weight === weight)
        return (
          list.length > 0 && (
            <section key={weight} class={`findings ${weight}`}>
              <h3>
                <Icon name="warn" />
                {weight === 'error' ? words.errors : words.warnings}
              </h3>
              <ul>
                {list.map((one) => (
                  <li key={`${one.finding} ${one.block ?? one.page}`}>
                    <span>{words[one.finding]}</span>
                    <button type="button" class="textual" onClick={() => onShow(one)}>
                      {words.show}
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )
        )
      })}
    </>
  )
}
