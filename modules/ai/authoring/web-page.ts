import { addressFault } from '../../capsule/index.ts'
import { limits } from '../limits.ts'
import { escaped } from './markdown-text.ts'

export interface PageText {
  readonly title: string
  /** Its headings, paragraphs, lists, links and emphasis. */
  readonly markdown: string
}

/** What is around a page's content, or no text at all. */
const skipped = new Set(
  'script style noscript template svg math iframe object canvas video audio select textarea button form dialog nav aside footer'.split(
    ' ',
  ),
)
const breaks = new Set(
  'p div section article main header h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr blockquote pre figure figcaption hr address details summary'.split(
    ' ',
  ),
)
const signs: Readonly<Record<string, string>> = { strong: '**', b: '**', em: '*', i: '*' }
/** Of a page's main part; with less than that everything counts. */
const mainLengthMin = 200

interface Line {
  readonly text: string
  readonly isMain: boolean
}

/** The text of an HTML page as Markdown. Nothing of it is run or fetched, and no tag comes through. */
export function pageText(html: string, address: string): PageText {
  return new PageReader(address).read(html.slice(0, limits.sourcePageLengthMax))
}

type Element = HTMLRewriterTypes.Element

/** What is open at a place of a page, while it is gone through once from its beginning to its end. */
class PageReader {
  readonly #lines: Line[] = []
  readonly #lists: { readonly isOrdered: boolean; count: number }[] = []
  #title = ''
  #text = ''
  /** The line that is open, and what it begins with. */
  #open = ''
  #prefix = ''
  #isLink = false
  /** How many elements of a kind are open. */
  readonly #count = { title: 0, skip: 0, main: 0 }

  constructor(private readonly address: string) {}

  read(html: string): PageText {
    new HTMLRewriter()
      .on('*', { element: (element) => this.#enter(element) })
      .onDocument({ text: (chunk) => this.#words(chunk) })
      .transform(html)
    this.#flush()
    const own = this.#lines.filter(({ isMain }) => isMain)
    const isOwn = own.reduce((sum, { text }) => sum + text.length, 0) >= mainLengthMin
    const title = decoded(this.#title).replace(/\s+/g, ' ').trim()
    return { title, markdown: joined(isOwn ? own : this.#lines) }
  }

  /** One handler for all: an element has room for one that hears of its end. */
  #enter(element: Element): void {
    const { tagName } = element
    if (tagName === 'br' || tagName === 'td' || tagName === 'th') this.#say(' ')
    if (tagName === 'li') this.#item()
    else if (breaks.has(tagName)) this.#flush(prefixOf(tagName))
    if (element.selfClosing || !element.canHaveContent) return
    const leaving = [
      ...(breaks.has(tagName) ? [() => this.#flush()] : []),
      ...(tagName === 'title' ? [this.#counted('title')] : []),
      ...(tagName === 'main' || tagName === 'article' ? [this.#counted('main')] : []),
      ...(tagName === 'ul' || tagName === 'ol' ? [this.#list(tagName === 'ol')] : []),
      ...(signs[tagName] === undefined ? [] : [this.#signed(signs[tagName])]),
      ...(tagName === 'a' ? [this.#link(element.getAttribute('href') ?? '')] : []),
      ...(isSkipped(element) ? [this.#counted('skip')] : []),
    ]
    if (leaving.length > 0) element.onEndTag(() => leaving.forEach((leave) => leave()))
  }

  #counted(name: 'title' | 'skip' | 'main'): () => void {
    this.#count[name]++
    return () => {
      this.#count[name]--
    }
  }

  #signed(sign: string): () => void {
    this.#say(sign)
    return () => this.#say(sign)
  }

  /** A piece of text may come in several chunks, an entity half in one and half in the next. */
  #words({ text, lastInTextNode }: HTMLRewriterTypes.Text): void {
    this.#text += text
    if (!lastInTextNode) return
    if (this.#count.title > 0) this.#title += this.#text
    else this.#say(escaped(decoded(this.#text)))
    this.#text = ''
  }

  #say(text: string): void {
    if (this.#count.skip === 0) this.#open += text
  }

  #flush(next = ''): void {
    const text = this.#open.replace(/\s+/g, ' ').trim()
    if (text !== '') this.#lines.push({ text: this.#prefix + text, isMain: this.#count.main > 0 })
    this.#open = ''
    this.#prefix = next
  }

  #list(isOrdered: boolean): () => void {
    this.#lists.push({ isOrdered, count: 0 })
    return () => void this.#lists.pop()
  }

  #item(): void {
    const list = this.#lists.at(-1)
    if (list !== undefined) list.count++
    this.#flush(list?.isOrdered === true ? `${list.count}. ` : '- ')
  }

  #link(href: string): () => void {
    const target = linkOf(href, this.address)
    if (target === undefined || this.#isLink) return () => {}
    this.#isLink = true
    this.#say('[')
    return () => {
      this.#isLink = false
      this.#say(`](${target})`)
    }
  }
}

function prefixOf(tagName: string): string {
  const level = /^h([1-6])$/.exec(tagName)?.[1]
  return level !== undefined ? `${'#'.repeat(Number(level))} ` : tagName === 'blockquote' ? '> ' : ''
}

function isSkipped(element: Element): boolean {
  return (
    skipped.has(element.tagName) || element.hasAttribute('hidden') || element.getAttribute('aria-hidden') === 'true'
  )
}

/** Items of a list stand together, everything else by itself; empty links and emphasis are nothing. */
function joined(lines: readonly Line[]): string {
  const isItem = (text: string) => /^(- |\d+\. )/.test(text)
  let markdown = ''
  let last = ''
  for (const { text } of lines) {
    const words = text
      .replace(/\[\s*\]\([^()\s]*\)/g, '')
      .replace(/\*\*\s*\*\*/g, '')
      .trim()
    if (/^(#{1,6}|-|>|\d+\.)?$/.test(words)) continue
    markdown += `${last === '' ? '' : isItem(last) && isItem(words) ? '\n' : '\n\n'}${words}`
    last = words
  }
  return markdown
}

function linkOf(href: string, base: string): string | undefined {
  if (href.startsWith('#') || !URL.canParse(decoded(href), base)) return undefined
  const target = new URL(decoded(href), base).href.replaceAll('(', '%28').replaceAll(')', '%29')
  return addressFault(target, ['https:', 'mailto:']) === undefined ? target : undefined
}

/** The names that prose is written with; what is unknown stays as it stands. */
const named: Readonly<Record<string, string>> = Object.fromEntries(
  'amp&lt<gt>quot"apos\'nbsp shy\u00adndash–mdash—hellip…lsquo‘rsquo’sbquo‚ldquo“rdquo”bdquo„laquo«raquo»bull•middot·times×deg°euro€pound£copy©reg®trade™sect§frac12½szligßaumläoumlöuumlüAumlÄOumlÖUumlÜeacuteéegraveèecircêeumlëagraveàaacuteáacircâaringåaeligæccedilçiacuteíigraveìicircîiumlïntildeñoacuteóograveòocircôoslashøuacuteúugraveùucircûEacuteÉAgraveÀCcedilÇ'
    .match(/[a-zA-Z]+\d*[^a-zA-Z\d]/g)
    ?.map((one) => [one.slice(0, -1), one.slice(-1)]) ?? [],
)

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' '
  })
}
