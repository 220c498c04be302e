import { type Faults, step } from './faults.ts'
import type { Block, CapsuleDocument, LeafBlock } from './schema.ts'
import { addressFault } from './urls.ts'

/** What a schema cannot say: ids that are unique, targets that exist, addresses that are safe. */
export function checkMeaning(document: CapsuleDocument, faults: Faults): void {
  const pages = new Set<string>()
  document.pages.forEach((page, n) => {
    if (pages.has(page.id)) faults.add(`/pages/${n}/id`, `"${page.id}" is another page's id`)
    pages.add(page.id)
  })
  const blocks = new Set<string>()
  document.pages.forEach((page, n) => {
    eachBlock(page.blocks as Block[], `/pages/${n}/blocks`, (block, pointer) => {
      if (blocks.has(block.id)) faults.add(`${pointer}/id`, `"${block.id}" is another block's id`)
      blocks.add(block.id)
      checkBlock(block, pointer, pages, faults)
    })
  })
}

function eachBlock(blocks: readonly Block[], pointer: string, visit: (block: Block, pointer: string) => void): void {
  blocks.forEach((block, n) => {
    visit(block, `${pointer}/${n}`)
    if (block.type === 'columns') {
      block.columns.forEach((column, k) => eachBlock(column, `${pointer}/${n}/columns/${k}`, visit))
    }
  })
}

function checkBlock(block: Block, pointer: string, pages: ReadonlySet<string>, faults: Faults): void {
  const target = (to: string | undefined, place: string) => {
    if (to !== undefined && !pages.has(to)) faults.add(place, `there is no page "${to}"`)
  }
  switch (block.type) {
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return checkMedia(block, pointer, faults)
    case 'embed': {
      const fault = addressFault(block.url, ['https:'])
      if (fault !== undefined) faults.add(`${pointer}/url`, fault)
      return
    }
    case 'button': {
      if (pages.has(block.to)) return
      const fault = addressFault(block.to, ['https:', 'mailto:', 'tel:'])
      if (fault !== undefined) faults.add(`${pointer}/to`, `is no page of this capsule, and ${fault}`)
      return
    }
    case 'poll':
      uniqueIds(block.choices, `${pointer}/choices`, faults)
      block.choices.forEach((choice, n) => target(choice.to, `${pointer}/choices/${n}/to`))
      return target(block.next, `${pointer}/next`)
    case 'quiz':
      return checkQuiz(block, pointer, target, faults)
    case 'form':
      uniqueIds(block.fields, `${pointer}/fields`, faults)
      block.fields.forEach((field, n) => {
        const place = `${pointer}/fields/${n}/choices`
        if (field.kind === 'choice' && field.choices === undefined) faults.add(place, 'is missing')
        if (field.kind !== 'choice' && field.choices !== undefined)
          faults.add(place, `a ${field.kind} field has no choices`)
        uniqueIds(field.choices ?? [], place, faults)
        field.choices?.forEach((choice, k) => target(choice.to, `${place}/${k}/to`))
      })
      return target(block.next, `${pointer}/next`)
  }
}

function checkMedia(
  block: Extract<LeafBlock, { type: 'image' | 'video' | 'audio' | 'file' }>,
  pointer: string,
  faults: Faults,
): void {
  if ((block.asset === undefined) === (block.src === undefined)) {
    faults.add(pointer, 'names either an uploaded file (asset) or an address (src)')
  }
  if (block.src === undefined || /^\/-\/[\w./-]+$/.test(block.src)) return
  const fault = addressFault(block.src, ['https:'])
  if (fault !== undefined) faults.add(`${pointer}/src`, fault)
}

function checkQuiz(
  block: Extract<LeafBlock, { type: 'quiz' }>,
  pointer: string,
  target: (to: string | undefined, place: string) => void,
  faults: Faults,
): void {
  uniqueIds(block.questions, `${pointer}/questions`, faults)
  block.questions.forEach((question, n) => {
    const place = `${pointer}/questions/${n}`
    uniqueIds(question.choices, `${place}/choices`, faults)
    question.correct.forEach((id, k) => {
      if (!question.choices.some((choice) => choice.id === id)) {
        faults.add(`${place}/correct/${k}`, `there is no choice "${id}"`)
      }
    })
  })
  block.outcomes?.forEach((outcome, n) => target(outcome.to, `${pointer}/outcomes/${n}/to`))
  target(block.next, `${pointer}/next`)
}

function uniqueIds(items: readonly { readonly id: string }[], pointer: string, faults: Faults): void {
  const seen = new Set<string>()
  items.forEach((item, n) => {
    if (seen.has(item.id)) faults.add(pointer + step(n) + step('id'), `"${item.id}" stands twice`)
    seen.add(item.id)
  })
}
