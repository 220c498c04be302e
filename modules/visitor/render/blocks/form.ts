import { type Asked, faultMarks, faultText, focusMark, isChosen, typed } from '../attempt.ts'
import type { FormBlock, FormField } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { icons } from '../icons.ts'
import { html, type Markup, trusted } from '../markup.ts'
import { answeredPart, answerForm, choiceList, question } from './answerable.ts'

const ratings = [1, 2, 3, 4, 5].map((value) => ({ id: String(value), text: `${value} of 5` }))

/** A form. A field's name carries its kind (`f:rating:ID`), so that server and browser read the same value from it. */
export function renderForm(block: FormBlock, context: BlockContext): Markup {
  const result = context.results.get(block.id)
  if (result?.kind === 'form') {
    const thanks = html`<h3 class="sent">${icons.right} Thank you</h3><p>Your answer has been sent.</p>`
    return answeredPart(block, context, result, thanks)
  }
  const attempt = context.attempts.get(block.id)
  const fields = block.fields.map((field) =>
    fieldOf(field, {
      name: `f:${field.kind}:${field.id}`,
      id: `${block.id}.${field.id}`,
      required: field.required === true,
      attempt,
      key: field.id,
    }),
  )
  return answerForm(block, context, 'Send', html`${fields}`)
}

function fieldOf(field: FormField, asked: Asked): Markup {
  const label = html`${field.label}${!asked.required && field.kind !== 'consent' && html` <small>(optional)</small>`}`
  switch (field.kind) {
    case 'choice':
      return question(asked, label, undefined, choiceList(asked, field.choices ?? [], false))
    case 'rating': {
      const stars = choiceList(
        asked,
        ratings,
        false,
        ({ text }) => html`${icons.star}<span class="unseen">${text}</span>`,
      )
      return html`<div class="asked rating">${question(asked, label, undefined, stars)}</div>`
    }
    case 'consent':
      return html`<div class="asked field" data-key="${asked.key}"><label class="choice"><input type="checkbox" name="${asked.name}" value="yes"${marks(asked)}${isChosen(asked, 'yes') && trusted(' checked')}><span>${label}</span></label>${faultText(asked)}</div>`
    default: {
      const extra = field.kind === 'email' ? html` autocomplete="email" maxlength="254"` : html` maxlength="5000"`
      return html`<div class="asked field" data-key="${asked.key}"><label class="label" for="${asked.id}">${label}</label><input id="${asked.id}" type="${field.kind}" name="${asked.name}" value="${typed(asked) ?? ''}"${field.kind !== 'date' && extra}${marks(asked)}>${faultText(asked)}</div>`
    }
  }
}

function marks(asked: Asked): Markup {
  return html`${asked.required && trusted(' required')}${faultMarks(asked)}${focusMark(asked)}`
}
