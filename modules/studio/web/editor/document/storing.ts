import type { Block, CapsuleDocument } from '../../../../capsule/index.ts'
import type { EditedDocument } from './tree.ts'

/**
 * A text that is not written yet is empty here, and a space in what is stored: the server asks for a character, and a
 * draft must be saved at every moment.
 */
const unwritten = ' '

type Change = (text: string) => string

export function stored(document: EditedDocument): CapsuleDocument {
  return convert(document, (text) => (text.trim() === '' ? unwritten : text)) as CapsuleDocument
}

export function edited(document: CapsuleDocument): EditedDocument {
  return convert(document as EditedDocument, (text) => (text === unwritten ? '' : text))
}

function convert(document: EditedDocument, change: Change): EditedDocument {
  return {
    ...document,
    pages: document.pages.map((page) => {
      const { title, ...rest } = page
      const isUntitled = title === undefined || title.trim() === ''
      return { ...rest, ...(!isUntitled && { title }), blocks: page.blocks.map((block) => texts(block, change)) }
    }),
  }
}

/** Every text that the server wants to hold something. */
function texts(block: Block, change: Change): Block {
  const choices = <T extends { readonly text: string }>(list: T[]) =>
    list.map((choice) => ({ ...choice, text: change(choice.text) }))
  switch (block.type) {
    case 'heading':
      return { ...block, text: change(block.text) }
    case 'button':
      return { ...block, label: change(block.label) }
    case 'poll':
      return { ...block, question: change(block.question), choices: choices(block.choices) }
    case 'quiz':
      return {
        ...block,
        questions: block.questions.map((one) => ({ ...one, text: change(one.text), choices: choices(one.choices) })),
      }
    case 'form':
      return {
        ...block,
        fields: block.fields.map((field) => ({
          ...field,
          label: change(field.label),
          ...(field.choices !== undefined && { choices: choices(field.choices) }),
        })),
      }
    case 'chat':
      return block.starters === undefined ? block : { ...block, starters: block.starters.map(change) }
    case 'columns':
      return {
        ...block,
        columns: block.columns.map((column) => column.map((one) => texts(one, change))) as typeof block.columns,
      }
    default:
      return block
  }
}
