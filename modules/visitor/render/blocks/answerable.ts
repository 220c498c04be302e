import type { Choice, Result } from '../content.ts'
import type { BlockContext } from '../context.ts'
import { pageAddress } from '../context.ts'
import { html, type Markup, trusted } from '../markup.ts'

/** The plain form around everything that can be answered: works by POST alone; scripts take over the same markup. */
export function answerForm(
  block: { readonly id: string; readonly type: string },
  context: BlockContext,
  action: string,
  fields: Markup | readonly Markup[],
): Markup {
  return html`<form class="answer ${block.type}" id="${block.id}" method="post" action="${context.path}/-/responses" data-block="${block.type}"><input type="hidden" name="block" value="${block.id}"><input type="hidden" name="version" value="${context.version}"><input type="hidden" name="page" value="${context.pageId}">${fields}<p class="act"><button class="button">${action}</button></p><div class="result" role="status"></div></form>`
}

/** The same place after the answer. */
export function answeredPart(
  block: { readonly id: string; readonly type: string },
  context: BlockContext,
  result: Result,
  content: Markup,
): Markup {
  const next = context.document.pages.find((page) => page.id === result.next)
  return html`<section class="answer ${block.type}" id="${block.id}" tabindex="-1" aria-label="Your result">${content}${next !== undefined && html`<p><a class="button" href="${pageAddress(context, next.id)}">Continue</a></p>`}</section>`
}

export function choiceList(name: string, choices: readonly Choice[], multiple: boolean, required = !multiple): Markup {
  return html`<div class="choices">${choices.map(
    (choice) =>
      html`<label class="choice"><input type="${multiple ? 'checkbox' : 'radio'}" name="${name}" value="${choice.id}"${required && trusted(' required')}><span>${choice.text}</span></label>`,
  )}</div>`
}
