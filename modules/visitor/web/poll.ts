import { answering, element } from './shared/answering.ts'

answering('poll', (form, result) => {
  const total = result.total ?? 0
  const rows = [...form.querySelectorAll<HTMLElement>('.choice')].map((choice) => {
    const name = choice.textContent ?? ''
    const count = result.choices?.[choice.querySelector('input')?.value ?? ''] ?? 0
    const share = total === 0 ? 0 : Math.round((100 * count) / total)
    const bar = document.createElement('progress')
    bar.max = 100
    bar.value = share
    bar.setAttribute('aria-label', name)
    return element('li', '', '', [element('span', name), element('span', `${share}%`), bar])
  })
  const note = `Thank you. ${total === 1 ? '1 answer' : `${total} answers`} so far.`
  return [
    element('h3', form.querySelector('legend')?.textContent ?? ''),
    element('ul', '', 'bars', rows),
    element('p', note, 'note'),
  ]
})
