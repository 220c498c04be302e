import type { AnswerValue, Outcome } from './answers.ts'
import type { AnswerableBlock } from './schema.ts'

/** The key that counts the answers themselves. */
export const answersKey = ''
/** Keys from here on count the answers to each version: ids hold no `~`, so these sort behind all others. */
export const versionKeys = '~'

export function versionKey(version: number): string {
  return `${versionKeys}${version}`
}

export function scoreKey(score: number): string {
  return `score/${score}`
}

export function fieldKey(field: string, entry: unknown): string {
  return `${field}/${String(entry)}`
}

/**
 * What of an answer is counted when it is stored: a poll's choices by their ids; a quiz's score; of a form what it was
 * chosen from (`field/choice`, `field/4`, `field/true`), never what somebody wrote. Ids hold no `/`, so that no two keys meet.
 */
export function countedIn(block: AnswerableBlock, value: AnswerValue, outcome: Outcome): string[] {
  if (outcome.kind === 'quiz') return [scoreKey(outcome.score)]
  if (Array.isArray(value)) return value
  if (block.type !== 'form') return []
  return block.fields.flatMap((field) => {
    const entry = value[field.id]
    const counted = field.kind === 'choice' || field.kind === 'rating' || field.kind === 'consent'
    return counted && entry !== undefined ? [fieldKey(field.id, entry)] : []
  })
}
