import { addressFault } from '../../capsule/index.ts'
import { isRecord } from '../requests.ts'
import { prose, withoutTags } from './wording.ts'

/** A node of rich text (ProseMirror's names). */
export interface RichNode {
  readonly type: string
  readonly text?: string
  readonly content?: readonly RichNode[]
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly marks?: readonly RichMark[]
}
interface RichMark {
  readonly type: string
  readonly attrs?: { readonly href: string }
}

const depthMax = 4
const linkSchemes = ['https:', 'mailto:']
const bullet = /^\s*[-*+•]\s+/
const number = /^\s*\d{1,3}[.)]\s+/
const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/
const rule = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/
const fence = /^\s*```/

/** Rich text of Markdown: nothing but what a document may hold, whatever stands in it. Tags are taken out, but for those of underlines and of what stands low or high. */
export function richTextOf(markdown: string): RichNode {
  const content = blocksOf(prose(markdown, 200_000).split('\n'), 0)
  return { type: 'doc', content: content.length > 0 ? content : [{ type: 'paragraph' }] }
}

/** The heading that a line is. */
export function headingIn(text: string): { readonly level: number; readonly text: string } | undefined {
  const match = heading.exec(text)
  return match === null ? undefined : { level: match[1]?.length ?? 1, text: match[2] ?? '' }
}

/** Words as they stand, without any mark. */
export function wordsIn(node: RichNode): string {
  return node.text ?? (node.content ?? []).map(wordsIn).join('')
}

export function inlineOf(text: string): readonly RichNode[] {
  return inline(text, [], 0)
}

function blocksOf(lines: readonly string[], depth: number): RichNode[] {
  const nodes: RichNode[] = []
  let at = 0
  const while_ = (test: (text: string) => boolean): string[] => {
    const from = at
    while (at < lines.length && test(lines[at] ?? '')) at++
    return lines.slice(from, at)
  }
  while (at < lines.length) {
    const text = lines[at] ?? ''
    const head = headingIn(text)
    if (text.trim() === '') at++
    else if (fence.test(text)) {
      at++
      const code = while_((one) => !fence.test(one)).join('\n')
      at++
      if (code !== '') nodes.push({ type: 'codeBlock', content: [{ type: 'text', text: code }] })
    } else if (rule.test(text)) {
      at++
      nodes.push({ type: 'horizontalRule' })
    } else if (head !== undefined) {
      at++
      nodes.push({
        type: 'heading',
        attrs: { level: Math.min(4, Math.max(2, head.level)) },
        content: inlineOf(head.text),
      })
    } else if (depth < depthMax && /^\s*>/.test(text)) {
      const inner = while_((one) => /^\s*>/.test(one)).map((one) => one.replace(/^\s*> ?/, ''))
      nodes.push({ type: 'blockquote', content: orEmpty(blocksOf(inner, depth + 1)) })
    } else if (bullet.test(text))
      nodes.push(
        list(
          'bulletList',
          bullet,
          while_((one) => bullet.test(one)),
        ),
      )
    else if (number.test(text))
      nodes.push(
        list(
          'orderedList',
          number,
          while_((one) => number.test(one)),
        ),
      )
    else {
      const own = while_(isPlain)
      // A line that begins like a block and is none is a paragraph by itself.
      if (own.length === 0) own.push(lines[at++] ?? '')
      nodes.push(paragraph(own))
    }
  }
  return nodes
}

function isPlain(text: string): boolean {
  const other = fence.test(text) || rule.test(text) || /^\s*>/.test(text) || bullet.test(text) || number.test(text)
  return text.trim() !== '' && !other && headingIn(text) === undefined
}

function orEmpty(nodes: RichNode[]): RichNode[] {
  return nodes.length > 0 ? nodes : [{ type: 'paragraph' }]
}

function list(type: string, mark: RegExp, lines: readonly string[]): RichNode {
  const items = lines.map((one) => ({ type: 'listItem', content: [paragraph([one.replace(mark, '')])] }))
  return { type, content: items }
}

/** Lines go on in one another, unless one ends with two spaces. */
function paragraph(lines: readonly string[]): RichNode {
  const content: RichNode[] = []
  let open = ''
  for (const [n, one] of lines.entries()) {
    open = open === '' ? one.trim() : `${open} ${one.trim()}`
    const breaks = / {2}$/.test(one) && n < lines.length - 1
    if (!breaks) continue
    content.push(...inlineOf(open), { type: 'hardBreak' })
    open = ''
  }
  content.push(...inlineOf(open))
  return content.length > 0 ? { type: 'paragraph', content } : { type: 'paragraph' }
}

/** The only tags that mean something; all others are taken out. */
const markOfTag: Readonly<Record<string, string>> = { u: 'underline', sub: 'subscript', sup: 'superscript' }

/** In the order in which they are looked for at a place; each bounded, so that no line takes long. A tag that is escaped closes nothing. */
const spans =
  /\\([\\`*_[\]~#<>+.!)-])|`([^`]{1,1000})`|!?\[([^[\]]{0,300})\]\(([^()\s]{1,2000})\)|(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\5(?![*_])|~~(?=\S)(.{1,2000}?)~~|\*(?=\S)([^*]{1,2000})(?<=\S)\*|(?<![\p{L}\p{N}])_(?=\S)([^_]{1,2000})(?<=\S)_(?![\p{L}\p{N}])|<(u|sub|sup)>(?=\S)((?:\\.|[^\\\n]){1,2000}?)(?<=\S)<\/\10>/u

function inline(text: string, marks: readonly RichMark[], depth: number): RichNode[] {
  const nodes: RichNode[] = []
  const say = (words: string, own: readonly RichMark[] = marks) => {
    if (words !== '') nodes.push({ type: 'text', text: words, ...(own.length > 0 && { marks: own }) })
  }
  const within = (words: string, mark: RichMark) => {
    const isNew = !marks.some((one) => one.type === mark.type)
    nodes.push(...inline(words, isNew ? [...marks, mark] : marks, depth + 1))
  }
  let rest = text
  let open = ''
  for (let match = spans.exec(rest); match !== null && depth < 6; match = spans.exec(rest)) {
    const [whole, escaped, code, label, address, , bold, strike, italic, low, tag, tagged] = match
    open += withoutTags(rest.slice(0, match.index))
    rest = rest.slice(match.index + whole.length)
    if (escaped !== undefined) {
      open += escaped
      continue
    }
    say(open)
    open = ''
    if (code !== undefined) say(code, [...marks, { type: 'code' }])
    else if (label !== undefined && address !== undefined) {
      const isSafe = addressFault(address, linkSchemes) === undefined && label.trim() !== ''
      if (isSafe) within(label, { type: 'link', attrs: { href: address } })
      else nodes.push(...inline(label, marks, depth + 1))
    } else if (bold !== undefined) within(bold, { type: 'bold' })
    else if (strike !== undefined) within(strike, { type: 'strike' })
    else if (tag !== undefined) within(tagged ?? '', { type: markOfTag[tag] ?? tag })
    else within(italic ?? low ?? '', { type: 'italic' })
  }
  say(open + withoutTags(rest))
  return nodes
}

/** Rich text as Markdown, to be read and written again by a model; with the three tags for which Markdown has no sign. */
export function markdownOf(content: unknown): string {
  if (!isRecord(content) || !Array.isArray(content.content)) return ''
  return blockLines(content.content as readonly RichNode[])
    .join('\n')
    .trim()
}

function blockLines(nodes: readonly RichNode[]): string[] {
  return nodes.flatMap((node) => {
    const inner = node.content ?? []
    switch (node.type) {
      case 'heading':
        return [`${'#'.repeat(Number(node.attrs?.level ?? 2))} ${inlineText(inner)}`, '']
      case 'bulletList':
        return [...inner.map((item) => `- ${itemText(item)}`), '']
      case 'orderedList':
        return [...inner.map((item, n) => `${n + 1}. ${itemText(item)}`), '']
      case 'blockquote':
        return [...blockLines(inner).map((one) => `> ${one}`.trimEnd()), '']
      case 'codeBlock':
        return ['```', wordsIn(node), '```', '']
      case 'horizontalRule':
        return ['---', '']
      default:
        return [inlineText(inner), '']
    }
  })
}

function itemText(item: RichNode): string {
  return (item.content ?? [])
    .map((one) => (one.type === 'paragraph' ? inlineText(one.content ?? []) : wordsIn(one)))
    .join(' ')
}

const signs: Readonly<Record<string, readonly [string, string]>> = {
  bold: ['**', '**'],
  italic: ['*', '*'],
  strike: ['~~', '~~'],
  underline: ['<u>', '</u>'],
  subscript: ['<sub>', '</sub>'],
  superscript: ['<sup>', '</sup>'],
}

function inlineText(nodes: readonly RichNode[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'hardBreak') return '  \n'
      const text = node.text ?? ''
      const marks = node.marks ?? []
      if (marks.some(({ type }) => type === 'code')) return `\`${text.replaceAll('`', "'")}\``
      return marks.reduce((inner, mark) => marked(inner, mark), escaped(text))
    })
    .join('')
}

function marked(text: string, { type, attrs }: RichMark): string {
  if (type === 'link') return `[${text}](${attrs?.href ?? ''})`
  const sign = signs[type]
  if (sign === undefined) return text
  const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? []
  return words === '' ? text : `${before}${sign[0]}${words}${sign[1]}${after}`
}

/** Words that would mean something else in Markdown. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_[\]~]|<(?=\/?[a-z])/gi, '\\$&').replace(/^(\s*\d{0,3})([-+>#.)])(?=\s)/, '$1\\$2')
}
