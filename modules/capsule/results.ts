import { Type } from '@sinclair/typebox'
import { answerableBlock, answerableBlocks } from './document/blocks.ts'
import { fieldKey, scoreKey } from './document/counted.ts'
import type { AnswerableBlock, FormBlock } from './document/schema.ts'
import type { Documents } from './documents.ts'
import type { CapsuleRow } from './operations/rows.ts'
import type { Responses } from './responses.ts'
import { noTotals, type Totals } from './totals.ts'

const counted = Type.Object({
  id: Type.String(),
  /** null: a choice of an older version, which the block has no more. */
  text: Type.Union([Type.String(), Type.Null()]),
  count: Type.Integer(),
})
const base = { block: Type.String(), total: Type.Integer() }
export const resultSchema = Type.Union([
  Type.Object({ ...base, kind: Type.Literal('poll'), question: Type.String(), choices: Type.Array(counted) }),
  Type.Object({
    ...base,
    kind: Type.Literal('quiz'),
    outOf: Type.Integer(),
    scores: Type.Array(Type.Object({ score: Type.Integer(), count: Type.Integer() })),
  }),
  Type.Object({
    ...base,
    kind: Type.Literal('form'),
    fields: Type.Array(
      Type.Object({ id: Type.String(), label: Type.String(), kind: Type.String(), choices: Type.Array(counted) }),
    ),
  }),
])

export interface Counted {
  readonly id: string
  readonly text: string | null
  readonly count: number
}

/** What the answers to one block come to. */
export type BlockResult = { readonly block: string; readonly total: number } & (
  | { readonly kind: 'poll'; readonly question: string; readonly choices: readonly Counted[] }
  | {
      readonly kind: 'quiz'
      readonly outOf: number
      readonly scores: readonly { readonly score: number; readonly count: number }[]
    }
  | {
      readonly kind: 'form'
      readonly fields: readonly {
        readonly id: string
        readonly label: string
        readonly kind: string
        readonly choices: readonly Counted[]
      }[]
    }
)

interface Sources {
  readonly documents: Documents
  readonly responses: Responses
}

/** The results of a capsule: the blocks of its last version in reading order, then those that were answered before. */
export function resultsOf(sources: Sources, row: CapsuleRow): BlockResult[] {
  const totals = sources.responses.capsuleTotals(row.id)
  return answeredBlocks(sources, row).map((block) => resultOf(block, totals.get(block.id) ?? noTotals))
}

/**
 * The blocks that take answers or took them: as they are in the last version or, if they are not in it, in the last one
 * that they were answered in.
 */
export function answeredBlocks({ documents, responses }: Sources, row: CapsuleRow): AnswerableBlock[] {
  const last = row.lastVersion === 0 ? undefined : documents.version(row.id, row.lastVersion)
  const blocks = last === undefined ? [] : answerableBlocks(last)
  const present = new Set(blocks.map((block) => block.id))
  for (const [id, [version]] of responses.answeredVersions(row.id)) {
    if (present.has(id) || version === undefined) continue
    const document = documents.version(row.id, version)
    const block = document === undefined ? undefined : answerableBlock(document, id)
    if (block !== undefined) blocks.push(block)
  }
  return blocks
}

function resultOf(block: AnswerableBlock, { total, choices }: Totals): BlockResult {
  const base = { block: block.id, total }
  if (block.type === 'poll') {
    return { ...base, kind: 'poll', question: block.question, choices: countedOf(block.choices, choices, '') }
  }
  if (block.type === 'form')
    return { ...base, kind: 'form', fields: block.fields.flatMap((one) => field(one, choices)) }
  const prefix = scoreKey(0).slice(0, -1)
  const reached = Object.keys(choices).flatMap((key) =>
    key.startsWith(prefix) ? Number(key.slice(prefix.length)) : [],
  )
  const outOf = block.questions.length
  // A version with more questions may have seen higher scores.
  const scores = Array.from({ length: Math.max(outOf, ...reached) + 1 }, (_, score) => ({
    score,
    count: choices[scoreKey(score)] ?? 0,
  }))
  return { ...base, kind: 'quiz', outOf, scores }
}

function field(of: FormBlock['fields'][number], counts: Totals['choices']) {
  const { id, label, kind } = of
  const choices =
    kind === 'choice'
      ? (of.choices ?? [])
      : kind === 'rating'
        ? ['1', '2', '3', '4', '5'].map((id) => ({ id, text: id }))
        : kind === 'consent'
          ? [{ id: 'true', text: label }]
          : undefined
  return choices === undefined ? [] : [{ id, label, kind, choices: countedOf(choices, counts, fieldKey(id, '')) }]
}

/** The counts whose keys begin with `prefix`: of the choices in their order, then of those that are none any more. */
function countedOf(
  choices: readonly { readonly id: string; readonly text: string }[],
  counts: Totals['choices'],
  prefix: string,
): Counted[] {
  const present = new Set(choices.map(({ id }) => id))
  const gone = Object.keys(counts).flatMap((key) => {
    const id = key.slice(prefix.length)
    return key.startsWith(prefix) && !present.has(id) && !id.includes('/') ? [id] : []
  })
  return [
    ...choices.map(({ id, text }) => ({ id, text, count: counts[prefix + id] ?? 0 })),
    ...gone.map((id) => ({ id, text: null, count: counts[prefix + id] ?? 0 })),
  ]
}
