import type { Cell } from '../../src/http/csv.ts'
import { type AnswerValue, outcomeOf } from './document/answers.ts'
import type { AnswerableBlock } from './document/schema.ts'

/** One column of a file of answers: a key that is unique in its block, and words for people. */
export interface Column {
  readonly block: string
  readonly key: string
  readonly label: string
}

/** The columns of a block as this version of it has them. */
export function columnsOf(block: AnswerableBlock): Column[] {
  const column = (key: string, label: string): Column => ({ block: block.id, key, label })
  if (block.type === 'poll') return [column('choices', block.question)]
  if (block.type === 'form') return block.fields.map((field) => column(`field/${field.id}`, field.label))
  return [
    column('score', 'Score'),
    column('outOf', 'Out of'),
    ...block.questions.map((question) => column(`question/${question.id}`, question.text)),
  ]
}

/** An answer's cells by column, in the words of the version that it answered. */
export function cellsOf(block: AnswerableBlock, value: AnswerValue): ReadonlyMap<string, Cell> {
  const given = value as Record<string, string[] | string | number | boolean>
  if (block.type === 'poll') return new Map([['choices', wordsOf(block.choices, value)]])
  if (block.type === 'form') {
    return new Map(
      block.fields.map((field) => {
        const entry = given[field.id]
        const cell =
          field.kind === 'choice' ? wordsOf(field.choices ?? [], [entry]) : Array.isArray(entry) ? null : entry
        return [`field/${field.id}`, cell]
      }),
    )
  }
  const outcome = outcomeOf(block, value)
  const cells = new Map<string, Cell>(
    block.questions.map((question) => [`question/${question.id}`, wordsOf(question.choices, given[question.id])]),
  )
  if (outcome.kind === 'quiz') cells.set('score', outcome.score).set('outOf', outcome.outOf)
  return cells
}

function wordsOf(choices: readonly { readonly id: string; readonly text: string }[], chosen: unknown): string {
  if (!Array.isArray(chosen)) return ''
  const words = chosen.map((id) => choices.find((choice) => choice.id === id)?.text ?? id)
  return words.filter((word) => word !== undefined).join('; ')
}
