import type { ChatBlock } from '../content.ts'
import { type BlockContext, pageAddress } from '../context.ts'
import { flat } from '../excerpt.ts'
import { icons } from '../icons.ts'
import { html, type Markup, trusted } from '../markup.ts'
import type { ShownTurn } from '../talk.ts'

const questionLengthMax = 2_000
const ask = 'Leave your e-mail address, and you will hear from us:'
const kept = 'Thank you. You will hear from us.'

/**
 * A conversation with the capsule. By plain POST each answer is a page; scripts take over the same form, and write what
 * stands here in the same words.
 */
export function renderChat(block: ChatBlock, context: BlockContext): Markup {
  const { enabled, starters: usual, leads } = context.chat
  const greeting = html`<p class="said">${block.greeting ?? 'Ask anything about this page.'}</p>`
  if (!enabled) {
    return html`<section class="chat" id="${block.id}" aria-label="Questions">${greeting}<p class="note">Questions can’t be asked here just now.</p></section>`
  }
  const asksAddress = leads === 'email'
  const talk = context.talks.get(block.id)
  const turns = (talk?.turns ?? []).map((turn) =>
    turnOf(turn, block, talk?.turns.at(-1) === turn, asksAddress && talk?.kept !== true),
  )
  const starters = turns.length > 0 ? [] : (block.starters ?? usual)
  const failed = talk?.failed
  const lead = leads === 'form' ? leadAddress(context) : undefined
  const post = html`method="post" action="${context.path}/-/questions#${turns.length === 0 ? block.id : `${block.id}.last`}"`
  const carried = html`<input type="hidden" name="block" value="${block.id}">${talk?.conversationId !== undefined && html`<input type="hidden" name="conversation" value="${talk.conversationId}">`}`
  // The question's own button comes first: Enter presses it.
  const question = html`<div class="ask"><label class="unseen" for="${block.id}.question">Your question</label><input id="${block.id}.question" name="question" maxlength="${questionLengthMax}" value="${failed?.question ?? ''}" placeholder="Your question" required autocomplete="off" enterkeyhint="send"><button class="button">Ask</button></div>`
  const chips =
    starters.length > 0 &&
    html`<ul class="starters">${starters.map((starter) => html`<li><button name="starter" value="${starter}" formnovalidate>${starter}</button></li>`)}</ul>`
  const rating = turns.length > 0 && html`<form id="${block.id}.rating" ${post}>${carried}</form>`
  return html`<section class="chat" id="${block.id}" aria-label="Questions">${greeting}<div class="talk" role="log" aria-label="Conversation">${turns}</div><form id="${block.id}.form" ${post} data-block="chat"${lead !== undefined && html` data-lead="${lead}"`}${asksAddress && html` data-leads="email"`}>${carried}${question}<p class="result${failed !== undefined && ' fault'}" role="status">${failed?.message ?? (talk?.kept === true && kept)}</p>${chips}</form>${rating}</section>`
}

function turnOf(turn: ShownTurn, block: ChatBlock, isLast: boolean, asksAddress: boolean): Markup {
  const rate = (value: 1 | -1, label: string) =>
    html`<button form="${block.id}.rating" name="rating" value="${turn.id} ${value}" aria-label="${label}" aria-pressed="${String(turn.rating === value)}">${value === 1 ? icons.up : icons.down}</button>`
  const leave =
    asksAddress &&
    isLast &&
    !turn.answers &&
    html`<p class="leave"><label for="${block.id}.email">${ask}</label><span class="ask"><input form="${block.id}.rating" id="${block.id}.email" name="email" type="email" maxlength="254" autocomplete="email"><button class="button" form="${block.id}.rating" name="leave" value="1">Send</button></span></p>`
  return html`<div class="turn"${isLast && html` id="${block.id}.last"`}><p class="mine"><span class="unseen">You asked: </span>${turn.question}</p><div class="reply text${!turn.answers && ' none'}">${trusted(turn.html)}</div>${leave}<p class="rate">${rate(1, 'Helpful')}${rate(-1, 'Not helpful')}</p></div>`
}

/** The first form of the capsule: where whoever found no answer may leave a word. */
function leadAddress(context: BlockContext): string | undefined {
  for (const page of context.document.pages) {
    const form = [...flat(page.blocks)].find((block) => block.type === 'form')
    if (form !== undefined) return `${pageAddress(context, page.id)}#${form.id}`
  }
  return undefined
}
