import { t } from '../../app/words.ts'
import { NumberField, TextArea } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { newQuestion } from '../document/making.ts'
import { Cases } from './cases.tsx'
import { ChoicesField } from './choices-field.tsx'
import type { PanelOf } from './panel.ts'
import { TargetField } from './target-field.tsx'

type Question = PanelOf<'quiz'>['block']['questions'][number]

const questionsMax = 100

export function QuizPanel({ block, editing }: PanelOf<'quiz'>) {
  const words = t().blocks
  const { questions } = block
  return (
    <>
      <Cases<Question>
        items={questions}
        max={questionsMax}
        openBelow={3}
        naming={{ name: words.questionName, remove: words.removeQuestion, add: words.addQuestion }}
        titleOf={(question) => question.text}
        made={newQuestion}
        onChange={(changed, key) => editing.edit(block, { questions: changed }, key)}
      >
        {(question, n, set) => (
          <>
            <TextArea
              label={words.questionName(n + 1)}
              rows={2}
              maxLength={5_000}
              value={question.text}
              onText={(text) => set({ ...question, text }, `${question.id} text`)}
            />
            <ChoicesField
              choices={question.choices}
              editing={editing}
              branching={false}
              correct={question.correct}
              onChange={(choices, key) => set(withRight({ ...question, choices }), key)}
              onCorrect={(correct) => set({ ...question, correct }, '')}
            />
            <TextArea
              label={words.explanation}
              rows={2}
              maxLength={5_000}
              value={question.explanation ?? ''}
              onText={(explanation) => set({ ...question, explanation }, `${question.id} explanation`)}
            />
          </>
        )}
      </Cases>
      <Outcomes block={block} editing={editing} />
      <TargetField
        label={words.next}
        value={block.next}
        none={words.stay}
        editing={editing}
        onChoose={(next) => editing.edit(block, { next: next as string })}
      />
    </>
  )
}

/** Where a score leads. */
function Outcomes({ block, editing }: PanelOf<'quiz'>) {
  const words = t().blocks
  const outcomes = block.outcomes ?? []
  const first = editing.document.value.pages[0]?.id ?? ''
  if (editing.document.value.pages.length < 2) return null
  return (
    <details open={outcomes.length > 0}>
      <summary>{words.outcomes}</summary>
      <div class="stack">
        {outcomes.map((outcome, n) => (
          <div key={n} class="outcome">
            <NumberField
              label={words.outcomeFrom}
              max={block.questions.length}
              value={outcome.from}
              onNumber={(from) =>
                editing.edit(
                  block,
                  { outcomes: outcomes.map((one, k) => (k === n ? { ...one, from } : one)) },
                  `from ${n}`,
                )
              }
            />
            <TargetField
              label={words.leadsTo}
              value={outcome.to}
              none="—"
              editing={editing}
              onChoose={(to) =>
                to !== undefined &&
                editing.edit(block, { outcomes: outcomes.map((one, k) => (k === n ? { ...one, to } : one)) })
              }
            />
            <button
              type="button"
              class="button quiet square"
              aria-label={words.removeOutcome(n + 1)}
              onClick={() => editing.edit(block, { outcomes: outcomes.toSpliced(n, 1) })}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
        <button
          type="button"
          class="button"
          disabled={outcomes.length >= 50}
          onClick={() => editing.edit(block, { outcomes: [...outcomes, { from: block.questions.length, to: first }] })}
        >
          <Icon name="plus" />
          {words.addOutcome}
        </button>
      </div>
    </details>
  )
}

/** A choice that is gone can't be right; some choice always is. */
function withRight(question: Question): Question {
  const ids = question.choices.map((choice) => choice.id)
  const correct = question.correct.filter((id) => ids.includes(id))
  return { ...question, correct: correct.length > 0 ? correct : ids.slice(0, 1) }
}
