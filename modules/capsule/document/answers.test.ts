import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/errors.ts'
import { checkAnswer, outcomeOf } from './answers.ts'
import type { FormBlock, PollBlock, QuizBlock } from './schema.ts'

const choices = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B', to: 'end' },
]
const poll: PollBlock = { id: 'p', type: 'poll', question: 'Which?', choices, next: 'more' }
const quiz: QuizBlock = {
  id: 'q',
  type: 'quiz',
  questions: [
    { id: 'one', text: '1', choices, correct: ['a'], explanation: 'Because.' },
    { id: 'two', text: '2', choices, correct: ['a', 'b'] },
  ],
  outcomes: [
    { from: 0, to: 'low' },
    { from: 2, to: 'high' },
  ],
}
const form: FormBlock = {
  id: 'f',
  type: 'form',
  fields: [
    { id: 'name', kind: 'text', label: 'Name', required: true },
    { id: 'mail', kind: 'email', label: 'Mail' },
    { id: 'stars', kind: 'rating', label: 'Stars' },
    { id: 'day', kind: 'date', label: 'Day' },
    { id: 'ok', kind: 'consent', label: 'OK', required: true },
    { id: 'pick', kind: 'choice', label: 'Pick', choices },
  ],
}

function pointers(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.faults.map((fault) => fault.pointer)
    throw error
  }
  return []
}

describe('answers', () => {
  test.each<[string, PollBlock | QuizBlock | FormBlock, unknown, string[]]>([
    ['no list', poll, 'a', ['/value']],
    ['an unknown choice', poll, ['x'], ['/value/0']],
    ['two where one is asked', poll, ['a', 'b'], ['/value']],
    ['none', poll, [], ['/value']],
    ['a question left out', quiz, { one: ['a'] }, ['/value/two']],
    ['a question that is none', quiz, { one: ['a'], two: ['a'], three: [] }, ['/value/three']],
    ['a prototype as question', quiz, JSON.parse('{"one":["a"],"two":["a"],"__proto__":["a"]}'), ['/value/__proto__']],
    ['required fields left out', form, {}, ['/value/name', '/value/ok']],
    [
      'wrong kinds',
      form,
      { name: 1, mail: 'x', stars: 9, day: '2026-02-30', ok: true, pick: 'z' },
      ['/value/name', '/value/mail', '/value/stars', '/value/day', '/value/pick'],
    ],
    ['a required field of spaces', form, { name: ' \n', ok: true }, ['/value/name']],
    ['text with control characters', form, { name: 'a\u0000', ok: true }, ['/value/name']],
    ['a field that is none', form, { name: 'x', ok: true, extra: 1 }, ['/value/extra']],
  ])('%s is refused at its place', (_, block, value, expected) => {
    expect(pointers(() => checkAnswer(block, value))).toEqual(expected)
  })

  test('a poll leads where its choice says, else where the block says', () => {
    expect(outcomeOf(poll, checkAnswer(poll, ['b']))).toEqual({ kind: 'poll', next: 'end' })
    expect(outcomeOf(poll, checkAnswer(poll, ['a']))).toEqual({ kind: 'poll', next: 'more' })
  })

  test('a quiz is scored by sets, explained, and leads where its score says', () => {
    expect(outcomeOf(quiz, checkAnswer(quiz, { one: ['a'], two: ['b', 'a'] }))).toMatchObject({
      score: 2,
      outOf: 2,
      next: 'high',
    })
    expect(outcomeOf(quiz, checkAnswer(quiz, { one: ['b'], two: ['a'] }))).toEqual({
      kind: 'quiz',
      score: 0,
      outOf: 2,
      questions: [
        { id: 'one', right: false, correct: ['a'], explanation: 'Because.' },
        { id: 'two', right: false, correct: ['a', 'b'] },
      ],
      next: 'low',
    })
  })

  test('a whole form is taken; empty entries are left out', () => {
    const value = { name: 'Ada', mail: 'ada@example.com', stars: 5, day: '2026-05-31', ok: true, pick: 'b' }
    expect(checkAnswer(form, { ...value })).toEqual(value)
    expect(checkAnswer(form, { name: 'Ada', mail: '', ok: true })).toEqual({ name: 'Ada', ok: true })
    expect(checkAnswer(form, { name: ' two\n\tlines ', ok: true })).toEqual({ name: ' two\n\tlines ', ok: true })
    expect(outcomeOf(form, checkAnswer(form, value))).toEqual({ kind: 'form', next: 'end' })
  })
})
