import type { Block } from '../../../../capsule/index.ts'
import { noAddress, noSource } from './making.ts'
import { targetsOf } from './targets.ts'
import { blocksIn, type EditedDocument, type EditedPage } from './tree.ts'
import { richText } from './words.ts'

export type Finding =
  | 'noAlt'
  | 'noSource'
  | 'noAddress'
  | 'emptyText'
  | 'emptyHeading'
  | 'emptyChoice'
  | 'emptyQuestion'
  | 'emptyLabel'
  | 'emptyPage'
  | 'brokenTarget'
  | 'noCorrect'
  | 'deadEnd'

export interface Found {
  readonly finding: Finding
  /** An error stands against publishing; a warning is worth a look. */
  readonly weight: 'error' | 'warning'
  readonly page: string
  readonly block?: string
}

const errors: readonly Finding[] = [
  'noSource',
  'noAddress',
  'emptyHeading',
  'emptyChoice',
  'emptyQuestion',
  'emptyLabel',
  'brokenTarget',
  'noCorrect',
]

/** What a reader would stumble over, looked for before it is published. */
export function check(document: EditedDocument): Found[] {
  const pages = new Set(document.pages.map((page) => page.id))
  const found: Found[] = []
  const report = (finding: Finding, page: string, block?: string) =>
    found.push({
      finding,
      page,
      weight: errors.includes(finding) ? 'error' : 'warning',
      ...(block !== undefined && { block }),
    })
  for (const page of document.pages) {
    if (page.blocks.length === 0) report('emptyPage', page.id)
    for (const block of blocksIn(page.blocks)) {
      for (const finding of new Set(findingsOf(block, pages))) report(finding, page.id, block.id)
    }
  }
  for (const page of unreached(document)) report('deadEnd', page.id)
  return found.toSorted((a, b) => Number(a.weight === 'warning') - Number(b.weight === 'warning'))
}

const isEmpty = (text: string | undefined) => (text ?? '').trim() === ''

function* findingsOf(block: Block, pages: ReadonlySet<string>): Generator<Finding> {
  if (block.type !== 'button' && targetsOf(block).some((id) => !pages.has(id))) yield 'brokenTarget'
  switch (block.type) {
    case 'heading':
      if (isEmpty(block.text)) yield 'emptyHeading'
      return
    case 'richText':
      if (isEmpty(richText(block.content))) yield 'emptyText'
      return
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      if (block.src === noSource) yield 'noSource'
      else if (block.type === 'image' && isEmpty(block.alt)) yield 'noAlt'
      return
    case 'embed':
      if (block.url === noAddress) yield 'noAddress'
      return
    case 'button':
      if (isEmpty(block.label)) yield 'emptyLabel'
      if (!pages.has(block.to) && !URL.canParse(block.to)) yield 'brokenTarget'
      return
    case 'poll':
      if (isEmpty(block.question)) yield 'emptyQuestion'
      if (block.choices.some((choice) => isEmpty(choice.text))) yield 'emptyChoice'
      return
    case 'quiz':
      for (const question of block.questions) {
        if (isEmpty(question.text)) yield 'emptyQuestion'
        if (question.correct.length === 0) yield 'noCorrect'
        if (question.choices.some((choice) => isEmpty(choice.text))) yield 'emptyChoice'
      }
      return
    case 'form':
      for (const field of block.fields) {
        if (isEmpty(field.label)) yield 'emptyLabel'
        if (field.choices?.some((choice) => isEmpty(choice.text))) yield 'emptyChoice'
      }
      return
  }
}

/** Visitors go on from page to page, so a page is unreached only when nothing at all stands before it. */
function unreached(document: EditedDocument): EditedPage[] {
  const led = new Set(document.pages.flatMap((page) => [...blocksIn(page.blocks)].flatMap(targetsOf)))
  return document.pages.filter((page, n) => n > 0 && !led.has(page.id) && document.pages[n - 1]?.blocks.length === 0)
}
