import { answering, element } from './shared/answering.ts'

answering('form', () => [element('h3', 'Thank you'), element('p', 'Your answer has been sent.')])
