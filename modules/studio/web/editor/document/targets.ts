import type { Block } from '../../../../capsule/index.ts'
import { blocksIn, type EditedDocument, type EditedPage } from './tree.ts'

/** Ids of the pages that a block can lead to. */
export function targetsOf(block: Block): string[] {
  const all: (string | undefined)[] = []
  switch (block.type) {
    case 'button':
      all.push(block.to)
      break
    case 'poll':
      all.push(...block.choices.map((choice) => choice.to), block.next)
      break
    case 'quiz':
      all.push(...(block.outcomes ?? []).map((outcome) => outcome.to), block.next)
      break
    case 'form':
      all.push(...block.fields.flatMap((field) => (field.choices ?? []).map((choice) => choice.to)), block.next)
      break
  }
  return all.filter((one) => one !== undefined)
}

/** The pages that a page leads to, besides the next one: what makes a capsule branch. */
export function branchesOf(document: EditedDocument, page: EditedPage): EditedPage[] {
  const ids = new Set([...blocksIn(page.blocks)].flatMap(targetsOf))
  return document.pages.filter((one) => ids.has(one.id) && one.id !== page.id)
}

/** Without anything that leads to a page which is not there any more. */
export function withoutTarget(block: Block, gone: string, instead: string): Block {
  const kept = <T extends { readonly to?: string }>(choice: T): T => {
    if (choice.to !== gone) return choice
    const { to: _, ...rest } = choice
    return rest as T
  }
  const onward = <T extends { readonly next?: string }>(one: T): T => {
    if (one.next !== gone) return one
    const { next: _, ...rest } = one
    return rest as T
  }
  switch (block.type) {
    case 'button':
      return block.to === gone ? { ...block, to: instead } : block
    case 'poll':
      return onward({ ...block, choices: block.choices.map(kept) })
    case 'quiz': {
      const outcomes = block.outcomes?.filter((outcome) => outcome.to !== gone)
      return onward({ ...block, ...(outcomes !== undefined && { outcomes }) })
    }
    case 'form':
      return onward({
        ...block,
        fields: block.fields.map((field) =>
          field.choices === undefined ? field : { ...field, choices: field.choices.map(kept) },
        ),
      })
    case 'columns':
      return {
        ...block,
        columns: block.columns.map((column) =>
          column.map((one) => withoutTarget(one, gone, instead)),
        ) as typeof block.columns,
      }
    default:
      return block
  }
}
