import { Type } from '@sinclair/typebox'
import { AppError } from '../../../src/errors.ts'
import { limits as documentLimits, type QuizBlock } from '../../capsule/index.ts'
import type { Caller } from '../governance/governance.ts'
import { limits } from '../limits.ts'
import { isRecord } from '../requests.ts'
import type { Making } from './proposal.ts'
import { line, lines, newBlockId } from './wording.ts'
import { unusable, type Writer } from './writer.ts'

export interface QuizWish {
  readonly title: string
  /** What is asked about. */
  readonly text: string
  readonly questions: number
}

export const questionSchema = Type.Object(
  {
    text: Type.String(),
    choices: Type.Array(Type.String()),
    /** The numbers of the right choices, from 1 on. */
    right: Type.Array(Type.Integer()),
    explanation: Type.String(),
  },
  { additionalProperties: false },
)
const choicesMax = 8
const textLengthMin = 120

/** @throws AppError invalid when there is too little to ask about. */
export function checkQuizText(text: string): string {
  if (text.replace(/\s/g, '').length >= textLengthMin) return text.slice(0, limits.sourceShownMax)
  throw new AppError('invalid', 'There is too little text to ask questions about. Write some more first.')
}

/** A block of questions that the text answers. */
export async function suggestQuiz(
  writer: Writer,
  caller: Caller,
  { title, text, questions }: QuizWish,
  { signal, told }: Making,
): Promise<{ readonly block: QuizBlock }> {
  const object = await writer.object(
    {
      caller,
      rules: [
        `You write ${questions} quiz questions about a text of a web page, in the language of the text.`,
        'Ask only what the text answers, about what matters in it, each question about something else.',
        'Each has 3 or 4 short choices, one of them right unless several must be; wrong ones are plausible. "right" holds the numbers of the right choices, from 1 on, and not always the same; "explanation" says in one sentence why.',
      ],
      data: { title, text },
      schema: Type.Object({ questions: Type.Array(questionSchema) }, { additionalProperties: false }),
      tokensMax: 600 * questions,
    },
    { signal },
    (done) => told({ step: 'writing', done, of: 0 }),
  )
  const block = quizIn(object.questions, questions)
  if (block === undefined) throw unusable()
  return { block }
}

/** Questions of a model as a block; those that are none are left out, and without any there is none. */
export function quizIn(value: unknown, most: number): QuizBlock | undefined {
  const questions = (Array.isArray(value) ? value : []).flatMap((one: unknown) => question(one)).slice(0, most)
  return questions.length === 0 ? undefined : { id: newBlockId(), type: 'quiz', questions }
}

function question(value: unknown): QuizBlock['questions'] {
  if (!isRecord(value)) return []
  const text = line(value.text, documentLimits.textLengthMax)
  const given = Array.isArray(value.choices) ? value.choices.slice(0, choicesMax) : []
  const choices = given.map((one) => ({ id: newBlockId(), text: line(one, documentLimits.titleLengthMax) }))
  const right = Array.isArray(value.right) ? value.right : []
  const correct = choices.filter((_, n) => right.includes(n + 1)).map(({ id }) => id)
  const isWhole = lines(given, 200, choicesMax).length === choices.length && choices.length >= 2
  if (text === '' || !isWhole || correct.length === 0 || correct.length === choices.length) return []
  const explanation = line(value.explanation, documentLimits.textLengthMax)
  return [{ id: newBlockId(), text, choices, correct, ...(explanation !== '' && { explanation }) }]
}
