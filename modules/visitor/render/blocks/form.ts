import type { FormBlock, FormField } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { html, type Markup, trusted } from '../markup.ts'
import { answeredPart, answerForm, choiceList } from './answerable.ts'

const ratings = ['1', '2', '3', '4', '5'].map((value) => ({ id: value, text: value }))

/** A form. A field's name carries its kind (`f:rating:ID`), so that server and browser read the same value from it. */
export function renderForm(block: FormBlock, context: BlockContext): Markup {
  const result = context.results.get(block.id)
  if (result?.kind === 'form') {
    return answeredPart(block, context, result, html`<h3>Thank you</h3><p>Your answer has been sent.</p>`)
  }
  return answerForm(
    block,
    context,
    'Send',
    block.fields.map((field) => fieldOf(field, `${block.id}-${field.id}`)),
  )
}

function fieldOf(field: FormField, id: string): Markup {
  const name = `f:${field.kind}:${field.id}`
  const required = field.required === true
  const must = required && trusted(' required')
  const label = html`${field.label}${!required && field.kind !== 'consent' && html` <small>(optional)</small>`}`
  switch (field.kind) {
    case 'choice':
      return html`<fieldset><legend>${label}</legend>${choiceList(name, field.choices ?? [], false, required)}</fieldset>`
    case 'rating':
      return html`<fieldset class="rating"><legend>${label}</legend>${choiceList(name, ratings, false, required)}</fieldset>`
    case 'consent':
      return html`<label class="choice"><input type="checkbox" name="${name}" value="yes"${must}><span>${label}</span></label>`
    default: {
      const extra = field.kind === 'email' ? html` autocomplete="email" maxlength="254"` : html` maxlength="5000"`
      return html`<p class="field"><label for="${id}">${label}</label><input id="${id}" type="${field.kind}" name="${name}"${field.kind !== 'date' && extra}${must}></p>`
    }
  }
}
