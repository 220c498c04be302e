import mammoth from 'mammoth'
import { checkArchive } from './archive.ts'
import { withItemSigns } from './lists.ts'
import type { Order, Piece } from './messages.ts'

/** The text of a Word document, by mammoth: its headings, paragraphs, lists and tables. */
export async function* docxPieces({ bytes, unpackedBytesMax }: Order): AsyncGenerator<Piece> {
  checkArchive(new Uint8Array(bytes), unpackedBytesMax)
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes) },
    { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), includeEmbeddedStyleMap: false },
  )
  let open: string[] = []
  for (const [, name = '', inner = ''] of withItemSigns(value).matchAll(blocks)) {
    const text = plain(inner)
    if (text === '') continue
    if (name.startsWith('h')) {
      if (open.length > 0) yield { kind: 'text', text: open.join('\n') }
      open = []
      yield { kind: 'heading', text }
    } else open.push(text)
  }
  if (open.length > 0) yield { kind: 'text', text: open.join('\n') }
}

/** The blocks that mammoth writes; those of cells and list items hold the text themselves or as paragraphs. */
const blocks = /<(h[1-6]|p|li|tr)\b[^>]*>(.*?)(?=<(?:h[1-6]|p|li|tr)\b|<\/(?:h[1-6]|p|li|tr)>)/gs

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }

function plain(html: string): string {
  return html
    .replace(/<\/?(?:td|th|br)\b[^>]*>/g, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => named[name] ?? ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
