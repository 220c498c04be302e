import type { ChatBlock } from '../content.ts'
import { html, type Markup } from '../markup.ts'

/** The place of a conversation, until there is one: its greeting, and what people ask. */
export function renderChat(block: ChatBlock): Markup {
  const starters = block.starters ?? []
  return html`<section class="chat" id="${block.id}" aria-label="Questions"><p>${block.greeting ?? 'Questions about this page can be asked here soon.'}</p>${starters.length > 0 && html`<ul>${starters.map((starter) => html`<li>${starter}</li>`)}</ul>`}</section>`
}
