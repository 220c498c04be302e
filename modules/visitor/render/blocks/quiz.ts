import type { QuizBlock, QuizOutcome, QuizQuestion } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { icons } from '../icons.ts'
import { html, type Markup } from '../markup.ts'
import { answeredPart, answerForm, choiceList, question } from './answerable.ts'

/** A quiz. Of the right answers only their number shows (one: radio buttons, several: boxes) until the visitor has answered. */
export function renderQuiz(block: QuizBlock, context: BlockContext): Markup {
  const result = context.results.get(block.id)
  if (result?.kind === 'quiz') {
    const outcomes = block.questions.map((one) =>
      outcomeOf(
        one,
        result.questions.find(({ id }) => id === one.id),
      ),
    )
    return answeredPart(
      block,
      context,
      result,
      html`<h3>You have ${result.score} of ${result.outOf} right</h3><ol class="outcomes">${outcomes}</ol>`,
    )
  }
  const attempt = context.attempts.get(block.id)
  const questions = block.questions.map((one) => {
    const several = one.correct.length > 1
    const asked = { name: `q:${one.id}`, id: `${block.id}.${one.id}`, required: !several, attempt, key: one.id }
    const note = several ? 'Choose all that are right.' : undefined
    return question(asked, html`${one.text}`, note, choiceList(asked, one.choices, several))
  })
  return answerForm(block, context, 'Check my answers', html`${questions}`)
}

function outcomeOf(one: QuizQuestion, outcome: QuizOutcome | undefined): Markup {
  const right = one.choices.filter((choice) => outcome?.correct.includes(choice.id)).map((choice) => choice.text)
  const verdict = outcome?.right
    ? html`${icons.right}<span>Right: ${right.join(', ')}</span>`
    : html`${icons.wrong}<span>Not quite. Right is: ${right.join(', ')}</span>`
  return html`<li class="${outcome?.right ? 'right' : 'wrong'}"><strong>${one.text}</strong><p class="verdict">${verdict}</p>${outcome?.explanation !== undefined && html`<p class="note">${outcome.explanation}</p>`}</li>`
}
