import type { PollBlock } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { html, type Markup, trusted } from '../markup.ts'
import { answeredPart, answerForm, choiceList, question } from './answerable.ts'

/** A poll. Totals are not here: a page is the same for everybody, and they come with the visitor's own answer. */
export function renderPoll(block: PollBlock, context: BlockContext): Markup {
  const result = context.results.get(block.id)
  if (result?.kind === 'poll') {
    const most = Math.max(...Object.values(result.choices))
    const rows = block.choices.map((choice) => {
      const count = result.choices[choice.id] ?? 0
      const share = result.total === 0 ? 0 : Math.round((100 * count) / result.total)
      return html`<li data-choice="${choice.id}"${count > 0 && count === most && trusted(' class="most"')}><span>${choice.text}</span> <b>${share}%</b><svg class="bar" aria-hidden="true"><rect width="${share}%" height="100%"/></svg></li>`
    })
    const answers = result.total === 1 ? '1 answer' : `${result.total} answers`
    return answeredPart(
      block,
      context,
      result,
      html`<h3>${block.question}</h3><ul class="bars">${rows}</ul><p class="note so-far">Thank you. ${answers} so far.</p>`,
    )
  }
  const multiple = block.multiple === true
  const attempt = context.attempts.get(block.id)
  const asked = { name: 'choice', id: `${block.id}.choice`, required: !multiple, attempt, key: '' }
  const note = multiple ? 'Choose as many as you like.' : undefined
  const choices = choiceList(asked, block.choices, multiple)
  return answerForm(block, context, 'Vote', question(asked, html`${block.question}`, note, choices))
}
