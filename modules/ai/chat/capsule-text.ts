import type { CapsuleFile, CapsuleText, CapsuleTextBlock } from './passages.ts'

/** As much of a capsule's document as its chat must know. */
export interface TextSource<B extends TextSourceBlock> {
  readonly pages: readonly { readonly id: string; readonly title?: string; readonly blocks: readonly B[] }[]
  readonly settings?: { readonly language?: string }
}

export interface TextSourceBlock {
  readonly id: string
  readonly type: string
}

/** The text of a published document for its chat; `wordsOf` says what stands in one block, those inside columns too. */
export function capsuleText<B extends TextSourceBlock>(
  capsule: { readonly version: number; readonly title: string },
  document: TextSource<B>,
  wordsOf: (block: B) => string,
): CapsuleText {
  let blocks: readonly CapsuleTextBlock[] | undefined
  return {
    ...capsule,
    language: document.settings?.language,
    // Once it is indexed, a question needs no more than what stands above.
    get blocks() {
      blocks ??= document.pages.flatMap((page) => page.blocks.flatMap((block) => textsOf(block, page.id, wordsOf)))
      return blocks
    },
    get files() {
      return document.pages.flatMap((page) => page.blocks.flatMap((block) => filesOf(block, page.id, capsule.title)))
    },
  }
}

function filesOf(block: TextSourceBlock, page: string, usual: string): CapsuleFile[] {
  if ('columns' in block && Array.isArray(block.columns)) {
    const inner = (block.columns as readonly (readonly TextSourceBlock[])[]).flat()
    return inner.flatMap((one) => filesOf(one, page, usual))
  }
  if (block.type !== 'file' || !('asset' in block) || typeof block.asset !== 'string') return []
  const title = 'title' in block && typeof block.title === 'string' && block.title.trim() !== '' ? block.title : usual
  return [{ block: block.id, page, asset: block.asset, title }]
}

function textsOf<B extends TextSourceBlock>(block: B, page: string, wordsOf: (block: B) => string): CapsuleTextBlock[] {
  if ('columns' in block && Array.isArray(block.columns)) {
    const inner = (block.columns as readonly (readonly B[])[]).flat()
    return inner.flatMap((one) => textsOf(one, page, wordsOf))
  }
  const text = wordsOf(block).trim()
  if (text === '') return []
  return [{ id: block.id, page, kind: block.type === 'heading' ? 'heading' : 'text', text }]
}
