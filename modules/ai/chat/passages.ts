import { termsOf } from './words.ts'

/** The text of a published capsule, block by block, as the composition root reads it from the capsule module. */
export interface CapsuleText {
  readonly version: number
  readonly title: string
  /** BCP 47. */
  readonly language?: string | undefined
  readonly blocks: readonly CapsuleTextBlock[]
  /** Uploaded files that it shows: their text is added later. */
  readonly files?: readonly CapsuleFile[]
}

export interface CapsuleFile {
  /** The block that shows it, and the id of its page. */
  readonly block: string
  readonly page: string
  readonly asset: string
  readonly title: string
}

export interface CapsuleTextBlock {
  readonly id: string
  /** The id of its page. */
  readonly page: string
  /** Headings name what follows them. */
  readonly kind: 'heading' | 'text'
  /** Paragraphs stand on lines of their own. */
  readonly text: string
}

/** The text that visitors see now; undefined: there is no such published capsule of this organization. */
export type TextOf = (organizationId: string, capsuleId: string) => CapsuleText | undefined

export interface Passage {
  readonly number: number
  readonly page: string
  readonly block: string
  readonly heading: string
  readonly text: string
  readonly words: number
}

/** A passage is about a paragraph: enough to answer, little enough to be about one thing. */
const wordsMost = 90
const wordsFew = 25
const headingLengthMax = 300
/** A sentence that never ends is cut. */
const sentenceLengthMax = 1_200
export const passagesOfCapsuleMax = 20_000

/** Cuts a capsule's text into passages; none crosses a block, so that each can be cited by it. */
export function passagesOf({ title, blocks }: Pick<CapsuleText, 'title' | 'blocks'>): Passage[] {
  const passages: Passage[] = []
  let heading = title
  let page: string | undefined
  for (const block of blocks) {
    if (block.page !== page) {
      page = block.page
      heading = title
    }
    if (block.kind === 'heading') heading = block.text.slice(0, headingLengthMax)
    const texts = block.kind === 'heading' ? [block.text] : piecesOf(block.text)
    for (const text of texts) {
      if (passages.length >= passagesOfCapsuleMax) return passages
      const words = termsOf(text).length
      if (words === 0) continue
      passages.push({ number: passages.length, page: block.page, block: block.id, heading, text, words })
    }
  }
  return passages
}

/** Paragraphs; long ones by sentences, short ones together, each still on lines of its own. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let open = ''
  let openWords = 0
  let between = ' '
  const close = () => {
    if (open !== '') pieces.push(open)
    open = ''
    openWords = 0
  }
  for (const paragraph of text.split(/\n+/)) {
    for (const sentence of sentencesOf(paragraph)) {
      const words = sentence.split(/\s+/).length
      if (openWords > 0 && openWords + words > wordsMost) close()
      open = open === '' ? sentence : `${open}${between}${sentence}`
      between = ' '
      openWords += words
    }
    if (openWords >= wordsFew) close()
    between = '\n'
  }
  close()
  return pieces
}

export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?…])\s+(?=[\p{Lu}\p{N}"“‘(«¿¡])|(?<=[。！？])|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
    .flatMap((sentence) => sliced(sentence))
}

function sliced(sentence: string): string[] {
  if (sentence.length <= sentenceLengthMax) return [sentence]
  const slices: string[] = []
  for (let at = 0; at < sentence.length; at += sentenceLengthMax)
    slices.push(sentence.slice(at, at + sentenceLengthMax))
  return slices
}
