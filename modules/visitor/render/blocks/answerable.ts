import { type Asked, describedBy, faultText, focusMark, isChosen } from '../attempt.ts'
import type { Choice, Result } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { pageAddress } from '../context.ts'
import { html, type Markup, trusted } from '../markup.ts'

interface Answerable {
  readonly id: string
  readonly type: string
}

/** The plain form around everything that can be answered: works by POST alone; scripts take over the same markup. */
export function answerForm(block: Answerable, context: BlockContext, action: string, fields: Markup): Markup {
  const attempt = context.attempts.get(block.id)
  return html`<form class="answer ${block.type}" id="${block.id}" method="post" action="${context.path}/-/responses" data-block="${block.type}"><input type="hidden" name="type" value="${block.type}"><input type="hidden" name="block" value="${block.id}"><input type="hidden" name="version" value="${context.version}">${fields}<p class="act"><button class="button">${action}</button></p><p class="result${attempt !== undefined && ' fault'}" role="status">${attempt?.message}</p></form>`
}

/** The same place after the answer. */
export function answeredPart(block: Answerable, context: BlockContext, result: Result, content: Markup): Markup {
  const next = context.document.pages.find((page) => page.id === result.next)
  const before = context.answeredBefore === block.id
  return html`<div class="answer ${block.type}" id="${block.id}" role="group" tabindex="-1" aria-label="Your result">${before && html`<p class="note">You had answered this before, and that answer counts.</p>`}${content}${next !== undefined && html`<p class="act"><a class="button" href="${pageAddress(context, next.id)}">Continue</a></p>`}</div>`
}

/** A question with the choices that answer it: a group with its legend, its note and its fault. */
export function question(asked: Asked, legend: Markup, note: string | undefined, choices: Markup): Markup {
  return html`<fieldset class="asked"${describedBy(asked)} data-key="${asked.key}"><legend>${legend}</legend>${note !== undefined && html`<p class="note">${note}</p>`}${choices}${faultText(asked)}</fieldset>`
}

export function choiceList(
  asked: Asked,
  choices: readonly Choice[],
  multiple: boolean,
  content = (choice: Choice) => html`<span>${choice.text}</span>`,
): Markup {
  return html`<div class="choices">${choices.map((choice, n) => {
    const marks = html`${asked.required && trusted(' required')}${isChosen(asked, choice.id) && trusted(' checked')}${n === 0 && focusMark(asked)}`
    return html`<label class="choice"><input type="${multiple ? 'checkbox' : 'radio'}" name="${asked.name}" value="${choice.id}"${marks}>${content(choice)}</label>`
  })}</div>`
}
