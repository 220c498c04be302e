import { answering } from './shared/answering.ts'
import { element, icon } from './shared/elements.ts'

answering('form', () => [
  element('h3', [icon('right'), document.createTextNode(' Thank you')], 'sent'),
  element('p', 'Your answer has been sent.'),
])
