import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { addressFault, type CapsuleDocument, limits as documentLimits, parseDocument } from '../../capsule/index.ts'
import type { Caller } from '../governance/governance.ts'
import { limits } from '../limits.ts'
import { isRecord } from '../requests.ts'
import { headingIn, inlineOf, richTextOf, wordsIn } from './markdown-text.ts'
import type { Making } from './proposal.ts'
import { questionSchema, quizIn } from './quiz.ts'
import type { Source } from './source.ts'
import { line, lines, newBlockId, prose } from './wording.ts'
import { unusable, type Writer } from './writer.ts'

/** A capsule as it could begin. Nothing is kept of it until somebody makes it one. */
export interface Draft {
  readonly title: string
  readonly document: CapsuleDocument
  /** Written by a model, or the source's own text in blocks. */
  readonly by: 'ai' | 'conversion'
  /** Parts of the answer that could not be used. */
  readonly dropped: number
  /** Whether the source had more than became of it. */
  readonly isCut: boolean
}

export interface DraftWish {
  /** What it is to be, in the owner's words. */
  readonly wish: string
  readonly source: Source | undefined
}

const closed = { additionalProperties: false } as const
const part = <T extends string, F extends Record<string, TSchema>>(type: T, fields: F) =>
  Type.Object({ type: Type.Literal(type), ...fields }, closed)
const text = Type.String()
const texts = Type.Array(text)
const partSchema = Type.Union([
  part('heading', { text }),
  part('text', { markdown: text }),
  part('button', { label: text, url: text }),
  part('divider', {}),
  part('poll', { question: text, choices: texts, multiple: Type.Boolean() }),
  part('quiz', { questions: Type.Array(questionSchema) }),
  part('form', {
    fields: Type.Array(
      Type.Object(
        {
          kind: Type.Union(
            (['text', 'email', 'choice', 'rating', 'date', 'consent'] as const).map((one) => Type.Literal(one)),
          ),
          label: text,
          required: Type.Boolean(),
          choices: texts,
        },
        closed,
      ),
    ),
  }),
])
const answer = Type.Object(
  {
    title: text,
    description: text,
    pages: Type.Array(Type.Object({ title: text, blocks: Type.Array(partSchema) }, closed)),
  },
  closed,
)
type Answer = Static<typeof answer>

const pagesMax = 12
const blocksMax = 60
const tokensMax = 8_000

/** @throws AppError, Refusal. */
export async function draftByAi(
  writer: Writer,
  caller: Caller,
  { wish, source }: DraftWish,
  { signal, told }: Making,
): Promise<Draft> {
  const object = await writer.object(
    {
      caller,
      rules: [
        'You draft a capsule: a short interactive web page that its owner will look over and change.',
        'The user message holds the owner\'s "wish" and, when there is one, a "document" to make it of.',
        source === undefined
          ? 'Write what the wish asks for. Where facts are needed that you do not know, leave a gap in square brackets for the owner.'
          : "Say only what the document says, in its language unless the wish asks for another; leave out what is not worth a visitor's time.",
        'Begin with a text of one or two sentences that says what this is. Short paragraphs; headings where the subject changes; lists where things are listed. One page, or several of which each has one step or subject.',
        'Add a quiz, poll or form only where it helps the visitor or the wish asks for it. Buttons lead to https or mailto addresses that the wish or the document names, never to invented ones. "markdown" has no headings, pictures, tables or HTML.',
      ],
      data: {
        wish,
        ...(source && { document: { title: source.title, text: source.markdown.slice(0, limits.sourceShownMax) } }),
      },
      schema: answer,
      tokensMax,
    },
    { signal },
    (done) => told({ step: 'writing', done, of: 0 }),
  )
  const made = documentIn(object)
  if (made === undefined) throw unusable()
  const title = line(object.title, documentLimits.titleLengthMax) || (source?.title ?? '')
  return {
    title: line(title || wish, 80) || 'Draft',
    document: parseDocument(made.document),
    by: 'ai',
    dropped: made.dropped,
    isCut: source !== undefined && (source.isCut || source.markdown.length > limits.sourceShownMax),
  }
}

/** A model's answer as a document of this house; undefined: nothing in it can be used. What is unknown or empty is left out. */
export function documentIn(
  object: Record<string, unknown>,
): { document: CapsuleDocument; dropped: number } | undefined {
  let [dropped, left] = [0, blocksMax]
  const pages = (Array.isArray(object.pages) ? object.pages : []).slice(0, pagesMax).flatMap((page: unknown) => {
    const given = isRecord(page) && Array.isArray(page.blocks) ? page.blocks : []
    const blocks = given.flatMap((one: unknown) => {
      const made = left > 0 && isRecord(one) ? blockIn(one) : undefined
      if (made === undefined) dropped++
      else left--
      return made === undefined ? [] : [{ id: newBlockId(), ...made }]
    })
    const title = isRecord(page) ? line(page.title, documentLimits.titleLengthMax) : ''
    return blocks.length === 0 ? [] : [{ id: newBlockId(), ...(title !== '' && { title }), blocks }]
  })
  if (pages.length === 0) return undefined
  // The only page of a capsule has its title.
  const [first, ...others] = pages
  const { title: _, ...alone } = first ?? { id: newBlockId(), blocks: [] }
  const description = line(object.description, 300)
  const document = {
    format: 1,
    pages: others.length === 0 ? [alone] : pages,
    ...(description !== '' && { settings: { description } }),
  }
  return { document: document as CapsuleDocument, dropped }
}

/** One part as a block without its id. */
function blockIn(given: Record<string, unknown>): Record<string, unknown> | undefined {
  const { titleLengthMax: short, textLengthMax: long } = documentLimits
  switch (given.type as Answer['pages'][number]['blocks'][number]['type']) {
    case 'heading': {
      const words = line(given.text, short)
      return words === '' ? undefined : { type: 'heading', text: words, level: 2 }
    }
    case 'text': {
      const words = prose(given.markdown, 20_000)
      return words === '' ? undefined : { type: 'richText', content: richTextOf(words) }
    }
    case 'button': {
      const [label, to] = [line(given.label, short), prose(given.url, documentLimits.urlLengthMax)]
      return label === '' || addressFault(to, ['https:', 'mailto:']) !== undefined
        ? undefined
        : { type: 'button', label, to }
    }
    case 'divider':
      return { type: 'divider' }
    case 'poll': {
      const [question, choices] = [line(given.question, long), choicesIn(given.choices)]
      if (question === '' || choices.length < 2) return undefined
      return { type: 'poll', question, choices, ...(given.multiple === true && { multiple: true }) }
    }
    case 'quiz': {
      return quizIn(given.questions, limits.quizQuestionsMax)
    }
    case 'form': {
      const fields = (Array.isArray(given.fields) ? given.fields : []).slice(0, 20).flatMap(fieldIn)
      return fields.length === 0 ? undefined : { type: 'form', fields }
    }
    default:
      return undefined
  }
}

function choicesIn(value: unknown) {
  return lines(value, documentLimits.titleLengthMax, 20).map((text) => ({ id: newBlockId(), text }))
}

const kinds = ['text', 'email', 'choice', 'rating', 'date', 'consent']

function fieldIn(value: unknown): object[] {
  if (!isRecord(value) || !kinds.includes(String(value.kind))) return []
  const [label, choices] = [line(value.label, documentLimits.titleLengthMax), choicesIn(value.choices)]
  const isChoice = value.kind === 'choice'
  if (label === '' || (isChoice && choices.length < 2)) return []
  const required = value.required === true
  return [{ id: newBlockId(), kind: value.kind, label, ...(required && { required }), ...(isChoice && { choices }) }]
}

const sectionsMax = 300
/** Of one block of rich text. */
const sectionLengthMax = 20_000

/** The source's own text: its headings as headings, between them its paragraphs and lists. No model has a part in it. */
export function draftByConversion(source: Source): Draft {
  const blocks: object[] = []
  let [open, length, isCut] = ['', 0, source.isCut]
  const flush = () => {
    const content = richTextOf(open)
    if (wordsIn(content).trim() !== '') blocks.push({ id: newBlockId(), type: 'richText', content })
    open = ''
  }
  for (const text of source.markdown.split('\n')) {
    const head = headingIn(text)
    if (blocks.length >= sectionsMax || length > limits.sourceLengthMax) {
      isCut = true
      break
    }
    length += text.length
    if (head === undefined) {
      if (open.length + text.length > sectionLengthMax) flush()
      open += `${text}\n`
      continue
    }
    flush()
    const words = line(inlineOf(head.text).map(wordsIn).join(''), documentLimits.titleLengthMax)
    const isTitle = head.level === 1 && words === line(source.title, documentLimits.titleLengthMax)
    const level = Math.min(4, Math.max(2, head.level))
    if (words !== '' && !isTitle) blocks.push({ id: newBlockId(), type: 'heading', text: words, level })
  }
  flush()
  if (blocks.length === 0) throw unusable()
  return {
    title: line(inlineOf(source.title).map(wordsIn).join(''), documentLimits.titleLengthMax) || 'Draft',
    document: parseDocument({ format: 1, pages: [{ id: 'start', blocks }] }),
    by: 'conversion',
    dropped: 0,
    isCut,
  }
}
