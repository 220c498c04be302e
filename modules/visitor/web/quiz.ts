import { answering } from './shared/answering.ts'
import { element, icon } from './shared/elements.ts'

answering('quiz', (form, result) => {
  const outcomes = [...form.querySelectorAll<HTMLElement>('fieldset')].map((question) => {
    const outcome = result.questions?.find((one) => one.id === question.dataset.key)
    const right = [...question.querySelectorAll<HTMLElement>('.choice')]
      .filter((choice) => outcome?.correct.includes(choice.querySelector('input')?.value ?? ''))
      .map((choice) => choice.textContent)
      .join(', ')
    const verdict = outcome?.right
      ? [icon('right'), element('span', `Right: ${right}`)]
      : [icon('wrong'), element('span', `Not quite. Right is: ${right}`)]
    const parts = [
      element('strong', question.querySelector('legend')?.textContent ?? ''),
      element('p', verdict, 'verdict'),
    ]
    if (outcome?.explanation) parts.push(element('p', outcome.explanation, 'note'))
    return element('li', parts, outcome?.right ? 'right' : 'wrong')
  })
  return [
    element('h3', `You have ${result.score ?? 0} of ${result.outOf ?? outcomes.length} right`),
    element('ol', outcomes, 'outcomes'),
  ]
})
