import { useState } from 'preact/hooks'
import type { QuizBlock } from '../../../capsule/index.ts'
import { Problem } from '../app/problem.ts'
import { proposals } from '../app/proposals.ts'
import { t } from '../app/words.ts'
import { inserted, placeOf } from '../editor/document/tree.ts'
import { SelectField } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { say } from '../ui/toasts.tsx'
import type { HelpOf } from './help.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'
import { Proposed } from './proposed.tsx'
import { useProposal } from './proposing.ts'

/** Questions about what the page says. */
export function Quiz({ capsule, editing, saving, onClose }: HelpOf<'quiz'>) {
  const words = t().authoring
  const [questions, setQuestions] = useState(5)
  const [scope, setScope] = useState<'page' | 'all'>('page')
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const page = editing.page.value?.id
  const proposing = useProposal(async (waiting) => {
    setLeft(new Set())
    if (!(await saving.flush())) throw new Problem(409, 'conflict', words.notSaved)
    const where = scope === 'page' && page !== undefined ? { page } : {}
    return proposals.quiz(capsule.value.id, { questions, ...where }, waiting)
  })
  const toggle = (id: string) => {
    const next = new Set(left)
    if (!next.delete(id)) next.add(id)
    setLeft(next)
  }
  const accept = (block: QuizBlock) => {
    const own = { ...block, questions: block.questions.filter(({ id }) => !left.has(id)) }
    const { selected, document, page: shown } = editing
    const place = selected.value === undefined ? undefined : placeOf(document.value, selected.value)
    if (own.questions.length === 0) throw new Problem(422, 'invalid', words.noQuestion)
    if (shown.value === undefined) return
    const list = place?.list ?? { page: shown.value.id }
    const at = place === undefined ? shown.value.blocks.length : place.index + 1
    editing.change('', inserted(document.value, list, at, own))
    editing.select(own.id)
    onClose()
    say(words.accepted, { undo: () => editing.undo() })
  }
  return (
    <ProposalDialog
      title={words.quizTitle}
      text={words.quizText}
      proposing={proposing}
      accept={words.addQuiz}
      shown={({ block }) => (
        <Proposed label={words.proposal}>
          <ol>
            {block.questions.map((question) => (
              <li key={question.id}>
                <label>
                  <input type="checkbox" checked={!left.has(question.id)} onChange={() => toggle(question.id)} />
                  <strong>{question.text}</strong>
                </label>
                <ul>
                  {question.choices.map((choice) => {
                    const isRight = question.correct.includes(choice.id)
                    return (
                      <li key={choice.id} class={isRight ? 'right' : ''}>
                        {choice.text}
                        {isRight && (
                          <>
                            {' '}
                            <Icon name="check" />
                            <span class="unseen">{words.right}</span>
                          </>
                        )}
                      </li>
                    )
                  })}
                </ul>
                {question.explanation !== undefined && <p class="hint">{question.explanation}</p>}
              </li>
            ))}
          </ol>
        </Proposed>
      )}
      onAccept={({ block }) => accept(block)}
      onClose={onClose}
    >
      {() => (
        <>
          <SelectField
            label={words.questions}
            value={String(questions)}
            options={[1, 3, 5, 8, 10].map((n) => ({ value: String(n), text: String(n) }))}
            onChoose={(value) => setQuestions(Number(value))}
          />
          <SelectField
            label={words.scope}
            value={scope}
            options={(['page', 'all'] as const).map((value) => ({ value, text: words.scopes[value] }))}
            onChoose={(value) => setScope(value as 'page' | 'all')}
          />
        </>
      )}
    </ProposalDialog>
  )
}
