import { acted } from './acts.ts'
import { onEvery } from './content.ts'
import { element } from './elements.ts'
import { faultsByKey } from './faults.ts'
import { forgetAnswer, keepAnswer, waitingAnswers } from './outbox.ts'
import { acknowledged, pendingFor } from './pending.ts'
import { type Answer, type Answered, Refusal, send } from './sending.ts'
import { storedToken } from './token.ts'
import { answerValue } from './value.ts'

type Show = (form: HTMLFormElement, result: Answered) => Node[]

/** Takes over every form of one type, also those that come later: sends by fetch, shows the result in its place. */
export function answering(type: string, show: Show): void {
  onEvery<HTMLFormElement>(`form[data-block=${type}]`, (form) => takeOver(form, type, show))
}

function takeOver(form: HTMLFormElement, type: string, show: Show): void {
  const capsule = document.body.dataset.capsule ?? ''
  const place = `encapsify:${capsule}:${form.id}`
  let sending = false
  /** What waits on this device until the server can be reached. */
  let waiting: Answer | undefined
  const deliver = async (answer: Answer) => {
    if (sending) return
    sending = true
    busy(form, true)
    say(form, 'Sending…')
    try {
      const result = await send(answer, () => say(form, 'This takes longer than usual. Trying again…'))
      acknowledged(place)
      waiting = undefined
      void forgetAnswer(answer.id)
      acted('answer', form.id)
      finish(form, show(form, result), result.next)
    } catch (error) {
      if (error instanceof Refusal) {
        acknowledged(place)
        void forgetAnswer(answer.id)
        refuse(form, error)
      } else if (await keepAnswer({ capsule, answer, token: storedToken() })) {
        waiting = answer
        say(form, kept)
        await wakeWorker()
      } else {
        say(form, 'Your answer could not be sent. It is kept here: please try again.', true)
        if (!navigator.onLine) addEventListener('online', () => form.requestSubmit(), { once: true })
      }
    } finally {
      sending = false
      busy(form, false)
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const data = new FormData(form)
    const value = answerValue(type, data)
    clearFaults(form)
    if (type === 'poll' && Array.isArray(value) && value.length === 0) {
      return mark(form, [{ pointer: '/value', message: 'must name a choice' }])
    }
    // What waits is sent as it is: it may have arrived, and then another answer would be a second one.
    const pending = pendingFor(place, JSON.stringify(value))
    void deliver(waiting ?? { id: pending.id, version: Number(data.get('version')), block: form.id, value })
  })
  // Under its id once more: now it tells what it came to.
  addEventListener('encapsify:answered', (event) => {
    if (waiting !== undefined && event instanceof CustomEvent && event.detail === waiting.id) void deliver(waiting)
  })
  void waitingAnswers().then((all) => {
    waiting ??= all.find((one) => one.capsule === capsule && one.answer.block === form.id)?.answer
    if (waiting !== undefined && !sending) say(form, kept)
  })
}

const kept = 'You seem to be offline. Your answer is kept on this device and sent as soon as that is possible.'

/** Background Sync, which not every browser has. */
interface SyncManager {
  register(tag: string): Promise<void>
}

/** The worker sends what waits, also when this page is gone, where browsers can do that; and this page tries by itself. */
async function wakeWorker(): Promise<void> {
  dispatchEvent(new Event('encapsify:kept'))
  try {
    const registration = await navigator.serviceWorker.ready
    if ('sync' in registration) await (registration.sync as SyncManager).register('answers')
  } catch {}
}

function refuse(form: HTMLFormElement, refusal: Refusal): void {
  const inAnswer = refusal.errors.filter(({ pointer }) => pointer.startsWith('/value'))
  if (inAnswer.length > 0) return mark(form, inAnswer)
  say(form, refusal.message, true)
  if (refusal.code !== 'conflict') return
  const link = document.createElement('a')
  const here = new URLSearchParams(location.search)
  here.set('answered', form.id)
  link.href = `?${here}&again#${form.id}`
  link.textContent = 'See your result'
  status(form).append(' ', link)
}

/** Puts each fault beside its question or field, and the focus at the first. */
function mark(form: HTMLFormElement, errors: Parameters<typeof faultsByKey>[0]): void {
  const faults = faultsByKey(errors)
  let first: HTMLElement | null = null
  for (const part of form.querySelectorAll<HTMLElement>('[data-key]')) {
    const fault = faults.get(part.dataset.key ?? '')
    if (fault === undefined) continue
    const text = element('p', fault, 'fault')
    text.id = `${form.id}.${part.dataset.key}.fault`
    part.append(text)
    const control = part.querySelector<HTMLElement>('input')
    const described = part.localName === 'fieldset' ? part : control
    described?.setAttribute('aria-describedby', text.id)
    if (described === control) control?.setAttribute('aria-invalid', 'true')
    first ??= control
  }
  say(form, 'Please look at what is marked, and send it again.', true)
  first?.focus()
}

function clearFaults(form: HTMLFormElement): void {
  for (const text of form.querySelectorAll('p.fault:not(.result)')) text.remove()
  for (const part of form.querySelectorAll('[aria-describedby]')) {
    part.removeAttribute('aria-describedby')
    part.removeAttribute('aria-invalid')
  }
}

/** The result takes the place of the form, and the focus. */
function finish(form: HTMLFormElement, shown: Node[], next: string | undefined): void {
  const part = element('div', shown, form.className)
  part.id = form.id
  part.tabIndex = -1
  part.setAttribute('role', 'group')
  part.setAttribute('aria-label', 'Your result')
  if (next !== undefined) {
    const link = document.createElement('a')
    link.className = 'button'
    link.href = `${location.pathname}?page=${encodeURIComponent(next)}`
    link.textContent = 'Continue'
    part.append(element('p', [link], 'act'))
  }
  form.replaceWith(part)
  part.focus({ preventScroll: true })
  part.scrollIntoView({ block: 'nearest' })
}

function busy(form: HTMLFormElement, isBusy: boolean): void {
  form.querySelector('.button')?.setAttribute('aria-disabled', String(isBusy))
}

function say(form: HTMLFormElement, text: string, fault = false): void {
  status(form).classList.toggle('fault', fault)
  status(form).textContent = text
}

function status(form: HTMLFormElement): HTMLElement {
  return form.querySelector<HTMLElement>('.result') ?? form.appendChild(element('p', '', 'result'))
}
