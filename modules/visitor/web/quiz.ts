import { answering, element } from './shared/answering.ts'

answering('quiz', (form, result) => {
  const outcomes = [...form.querySelectorAll<HTMLElement>('fieldset')].map((question) => {
    const outcome = result.questions?.find((one) => one.id === question.dataset.question)
    const right = [...question.querySelectorAll<HTMLElement>('.choice')]
      .filter((choice) => outcome?.correct.includes(choice.querySelector('input')?.value ?? ''))
      .map((choice) => choice.textContent)
    const parts = [
      element('strong', question.querySelector('legend')?.textContent ?? ''),
      element('p', `${outcome?.right ? 'Right' : 'Not quite'}: ${right.join(', ')}`),
    ]
    if (outcome?.explanation) parts.push(element('p', outcome.explanation, 'note'))
    return element('li', '', outcome?.right ? 'right' : 'wrong', parts)
  })
  return [
    element('h3', `You have ${result.score ?? 0} of ${result.outOf ?? outcomes.length} right`),
    element('ol', '', 'outcomes', outcomes),
  ]
})
