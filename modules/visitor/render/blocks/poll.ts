import type { PollBlock } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { html, type Markup } from '../markup.ts'
import { answeredPart, answerForm, choiceList } from './answerable.ts'

/** A poll. Totals are not here: a page is the same for everybody, and they come with the visitor's own answer. */
export function renderPoll(block: PollBlock, context: BlockContext): Markup {
  const result = context.results.get(block.id)
  if (result?.kind === 'poll') {
    const rows = block.choices.map((choice) => {
      const count = result.choices[choice.id] ?? 0
      const share = result.total === 0 ? 0 : Math.round((100 * count) / result.total)
      return html`<li><span>${choice.text}</span><span>${share}%</span><progress max="100" value="${share}" aria-label="${choice.text}">${share}%</progress></li>`
    })
    const answers = result.total === 1 ? '1 answer' : `${result.total} answers`
    return answeredPart(
      block,
      context,
      result,
      html`<h3>${block.question}</h3><ul class="bars">${rows}</ul><p class="note">Thank you. ${answers} so far.</p>`,
    )
  }
  const note = block.multiple === true && html`<p class="note">Choose as many as you like.</p>`
  return answerForm(
    block,
    context,
    'Vote',
    html`<fieldset><legend>${block.question}</legend>${note}${choiceList('choice', block.choices, block.multiple === true)}</fieldset>`,
  )
}
