import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'
import { newChoice } from '../document/making.ts'
import type { Editing } from '../editing.ts'
import { ItemTools } from './item-tools.tsx'
import { TargetField } from './target-field.tsx'

export interface EditedChoice {
  readonly id: string
  readonly text: string
  readonly to?: string
}

const choicesMax = 50

/** A list of choices: their texts, their order, which are right, and where each leads. */
export function ChoicesField({
  choices,
  editing,
  branching,
  correct,
  onChange,
  onCorrect,
}: {
  readonly choices: readonly EditedChoice[]
  readonly editing: Editing
  /** Whether a choice may lead to a page of its own. */
  readonly branching: boolean
  readonly correct?: readonly string[]
  readonly onChange: (choices: EditedChoice[], field: string) => void
  readonly onCorrect?: (correct: string[]) => void
}) {
  const words = t().blocks
  const set = (index: number, choice: EditedChoice, field: string) =>
    onChange(
      choices.map((one, n) => (n === index ? choice : one)),
      field,
    )
  const isBranched = choices.some((choice) => choice.to !== undefined)
  return (
    <fieldset class="stack">
      <legend>{words.choices}</legend>
      <ol class="items">
        {choices.map((choice, n) => (
          <li key={choice.id} class="item">
            {correct !== undefined && (
              <input
                type="checkbox"
                aria-label={words.correct(n + 1)}
                title={words.right}
                checked={correct.includes(choice.id)}
                disabled={correct.length === 1 && correct.includes(choice.id)}
                onChange={(event) =>
                  onCorrect?.(
                    event.currentTarget.checked ? [...correct, choice.id] : correct.filter((id) => id !== choice.id),
                  )
                }
              />
            )}
            <input
              type="text"
              aria-label={words.choiceText(n + 1)}
              maxLength={200}
              value={choice.text}
              onInput={(event) => set(n, { ...choice, text: event.currentTarget.value }, `choice ${choice.id}`)}
            />
            <ItemTools
              items={choices}
              index={n}
              min={2}
              name={words.choiceText(n + 1)}
              removeLabel={words.removeChoice(n + 1)}
              onChange={(changed) => onChange(changed, '')}
            />
          </li>
        ))}
      </ol>
      <button
        type="button"
        class="button"
        disabled={choices.length >= choicesMax}
        onClick={() => onChange([...choices, newChoice(choices.length + 1)], '')}
      >
        <Icon name="plus" />
        {words.addChoice}
      </button>
      {branching && editing.document.value.pages.length > 1 && (
        <details open={isBranched}>
          <summary>{words.branching}</summary>
          <div class="stack">
            {choices.map((choice, n) => (
              <TargetField
                key={choice.id}
                label={words.choiceTarget(n + 1)}
                value={choice.to}
                none={words.asBlock}
                editing={editing}
                onChoose={(to) => {
                  const { to: _, ...rest } = choice
                  set(n, to === undefined ? rest : { ...rest, to }, '')
                }}
              />
            ))}
          </div>
        </details>
      )}
    </fieldset>
  )
}
