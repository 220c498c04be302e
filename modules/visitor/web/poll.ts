import { answering } from './shared/answering.ts'
import { drawing, element } from './shared/elements.ts'

answering('poll', (form, { total = 0, choices = {} }) => {
  const most = Math.max(...Object.values(choices))
  const rows = [...form.querySelectorAll<HTMLElement>('.choice')].map((choice) => {
    const count = choices[choice.querySelector('input')?.value ?? ''] ?? 0
    const share = total === 0 ? 0 : Math.round((100 * count) / total)
    const parts = [
      element('span', choice.textContent ?? ''),
      document.createTextNode(' '),
      element('b', `${share}%`),
      drawing('bar', 'rect', { width: `${share}%`, height: '100%' }),
    ]
    return element('li', parts, count > 0 && count === most ? 'most' : '')
  })
  return [
    element('h3', form.querySelector('legend')?.textContent ?? ''),
    element('ul', rows, 'bars'),
    element('p', `Thank you. ${total === 1 ? '1 answer' : `${total} answers`} so far.`, 'note'),
  ]
})
