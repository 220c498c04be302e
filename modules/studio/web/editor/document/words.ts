import type { Block } from '../../../../capsule/index.ts'

/** All the words of a block, a line for each text: for comparing and for lists. */
export function wordsOf(block: Block): string {
  return textsOf(block)
    .filter((text) => text !== undefined && text.trim() !== '')
    .join('\n')
}

function textsOf(block: Block): (string | undefined)[] {
  switch (block.type) {
    case 'heading':
      return [block.text]
    case 'richText':
      return [richText(block.content).trim()]
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return [block.title, block.alt, block.caption]
    case 'embed':
      return [block.title ?? block.url]
    case 'button':
      return [block.label]
    case 'poll':
      return [block.question, ...block.choices.map((choice) => choice.text)]
    case 'quiz':
      return block.questions.flatMap((one) => [one.text, ...one.choices.map((choice) => choice.text), one.explanation])
    case 'form':
      return block.fields.flatMap((field) => [field.label, ...(field.choices ?? []).map((choice) => choice.text)])
    case 'chat':
      return [block.greeting, ...(block.starters ?? [])]
    case 'columns':
      return block.columns.flatMap((column) => column.flatMap(textsOf))
    case 'divider':
      return []
  }
}

const lines = ['paragraph', 'heading', 'codeBlock', 'horizontalRule']

export function richText(node: unknown): string {
  if (typeof node !== 'object' || node === null) return ''
  if ('text' in node && typeof node.text === 'string') return node.text
  const type = 'type' in node ? String(node.type) : ''
  if (type === 'hardBreak') return '\n'
  const inner = 'content' in node && Array.isArray(node.content) ? node.content.map(richText).join('') : ''
  return lines.includes(type) ? `${inner}\n` : inner
}
