import { element } from '../shared/elements.ts'
import { openBar } from './bar.ts'
import type { Message, Question } from './connection.ts'

type Ask = (message: object) => Promise<Message | undefined>

const open = element('button', '', 'questions-open')
const dialog = document.createElement('dialog')
const list = element('ol')
const none = element('p', 'No questions yet. Yours could be the first.', 'note')
const supported = new Set<string>()

/** The questions that the owner shows, the most wanted first, and a place to ask. */
export function showQuestions(questions: readonly Question[], ask: Ask): void {
  if (!dialog.isConnected) build(ask)
  open.textContent = questions.length === 0 ? 'Questions' : `Questions ${questions.length}`
  none.hidden = questions.length > 0
  const focused = document.activeElement?.closest('li')?.dataset.id
  list.replaceChildren(...questions.map((question) => row(question, ask)))
  if (focused !== undefined) list.querySelector<HTMLElement>(`li[data-id="${CSS.escape(focused)}"] button`)?.focus()
}

function row({ id, text, votes, answered }: Question, ask: Ask): HTMLElement {
  const words = element('span', text)
  const item = element('li', answered ? [words, element('small', 'Answered')] : [words, support(id, text, votes, ask)])
  item.dataset.id = id
  return item
}

function support(id: string, text: string, votes: number, ask: Ask): HTMLElement {
  const button = element('button', `▲ ${votes}`)
  button.setAttribute('aria-label', `Vote for: ${text} (${votes})`)
  button.setAttribute('aria-pressed', String(supported.has(id)))
  button.addEventListener('click', async () => {
    if (supported.has(id)) return
    const reply = await ask({ type: 'support', question: id })
    if (reply?.type !== 'accepted') return
    supported.add(id)
    list.querySelector(`li[data-id="${CSS.escape(id)}"] button`)?.setAttribute('aria-pressed', 'true')
  })
  return button
}

function build(ask: Ask): void {
  dialog.className = 'live-questions'
  const title = element('h2', 'Questions')
  title.id = '@questions'
  dialog.setAttribute('aria-labelledby', title.id)
  dialog.append(title, none, list, form(ask))
  open.addEventListener('click', () => dialog.showModal())
  openBar().append(open)
  document.body.append(dialog)
}

function form(ask: Ask): HTMLElement {
  const words = document.createElement('textarea')
  words.maxLength = 300
  words.required = true
  const label = element('label', [document.createTextNode('Ask something'), words])
  const send = element('button', 'Send', 'button')
  const close = element('button', 'Close', 'plain')
  close.setAttribute('type', 'button')
  close.addEventListener('click', () => dialog.close())
  const status = element('p', '', 'note')
  status.setAttribute('role', 'status')
  const made = element('form', [label, status, element('div', [close, send])])
  made.addEventListener('submit', async (event) => {
    event.preventDefault()
    const text = words.value
    const reply = await ask({ type: 'ask', text })
    if (reply?.type === 'accepted') {
      if (words.value === text) words.value = ''
      status.textContent = 'Thank you. It is shown here once the owner has looked at it.'
    } else status.textContent = String(reply?.detail ?? 'It could not be sent. It is still here: please try again.')
  })
  return made
}
