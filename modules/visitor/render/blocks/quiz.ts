import type { QuizBlock } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { html, type Markup } from '../markup.ts'
import { answeredPart, answerForm, choiceList } from './answerable.ts'

/** A quiz. Of the right answers only their number shows (one: radio buttons, several: boxes) until the visitor has answered. */
export function renderQuiz(block: QuizBlock, context: BlockContext): Markup {
  const result = context.results.get(block.id)
  if (result?.kind === 'quiz') {
    const outcomes = block.questions.map((question) => {
      const outcome = result.questions.find((one) => one.id === question.id)
      const right = question.choices
        .filter((choice) => outcome?.correct.includes(choice.id))
        .map((choice) => choice.text)
      return html`<li class="${outcome?.right ? 'right' : 'wrong'}"><strong>${question.text}</strong><p>${outcome?.right ? 'Right' : 'Not quite'}: ${right.join(', ')}</p>${outcome?.explanation !== undefined && html`<p class="note">${outcome.explanation}</p>`}</li>`
    })
    return answeredPart(
      block,
      context,
      result,
      html`<h3>You have ${result.score} of ${result.outOf} right</h3><ol class="outcomes">${outcomes}</ol>`,
    )
  }
  const questions = block.questions.map((question) => {
    const several = question.correct.length > 1
    return html`<fieldset data-question="${question.id}"><legend>${question.text}</legend>${several && html`<p class="note">Choose all that are right.</p>`}${choiceList(`q:${question.id}`, question.choices, several)}</fieldset>`
  })
  return answerForm(block, context, 'Check my answers', questions)
}
