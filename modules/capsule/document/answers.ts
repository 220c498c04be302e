import { hasControls } from './characters.ts'
import { Faults, step } from './faults.ts'
import { limits } from './limits.ts'
import type { AnswerableBlock, FormBlock, PollBlock, QuizBlock } from './schema.ts'

export type AnswerValue = string[] | Record<string, string[]> | Record<string, string | number | boolean>

/** What an answer came to, as its visitor may see it; a poll's totals are added by who knows them. */
export type Outcome =
  | { readonly kind: 'poll'; readonly next?: string }
  | {
      readonly kind: 'quiz'
      readonly score: number
      readonly outOf: number
      readonly questions: readonly {
        readonly id: string
        readonly right: boolean
        readonly correct: readonly string[]
        readonly explanation?: string
      }[]
      readonly next?: string
    }
  | { readonly kind: 'form'; readonly next?: string }

/**
 * A visitor's answer, checked against the block it answers.
 * @throws AppError invalid with pointers below /value.
 */
export function checkAnswer(block: AnswerableBlock, value: unknown): AnswerValue {
  const faults = new Faults()
  const checked =
    block.type === 'poll'
      ? checkPoll(block, value, faults)
      : block.type === 'quiz'
        ? checkQuiz(block, value, faults)
        : checkForm(block, value, faults)
  faults.throwIfAny('The answer')
  return checked
}

export function outcomeOf(block: AnswerableBlock, value: AnswerValue): Outcome {
  const next = (page: string | undefined) => (page === undefined ? {} : { next: page })
  if (block.type === 'poll') {
    const chosen = Array.isArray(value) ? value[0] : undefined
    return { kind: 'poll', ...next(block.choices.find((choice) => choice.id === chosen)?.to ?? block.next) }
  }
  if (block.type === 'form') return { kind: 'form', ...next(formTarget(block, value) ?? block.next) }
  const given = value as Record<string, string[]>
  const questions = block.questions.map((question) => ({
    id: question.id,
    right: sameSet(given[question.id] ?? [], question.correct),
    correct: question.correct,
    ...(question.explanation !== undefined && { explanation: question.explanation }),
  }))
  const score = questions.filter((question) => question.right).length
  const reached = (block.outcomes ?? []).filter((outcome) => outcome.from <= score).toSorted((a, b) => b.from - a.from)
  return { kind: 'quiz', score, outOf: questions.length, questions, ...next(reached[0]?.to ?? block.next) }
}

function formTarget(block: FormBlock, value: AnswerValue): string | undefined {
  for (const field of block.fields) {
    const chosen = (value as Record<string, unknown>)[field.id]
    const target = field.choices?.find((choice) => choice.id === chosen)?.to
    if (target !== undefined) return target
  }
  return undefined
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item))
}

function checkPoll(block: PollBlock, value: unknown, faults: Faults): string[] {
  return checkChoices(value, block.choices, block.multiple ? block.choices.length : 1, '/value', faults)
}

function checkQuiz(block: QuizBlock, value: unknown, faults: Faults): Record<string, string[]> {
  const given = entriesOf(value, faults)
  const answer: Record<string, string[]> = {}
  for (const [id, chosen] of Object.entries(given)) {
    const question = block.questions.find((one) => one.id === id)
    if (question === undefined) faults.add(`/value${step(id)}`, 'is no question of this quiz')
    else answer[id] = checkChoices(chosen, question.choices, question.choices.length, `/value/${id}`, faults)
  }
  for (const question of block.questions) {
    if (!Object.hasOwn(given, question.id)) faults.add(`/value/${question.id}`, 'is not answered')
  }
  return answer
}

function checkForm(block: FormBlock, value: unknown, faults: Faults): Record<string, string | number | boolean> {
  const given = entriesOf(value, faults)
  const answer: Record<string, string | number | boolean> = {}
  for (const id of Object.keys(given)) {
    if (!block.fields.some((field) => field.id === id)) faults.add(`/value${step(id)}`, 'is no field of this form')
  }
  for (const field of block.fields) {
    const entry = Object.hasOwn(given, field.id) ? given[field.id] : undefined
    const place = `/value/${field.id}`
    if (isEmpty(entry) || (field.kind === 'consent' && entry === false)) {
      if (field.required) faults.add(place, field.kind === 'consent' ? 'must be agreed to' : 'is required')
      continue
    }
    const fault = fieldFault(field, entry)
    if (fault !== undefined) faults.add(place, fault)
    else answer[field.id] = entry as string | number | boolean
  }
  return answer
}

/** Spaces alone are no entry, as the browser's side sees it (modules/visitor/web/shared/value.ts). */
function isEmpty(entry: unknown): boolean {
  return entry === undefined || entry === null || (typeof entry === 'string' && entry.trim() === '')
}

function fieldFault(field: FormBlock['fields'][number], entry: unknown): string | undefined {
  switch (field.kind) {
    case 'rating':
      return Number.isInteger(entry) && Number(entry) >= 1 && Number(entry) <= 5
        ? undefined
        : 'must be a whole number from 1 to 5'
    case 'consent':
      return entry === true ? undefined : 'must be true or false'
    case 'choice':
      return field.choices?.some((choice) => choice.id === entry) ? undefined : 'is none of the choices'
    case 'date':
      return typeof entry === 'string' && isDate(entry) ? undefined : 'must be a date such as 2026-05-31'
    case 'email':
      return typeof entry === 'string' && entry.length <= 254 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(entry)
        ? undefined
        : 'must be an e-mail address'
    case 'text':
      if (typeof entry !== 'string' || !entry.isWellFormed()) return 'must be text'
      if (hasControls(entry)) return 'holds control characters'
      return entry.length <= limits.answerLengthMax ? undefined : `has at most ${limits.answerLengthMax} characters`
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function checkChoices(
  value: unknown,
  choices: readonly { readonly id: string }[],
  most: number,
  place: string,
  faults: Faults,
): string[] {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    faults.add(place, 'must be a list of choice ids')
    return []
  }
  const chosen = [...new Set(value as string[])]
  if (chosen.length === 0) faults.add(place, 'must name a choice')
  if (chosen.length > most) faults.add(place, most === 1 ? 'takes one choice' : `takes at most ${most} choices`)
  chosen.forEach((id, n) => {
    if (!choices.some((choice) => choice.id === id))
      faults.add(`${place}/${n}`, `"${id.slice(0, 64)}" is none of the choices`)
  })
  return chosen
}

function entriesOf(value: unknown, faults: Faults): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  faults.add('/value', 'must be an object')
  return {}
}
