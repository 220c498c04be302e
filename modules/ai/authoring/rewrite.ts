import { Type } from '@sinclair/typebox'
import { AppError } from '../../../src/errors.ts'
import { type Block, limits as documentLimits, parseDocument } from '../../capsule/index.ts'
import type { Caller } from '../governance/governance.ts'
import { limits } from '../limits.ts'
import { markdownOf, richTextOf } from './markdown-text.ts'
import type { Making } from './proposal.ts'
import { line, prose } from './wording.ts'
import { unusable, type Writer } from './writer.ts'

/** What is to become of a text, and how a model is told. */
const manners = {
  shorter: 'Make it about half as long. Keep what matters.',
  longer: 'Make it about twice as long, by saying more clearly what it says. Invent no facts.',
  simpler: 'Say it in short sentences and plain words, for readers who know nothing of it.',
  friendlier: 'Make it warmer and closer to the reader.',
  formal: 'Make it more formal and matter-of-fact.',
  own: 'Do with it what "wish" says.',
} as const
export type Manner = keyof typeof manners
export const mannerNames = Object.keys(manners) as [Manner, ...Manner[]]

export interface RewriteWish {
  readonly block: Writable
  readonly manner: Manner
  /** In the owner's own words, for `own`. */
  readonly wish?: string | undefined
}

type Writable = Extract<Block, { type: 'heading' | 'richText' }>

const tokensMax = 4_000

/** A block from outside whose text can be rewritten. @throws AppError invalid, with its place. */
export function writable(block: unknown): Writable {
  const { pages } = parseDocument({ format: 1, pages: [{ id: 'page', blocks: [block] }] })
  const found = pages[0]?.blocks[0] as Block | undefined
  const faults = (message: string) => ({ faults: [{ pointer: '/block', message }] })
  if (found?.type !== 'heading' && found?.type !== 'richText') {
    throw new AppError('invalid', 'Headings and texts can be rewritten.', faults('must be a heading or richText'))
  }
  const words = wordsOf(found)
  if (words.trim() === '') throw new AppError('invalid', 'There is no text to rewrite yet.', faults('has no words'))
  if (words.length > limits.sourceShownMax / 3) {
    throw new AppError('too-large', `At most ${limits.sourceShownMax / 3} characters are rewritten at once.`)
  }
  return found
}

const wordsOf = (block: Writable) => (block.type === 'heading' ? block.text : markdownOf(block.content))

/** The same block with other words. */
export async function rewrite(
  writer: Writer,
  caller: Caller,
  { block, manner, wish }: RewriteWish,
  { signal, told }: Making,
): Promise<{ readonly block: Writable }> {
  const isHeading = block.type === 'heading'
  const object = await writer.object(
    {
      caller,
      rules: [
        'You rewrite one text of a web page for its owner, in the language that it is in.',
        `The user message holds the "text" and the owner's "wish". ${manners[manner]}`,
        isHeading
          ? 'It is a heading: one line of at most 12 words, without Markdown.'
          : 'It is Markdown: keep its links and, where they still fit, its lists, headings and emphasis. No pictures, no tables, and no HTML but <u>, <sub> and <sup> where it has them.',
      ],
      data: { text: wordsOf(block), wish: (wish ?? '').slice(0, limits.wishLengthMax) },
      schema: Type.Object({ text: Type.String() }, { additionalProperties: false }),
      tokensMax,
    },
    { signal },
    (done) => told({ step: 'writing', done, of: 0 }),
  )
  const text = prose(object.text, limits.proposalLengthMax)
  if (isHeading) {
    const words = line(text.replace(/^#+\s*/, ''), documentLimits.titleLengthMax)
    if (words === '') throw unusable()
    return { block: { ...block, text: words } }
  }
  if (text === '') throw unusable()
  return { block: writable({ ...block, content: richTextOf(text) }) }
}
