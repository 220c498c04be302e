import { AppError } from '../../../src/errors.ts'
import type { Extracted, Extractor } from '../extraction/extractor.ts'
import { kindOf } from '../extraction/extractor.ts'
import type { Piece } from '../extraction/messages.ts'
import { limits } from '../limits.ts'
import { escaped, headingIn } from './markdown-text.ts'
import { pageText } from './web-page.ts'

/** A document or a page that a draft is made of. */
export interface Source {
  /** What it is called, where it says so. */
  readonly title: string
  readonly markdown: string
  /** Whether there was more than is read. */
  readonly isCut: boolean
}

/** A file of somebody else's server, by the guarded fetch of `modules/media`. */
export interface FetchedFile {
  readonly name: string
  readonly type: string | undefined
  readonly charset: string | undefined
  readonly bytes: AsyncIterable<Uint8Array>
}
export type OpenPage = (address: string) => Promise<FetchedFile>

const headBytes = 1_024
const text = /\.(txt|md|markdown|text)$/i
const faults = {
  encrypted: 'This document is protected by a password. Save it without one and try again.',
  broken: 'This document cannot be read: it is damaged, or not what its name says.',
  'too-large': 'This document is too large to be read.',
  timeout: 'Reading this document took too long.',
  memory: 'This document takes too much memory to be read.',
} as const

/** Reads documents (PDF, Word, text, Markdown) and web pages. */
export class Sources {
  constructor(
    private readonly extractor: Extractor,
    private readonly open: OpenPage | undefined,
  ) {}

  /** @throws AppError invalid, too-large: what is wrong with it. */
  async file(name: string, bytes: ArrayBuffer, signal: AbortSignal): Promise<Source> {
    const title = name.replace(/\.[a-z\d]{1,8}$/i, '').replace(/[_\s]+/g, ' ')
    const kind = kindOf(new Uint8Array(bytes, 0, Math.min(headBytes, bytes.byteLength)), name)
    if (kind !== undefined) return sourceOf(title, await this.extractor.extract(kind, bytes, signal))
    if (/\.html?$/i.test(name)) return pageSource(pageText(textIn(bytes, undefined), 'https://nothing.invalid/'), title)
    if (!text.test(name)) {
      throw new AppError('invalid', 'A draft can be made of a PDF, Word (.docx), text, Markdown or HTML file.')
    }
    const words = textIn(bytes, undefined)
    return cut(title, /\.txt$|\.text$/i.test(name) ? words.split('\n').map(escaped).join('\n') : words)
  }

  /** @throws AppError invalid for an address that may not be asked, does not answer, or is no text; too-large; timeout. */
  async page(address: string, signal: AbortSignal): Promise<Source> {
    if (this.open === undefined) throw new AppError('unavailable', 'This server fetches no pages.')
    const { name, type, charset, bytes } = await this.open(address)
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) {
      signal.throwIfAborted()
      chunks.push(chunk)
    }
    const whole = new Uint8Array(Buffer.concat(chunks)).buffer
    const isPage = type === undefined || type === 'text/html' || type === 'application/xhtml+xml'
    if (isPage) return pageSource(pageText(textIn(whole, charset), address), new URL(address).hostname)
    return this.file(type.startsWith('text/') && !text.test(name) ? `${name || 'page'}.txt` : name, whole, signal)
  }
}

function pageSource({ title, markdown }: ReturnType<typeof pageText>, otherwise: string): Source {
  if (markdown.trim() === '') {
    throw new AppError('invalid', 'There is no text on this page. Pages that scripts write cannot be read here.')
  }
  return cut(title === '' ? otherwise : title, markdown)
}

function sourceOf(title: string, { pieces, fault }: Extracted): Source {
  // What was read before a limit is worth having; nothing at all is not.
  if (pieces.length === 0) {
    throw new AppError('invalid', fault === undefined ? 'There is no text in this document.' : faults[fault])
  }
  const source = cut(title, pieces.map(pieceText).join('\n\n'))
  return fault === undefined ? source : { ...source, isCut: true }
}

/** Paragraphs stand on lines of their own; what begins like an item of a list is one. */
function pieceText({ kind, text }: Piece): string {
  if (kind === 'heading') return `## ${escaped(text)}`
  const isItem = (line: string) => /^\s*([•‣▪–*-]|\d{1,3}[.)])\s+/.test(line)
  return text
    .split('\n')
    .map((line, n, all) => {
      const words = isItem(line) ? line.replace(/^\s*[•‣▪–*-]\s+/, '- ') : escaped(line)
      return `${n > 0 && isItem(line) && isItem(all[n - 1] ?? '') ? '\n' : n > 0 ? '\n\n' : ''}${words}`
    })
    .join('')
}

function cut(title: string, markdown: string): Source {
  const own = markdown
    .split('\n')
    .map(headingIn)
    .find((one) => one?.level === 1)?.text
  return {
    title: own ?? title,
    markdown: markdown.slice(0, limits.sourceLengthMax).toWellFormed(),
    isCut: markdown.length > limits.sourceLengthMax,
  }
}

/** By the server's word, the page's own (WHATWG HTML, 13.2.3.2: in its first 1,024 bytes), or as UTF-8. */
function textIn(bytes: ArrayBuffer, charset: string | undefined): string {
  const head = new TextDecoder('latin1').decode(bytes.slice(0, headBytes))
  const label = charset ?? /<meta[^>]+charset\s*=\s*["']?([\w-]{1,40})/i.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label as 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
