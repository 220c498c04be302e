import { answering } from './shared/answering.ts'
import { drawing, element } from './shared/elements.ts'

answering('poll', (form, { total = 0, choices = {} }) => {
  const most = Math.max(...Object.values(choices))
  const rows = [...form.querySelectorAll<HTMLElement>('.choice')].map((choice) => {
    const id = choice.querySelector('input')?.value ?? ''
    const count = choices[id] ?? 0
    const share = total === 0 ? 0 : Math.round((100 * count) / total)
    const parts = [
      element('span', choice.textContent ?? ''),
      document.createTextNode(' '),
      element('b', `${share}%`),
      drawing('bar', 'rect', { width: `${share}%`, height: '100%' }),
    ]
    const row = element('li', parts, count > 0 && count === most ? 'most' : '')
    row.dataset.choice = id
    return row
  })
  return [
    element('h3', form.querySelector('legend')?.textContent ?? ''),
    element('ul', rows, 'bars'),
    element('p', `Thank you. ${total === 1 ? '1 answer' : `${total} answers`} so far.`, 'note so-far'),
  ]
})
