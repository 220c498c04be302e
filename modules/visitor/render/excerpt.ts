import type { Block, Document } from './content.ts'

const lengthMax = 200

/** The first words of a document: what a social card says when its owner has written no description. */
export function excerptOf(document: Document): string | undefined {
  for (const page of document.pages) {
    for (const block of flat(page.blocks)) {
      if (block.type !== 'richText') continue
      const text = wordsOf(block.content).replace(/\s+/g, ' ').trim()
      if (text !== '') return shortened(text)
    }
  }
  return undefined
}

/** Blocks in reading order, columns looked through. */
export function* flat(blocks: readonly Block[]): Generator<Exclude<Block, { type: 'columns' }>> {
  for (const block of blocks) {
    if (block.type !== 'columns') yield block
    else for (const column of block.columns) yield* flat(column)
  }
}

function wordsOf(node: unknown): string {
  if (typeof node !== 'object' || node === null) return ''
  if ('text' in node && typeof node.text === 'string') return node.text
  if (!('content' in node) || !Array.isArray(node.content)) return ''
  return node.content.map(wordsOf).join('type' in node && node.type === 'paragraph' ? '' : ' ')
}

function shortened(text: string): string {
  if (text.length <= lengthMax) return text
  const cut = text.lastIndexOf(' ', lengthMax)
  return `${text.slice(0, cut > 0 ? cut : lengthMax).toWellFormed()}…`
}
