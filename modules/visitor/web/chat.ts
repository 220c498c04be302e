import { acted } from './shared/acts.ts'
import { answerOf, forget, type Given, leave, Refused, rate, remember, remembered } from './shared/asking.ts'
import { onEvery } from './shared/content.ts'
import { element, stroke } from './shared/elements.ts'

const up = 'M7 11v9H4v-9zM7 11l4-7c1.6 0 2.5 1.2 2.2 2.7L12.6 10H18c1.3 0 2.2 1.2 1.9 2.4l-1.4 6c-.2.9-1 1.6-2 1.6H7'
const down = 'M7 13V4H4v9zM7 13l4 7c1.6 0 2.5-1.2 2.2-2.7L12.6 14H18c1.3 0 2.2-1.2 1.9-2.4l-1.4-6c-.2-.9-1-1.6-2-1.6H7'

onEvery<HTMLFormElement>('form[data-block=chat]', takeOver)

/** Asks by fetch, shows words as they come and then the answer; one question at a time. */
function takeOver(form: HTMLFormElement): void {
  const place = form.id
  const talk = form.parentElement?.querySelector<HTMLElement>('.talk')
  const input = form.querySelector<HTMLInputElement>('input[name=question]')
  const status = form.querySelector<HTMLElement>('.result')
  if (!talk || !input || !status) return
  let conversation = form.querySelector<HTMLInputElement>('input[name=conversation]')?.value
  let asking = false
  const say = (text: string, fault = false) => {
    status.classList.toggle('fault', fault)
    status.textContent = text
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const by = event.submitter instanceof HTMLButtonElement ? event.submitter : undefined
    const question = (by?.name === 'starter' ? by.value : input.value).trim()
    if (asking || question === '') return
    asking = true
    form.querySelector('.ask .button')?.setAttribute('aria-disabled', 'true')
    const { turn, draft } = begun(question)
    talk.append(turn)
    form.querySelector('.starters')?.remove()
    input.value = ''
    input.focus({ preventScroll: true })
    turn.scrollIntoView({ block: 'nearest' })
    say('Looking for an answer…')
    try {
      const given = await answerOf(question, conversation, (words) => {
        draft.textContent += words
      })
      acted('chat', place)
      conversation = given.conversationId
      remember(place, conversation)
      say('')
      finish(form, turn, given)
    } catch (error) {
      input.value ||= question
      if (draft.textContent === '') turn.remove()
      else draft.removeAttribute('aria-hidden')
      const broke = draft.textContent === '' ? 'The question could not be sent' : 'The answer broke off'
      say(error instanceof Refused ? error.message : `${broke}. It still stands here: please try again.`, true)
    } finally {
      asking = false
      form.querySelector('.ask .button')?.removeAttribute('aria-disabled')
    }
  })

  talk.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : undefined
    const cite = target?.closest<HTMLAnchorElement>('a.cite')
    if (cite) lead(cite)
    const button = target?.closest<HTMLButtonElement>('button[name=rating]')
    if (!button || conversation === undefined) return
    event.preventDefault()
    const pressed = button.getAttribute('aria-pressed') === 'true'
    const [turnId = '', value] = button.value.split(' ')
    for (const one of button.parentElement?.querySelectorAll('button') ?? []) {
      one.setAttribute('aria-pressed', String(one === button && !pressed))
    }
    rate(conversation, turnId, pressed ? null : value === '1' ? 1 : -1).then(
      () => say(pressed ? '' : 'Thank you.'),
      () => {
        button.setAttribute('aria-pressed', String(pressed))
        say('This could not be kept. Please try again.', true)
      },
    )
  })

  talk.addEventListener('submit', async (event) => {
    event.preventDefault()
    const asked = event.target instanceof HTMLFormElement ? event.target : undefined
    const email = asked?.querySelector('input')?.value
    if (!asked || !email || conversation === undefined) return
    try {
      await leave(conversation, email)
      input.focus({ preventScroll: true })
      asked.remove()
      say('Thank you. You will hear from us.')
    } catch (error) {
      say(error instanceof Refused ? error.message : 'This could not be kept. Please try again.', true)
    }
  })

  if (conversation !== undefined) return remember(place, conversation)
  remembered(place).then(
    (before) => {
      if (before === undefined || talk.childElementCount > 0 || asking) return
      conversation = before.conversationId
      // What was said already is not read out again.
      talk.setAttribute('aria-live', 'off')
      for (const given of before.turns) {
        const { turn } = begun(given.question)
        talk.append(turn)
        finish(form, turn, given)
      }
      form.querySelector('.starters')?.remove()
      requestAnimationFrame(() => talk.removeAttribute('aria-live'))
    },
    () => forget(place),
  )
}

/** A question with room for its answer. Words that still come are not read out: the whole answer is, once. */
function begun(question: string): { turn: HTMLElement; draft: HTMLElement } {
  const mine = element('p', [element('span', 'You asked: ', 'unseen'), document.createTextNode(question)], 'mine')
  const draft = element('p', '', 'reply draft')
  draft.setAttribute('aria-hidden', 'true')
  return { turn: element('div', [mine, draft], 'turn'), draft }
}

function finish(form: HTMLFormElement, turn: HTMLElement, given: Given): void {
  const reply = element('div', '', given.answers ? 'reply text' : 'reply text none')
  // Markdown that the server made HTML of; it lets no tag through.
  reply.innerHTML = given.html
  for (const cite of reply.querySelectorAll<HTMLAnchorElement>('a.cite')) {
    if (targetOf(cite)) cite.setAttribute('href', cite.hash)
  }
  const parts: Node[] = [reply]
  const { lead: address, leads } = form.dataset
  if (!given.answers && address) {
    const link = document.createElement('a')
    link.href =
      address.startsWith(`${location.pathname}#`) && !location.search ? new URL(address, location.href).hash : address
    link.textContent = 'Leave us a word instead'
    parts.push(element('p', [link], 'note'))
  }
  for (const before of form.parentElement?.querySelectorAll('.leave') ?? []) before.remove()
  if (!given.answers && leads) parts.push(addressForm())
  const thumb = (value: 1 | -1, label: string) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.name = 'rating'
    button.value = `${given.turnId} ${value}`
    button.setAttribute('aria-label', label)
    button.setAttribute('aria-pressed', String(given.rating === value))
    button.append(stroke(value === 1 ? up : down))
    return button
  }
  parts.push(element('p', [thumb(1, 'Helpful'), thumb(-1, 'Not helpful')], 'rate'))
  turn.querySelector('.draft')?.replaceWith(...parts)
  turn.scrollIntoView({ block: 'nearest' })
}

/** Asks where the visitor can be reached. */
function addressForm(): HTMLElement {
  const input = document.createElement('input')
  Object.assign(input, { type: 'email', required: true, maxLength: 254, autocomplete: 'email' })
  const label = element('label', 'Leave your e-mail address, and you will hear from us:')
  const field = element('span', [input, element('button', 'Send', 'button')], 'ask')
  label.append(field)
  return element('form', [label], 'leave')
}

/** The block that a citation names, when it stands on this page. */
function targetOf(cite: HTMLAnchorElement): HTMLElement | null {
  return document.getElementById(decodeURIComponent(cite.hash.slice(1)))
}

/** The browser scrolls there and marks it (`:target`); a screen reader goes along. */
function lead(cite: HTMLAnchorElement): void {
  const target = targetOf(cite)
  if (!target) return
  if (!target.matches('a, button, input, [tabindex]')) target.tabIndex = -1
  requestAnimationFrame(() => target.focus({ preventScroll: true }))
}
