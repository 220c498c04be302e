import { getDocumentProxy } from 'unpdf'
import type { Order, Piece } from './messages.ts'

/** As much of a piece of text of a page as is needed to put lines together. */
interface Item {
  readonly str: string
  readonly hasEOL: boolean
  readonly height: number
  readonly transform: readonly number[]
}

/** A gap of more than so many times the height of the letters begins a paragraph. */
const paragraphGap = 1.9

/** The text of a PDF, page by page, by Mozilla's pdf.js; what is written in pictures is not read. */
export async function* pdfPieces({ bytes, pagesMax }: Order): AsyncGenerator<Piece> {
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    // Fonts and pictures are never drawn here, and nothing of a file is run.
    ...{ isEvalSupported: false, disableFontFace: true, useSystemFonts: false, enableXfa: false },
    ...{ verbosity: 0, stopAtErrors: false, maxImageSize: 1 },
  })
  const pages = Math.min(document.numPages, pagesMax)
  for (let number = 1; number <= pages; number++) {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    page.cleanup()
    const text = paragraphs(items as readonly Item[])
    if (text !== '') yield { kind: 'text', text }
  }
}

/** Lines belong together until a gap, and a word that was parted at a line's end is one again. */
function paragraphs(items: readonly Item[]): string {
  let text = ''
  let lastY: number | undefined
  for (const { str, hasEOL, height, transform } of items) {
    const y = transform[5] ?? 0
    if (str.trim() !== '') {
      if (lastY !== undefined && Math.abs(lastY - y) > Math.max(1, height) * paragraphGap) text = `${text.trimEnd()}\n`
      lastY = y
    }
    text += str
    if (!hasEOL) continue
    text = /\p{Ll}-$/u.test(text) ? text.slice(0, -1) : `${text} `
  }
  return text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
}
