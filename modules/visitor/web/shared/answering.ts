import { answerValue } from './value.ts'

/** What the server said to an answer: untrusted until read, so every field may be missing. */
export interface Answered {
  readonly total?: number
  readonly choices?: Readonly<Record<string, number>>
  readonly score?: number
  readonly outOf?: number
  readonly questions?: readonly { id: string; right: boolean; correct: readonly string[]; explanation?: string }[]
  readonly next?: string
}

const deadlineMs = 15_000

/**
 * Takes over every form of one type: sends by fetch, shows the result in place. An answer keeps its id until it is
 * acknowledged, so that sending again after a lost connection counts once; a changed answer gets a new id.
 */
export function answering(type: string, show: (form: HTMLFormElement, result: Answered) => Node[]): void {
  for (const form of document.querySelectorAll<HTMLFormElement>(`form[data-block=${type}]`)) {
    let sending = false
    let sent = { body: '', id: '' }
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      if (sending) return
      const status = form.querySelector<HTMLElement>('.result')
      const button = form.querySelector('button')
      if (status === null || button === null) return
      const data = new FormData(form)
      const value = answerValue(type, data)
      const body = JSON.stringify(value)
      if (type === 'poll' && body === '[]') return say(status, 'Choose an answer first.', true)
      if (body !== sent.body) sent = { body, id: newId() }
      sending = true
      button.setAttribute('aria-disabled', 'true')
      say(status, 'Sending…', false)
      try {
        const result = await send({
          id: sent.id,
          version: Number(data.get('version')),
          block: data.get('block'),
          value,
        })
        finish(form, show(form, result), result.next)
      } catch (error) {
        say(
          status,
          error instanceof Refusal
            ? error.message
            : 'Your answer could not be sent. It is kept here: please try again.',
          true,
        )
      } finally {
        sending = false
        button.removeAttribute('aria-disabled')
      }
    })
  }
}

export function element(name: string, text = '', className = '', children: readonly Node[] = []): HTMLElement {
  const made = document.createElement(name)
  if (text !== '') made.textContent = text
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

class Refusal extends Error {}

async function send(answer: unknown): Promise<Answered> {
  const token = kept()
  const response = await fetch(`/api/v1/capsules/${document.body.dataset.capsule}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { 'encapsify-visitor': token }) },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(deadlineMs),
  })
  const said = await response.json()
  if (!response.ok) throw new Refusal(typeof said.detail === 'string' ? said.detail : 'Your answer was not accepted.')
  if (typeof said.visitor === 'string') keep(said.visitor)
  return said.result ?? {}
}

function finish(form: HTMLFormElement, shown: Node[], next: string | undefined): void {
  const section = element('div', '', 'shown', shown)
  section.tabIndex = -1
  section.setAttribute('role', 'status')
  if (next !== undefined) {
    const link = document.createElement('a')
    link.className = 'button'
    link.href = `${location.pathname}?page=${encodeURIComponent(next)}`
    link.textContent = 'Continue'
    section.append(element('p', '', '', [link]))
  }
  form.replaceChildren(section)
  section.focus({ preventScroll: true })
}

function say(status: HTMLElement, text: string, fault: boolean): void {
  status.classList.toggle('fault', fault)
  status.textContent = text
}

function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The token's second home, for frames whose cookies are blocked; storage may be blocked too, and then there is none. */
function kept(): string | null {
  try {
    return localStorage.getItem('encapsify-visitor')
  } catch {
    return null
  }
}

function keep(token: string): void {
  try {
    localStorage.setItem('encapsify-visitor', token)
  } catch {}
}
