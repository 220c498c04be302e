import type { Block } from '../../../../capsule/index.ts'
import { t } from '../../app/words.ts'
import type { EditedPage } from './tree.ts'

export type Kind = Block['type']

/** In the order in which they are offered. */
export const kinds: readonly Kind[] = [
  'richText',
  'heading',
  'image',
  'button',
  'poll',
  'quiz',
  'form',
  'columns',
  'divider',
  'video',
  'audio',
  'file',
  'embed',
  'chat',
]

/** The address of a file that is not chosen yet: the server takes it, and the check before publishing asks for another. */
export const noSource = '/-/nothing'
/** The same for a frame: a name that never exists (RFC 2606). */
export const noAddress = 'https://nothing.invalid/'

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Unique among all ids that any document will ever hold, for every purpose here: 50 random bits. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => alphabet[byte & 31]).join('')
}

/** A block to begin with: complete, so that it can be seen and saved at once. */
export function newBlock(kind: Kind, firstPage: string): Block {
  const id = newId()
  const words = t().blocks.made
  switch (kind) {
    case 'richText':
      return emptyText(id)
    case 'heading':
      return { id, type: kind, text: '' }
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return { id, type: kind, src: noSource }
    case 'embed':
      return { id, type: kind, url: noAddress }
    case 'button':
      return { id, type: kind, label: words.button, to: firstPage }
    case 'divider':
      return { id, type: kind }
    case 'columns':
      return { id, type: kind, columns: [[emptyText(newId())], [emptyText(newId())]] }
    case 'poll':
      return {
        id,
        type: kind,
        question: words.question,
        choices: [
          { id: newId(), text: words.yes },
          { id: newId(), text: words.no },
        ],
      }
    case 'quiz':
      return { id, type: kind, questions: [newQuestion()] }
    case 'form':
      return {
        id,
        type: kind,
        fields: [
          { id: newId(), kind: 'text', label: words.name, required: true },
          { id: newId(), kind: 'email', label: words.email, required: true },
        ],
      }
    case 'chat':
      return { id, type: kind }
  }
}

function emptyText(id: string) {
  const content: { type: string } & Record<string, unknown> = { type: 'doc', content: [{ type: 'paragraph' }] }
  return { id, type: 'richText' as const, content }
}

export function newQuestion() {
  const words = t().blocks.made
  const right = newId()
  return {
    id: newId(),
    text: words.quizQuestion,
    choices: [
      { id: right, text: words.right },
      { id: newId(), text: words.wrong },
    ],
    correct: [right],
  }
}

export function newChoice(n: number) {
  return { id: newId(), text: t().blocks.made.choice(n) }
}

/** A copy that shares no id with what it was made of. Branches keep leading where they led. */
export function copyOf(block: Block): Block {
  if (block.type !== 'columns') return { ...block, id: newId() }
  return {
    ...block,
    id: newId(),
    columns: block.columns.map((column) => column.map((one) => ({ ...one, id: newId() }))),
  }
}

export function copyOfPage(page: EditedPage): EditedPage {
  return { ...page, id: newId(), blocks: page.blocks.map(copyOf) }
}
