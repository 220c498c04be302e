import type { AnswerableBlock, Block, CapsuleDocument } from './schema.ts'

/** Every block of a document in reading order, those inside columns too. */
export function* blocksOf(document: CapsuleDocument): Generator<Block> {
  for (const page of document.pages) yield* within(page.blocks as Block[])
}

function* within(blocks: readonly Block[]): Generator<Block> {
  for (const block of blocks) {
    yield block
    if (block.type === 'columns') for (const column of block.columns) yield* within(column)
  }
}

const answerable = new WeakMap<CapsuleDocument, ReadonlyMap<string, AnswerableBlock>>()

/** A block that takes answers, by its id. A document is walked once, however often it is answered. */
export function answerableBlock(document: CapsuleDocument, id: string): AnswerableBlock | undefined {
  let known = answerable.get(document)
  if (known === undefined) {
    known = new Map(answerableBlocks(document).map((block) => [block.id, block]))
    answerable.set(document, known)
  }
  return known.get(id)
}

/** The blocks that take answers, in reading order. */
export function answerableBlocks(document: CapsuleDocument): AnswerableBlock[] {
  return [...blocksOf(document)].filter(
    (block) => block.type === 'poll' || block.type === 'quiz' || block.type === 'form',
  )
}

/** All the words of a document, for search and excerpts. */
export function plainText(document: CapsuleDocument): string {
  return [...blocksOf(document)].flatMap((block) => words(block)).join('\n')
}

function words(block: Block): string[] {
  switch (block.type) {
    case 'heading':
      return [block.text]
    case 'richText':
      return [richWords(block.content)]
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return [block.title, block.alt, block.caption].filter((one) => one !== undefined)
    case 'poll':
      return [block.question, ...block.choices.map((choice) => choice.text)]
    case 'quiz':
      return block.questions.flatMap((question) => [question.text, ...question.choices.map((choice) => choice.text)])
    case 'form':
      return block.fields.map((field) => field.label)
    case 'button':
      return [block.label]
    default:
      return []
  }
}

/** Nodes whose words stand by themselves: each on lines of its own, so that two paragraphs never run into one sentence. */
const standsAlone = new Set(['paragraph', 'heading', 'codeBlock', 'hardBreak', 'tableCell', 'tableHeader'])

/** The words of rich text, a line for each paragraph, list item and cell; marks (bold, links) break no word. */
function richWords(node: unknown): string {
  return linesOf(node)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

function linesOf(node: unknown): string {
  if (typeof node !== 'object' || node === null) return ''
  if ('text' in node && typeof node.text === 'string') return node.text
  const inner = 'content' in node && Array.isArray(node.content) ? node.content.map(linesOf).join('') : ''
  return 'type' in node && typeof node.type === 'string' && standsAlone.has(node.type) ? `\n${inner}\n` : inner
}
