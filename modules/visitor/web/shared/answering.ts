import { contentEvent } from './content.ts'
import { element } from './elements.ts'
import { faultsByKey } from './faults.ts'
import { acknowledged, pendingFor } from './pending.ts'
import { type Answered, Refusal, send } from './sending.ts'
import { answerValue } from './value.ts'

type Show = (form: HTMLFormElement, result: Answered) => Node[]

/** Takes over every form of one type, also those that come later: sends by fetch, shows the result in its place. */
export function answering(type: string, show: Show): void {
  const taken = new WeakSet<HTMLFormElement>()
  const takeAll = () => {
    for (const form of document.querySelectorAll<HTMLFormElement>(`form[data-block=${type}]`)) {
      if (taken.has(form)) continue
      taken.add(form)
      takeOver(form, type, show)
    }
  }
  takeAll()
  document.addEventListener(contentEvent, takeAll)
}

function takeOver(form: HTMLFormElement, type: string, show: Show): void {
  const place = `encapsify:${document.body.dataset.capsule}:${form.id}`
  let sending = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (sending) return
    const data = new FormData(form)
    const value = answerValue(type, data)
    clearFaults(form)
    if (type === 'poll' && Array.isArray(value) && value.length === 0) {
      return mark(form, [{ pointer: '/value', message: 'must name a choice' }])
    }
    const pending = pendingFor(place, JSON.stringify(value))
    const answer = { id: pending.id, version: Number(data.get('version')), block: form.id, value }
    sending = true
    busy(form, true)
    say(form, 'Sending…')
    try {
      const result = await send(answer, () => say(form, 'This takes longer than usual. Trying again…'))
      acknowledged(place)
      finish(form, show(form, result), result.next)
    } catch (error) {
      if (error instanceof Refusal) {
        acknowledged(place)
        refuse(form, error)
      } else {
        say(form, 'Your answer could not be sent. It is kept here: please try again.', true)
        if (!navigator.onLine) addEventListener('online', () => form.requestSubmit(), { once: true })
      }
    } finally {
      sending = false
      busy(form, false)
    }
  })
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
