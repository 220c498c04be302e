import { element } from '../shared/elements.ts'
import type { Shown, Total } from './connection.ts'

const latest = new Map<string, Total>()

/** Keeps what visitors see after their own answer up to date; before it, nothing is shown. */
export function showTotals(totals: Shown['totals'] = {}): void {
  for (const [block, total] of Object.entries(totals)) latest.set(block, total)
  for (const part of document.querySelectorAll<HTMLElement>('div.answer')) {
    const total = latest.get(part.id)
    if (total === undefined) continue
    if (part.classList.contains('poll')) showPoll(part, total)
    else if (part.classList.contains('quiz')) showQuiz(part, total)
  }
}

function showPoll(part: HTMLElement, { total, choices }: Total): void {
  const most = Math.max(...Object.values(choices))
  for (const row of part.querySelectorAll<HTMLElement>('li[data-choice]')) {
    const count = choices[row.dataset.choice ?? ''] ?? 0
    const share = `${total === 0 ? 0 : Math.round((100 * count) / total)}%`
    row.classList.toggle('most', count > 0 && count === most)
    const number = row.querySelector('b')
    if (number !== null && number.textContent !== share) number.textContent = share
    row.querySelector('rect')?.setAttribute('width', share)
  }
  const note = part.querySelector('.so-far')
  if (note !== null) note.textContent = `Thank you. ${total === 1 ? '1 answer' : `${total} answers`} so far.`
}

function showQuiz(part: HTMLElement, { total, choices }: Total): void {
  const right = Object.entries(choices).reduce((sum, [key, count]) => sum + Number(key.split(':')[1] ?? 0) * count, 0)
  const words = `${total === 1 ? '1 answer' : `${total} answers`} so far, ${(right / Math.max(1, total)).toFixed(1)} right on average.`
  const note = part.querySelector('.so-far') ?? part.appendChild(element('p', '', 'note so-far'))
  note.textContent = words
}

/** Blocks that the presenter has closed take no answers until they are opened again. */
export function closeBlocks(closed: readonly string[]): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form.answer')) {
    const isClosed = closed.includes(form.id)
    if (isClosed === form.hasAttribute('data-closed')) continue
    form.toggleAttribute('data-closed', isClosed)
    for (const control of form.querySelectorAll<HTMLFieldSetElement | HTMLButtonElement>('fieldset, button')) {
      control.disabled = isClosed
    }
    const status = form.querySelector('.result')
    if (status !== null) status.textContent = isClosed ? 'The presenter has closed this for now.' : ''
  }
}
