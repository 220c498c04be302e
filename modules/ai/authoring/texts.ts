import type { Block, CapsuleDocument } from '../../capsule/index.ts'
import { limits } from '../../capsule/index.ts'
import type { RichNode } from './markdown-text.ts'
import { line, prose } from './wording.ts'

/** A text of a document that is put into another language, as a translator sees it. */
export interface Run {
  readonly text: string
  /** False: it is not taken, and the document stays as it was. */
  put(text: string): boolean
}

/** A node of rich text that is changed in place. */
interface OpenNode {
  type: string
  text?: string
  content?: OpenNode[]
  marks?: RichNode['marks']
}

/**
 * Every text of a document, in reading order. Putting one changes the document given and keeps everything else of it: ids,
 * structure, marks. In a paragraph with marks these are numbered tags: `See <1>the tour</1>.`
 */
export function runsOf(document: CapsuleDocument): Run[] {
  const { settings } = document
  return [
    ...(settings === undefined ? [] : field(settings, 'description', 300)),
    ...document.pages.flatMap((page) => [
      ...field(page, 'title', limits.titleLengthMax),
      ...(page.blocks as Block[]).flatMap(runsIn),
    ]),
  ]
}

function runsIn(block: Block): Run[] {
  const { titleLengthMax: short, textLengthMax: long } = limits
  const choices = (all: { text: string }[] | undefined) => (all ?? []).flatMap((one) => field(one, 'text', short))
  switch (block.type) {
    case 'heading':
      return field(block, 'text', short)
    case 'richText':
      return paragraphsIn(block.content as OpenNode).flatMap(runsOfParagraph)
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return [...field(block, 'alt', long), ...field(block, 'title', long), ...field(block, 'caption', long)]
    case 'embed':
      return field(block, 'title', long)
    case 'button':
      return field(block, 'label', short)
    case 'columns':
      return block.columns.flat().flatMap((one) => runsIn(one))
    case 'poll':
      return [...field(block, 'question', long), ...choices(block.choices)]
    case 'quiz':
      return block.questions.flatMap((one) => [
        ...field(one, 'text', long),
        ...choices(one.choices),
        ...field(one, 'explanation', long),
      ])
    case 'form':
      return block.fields.flatMap((one) => [...field(one, 'label', short), ...choices(one.choices)])
    case 'chat':
      return [...field(block, 'greeting', long), ...(block.starters ?? []).flatMap((_, n, all) => item(all, n, short))]
    case 'divider':
      return []
  }
}

function field<K extends string>(owner: { [key in K]?: string | undefined }, name: K, lengthMax: number): Run[] {
  return run(owner[name], lengthMax, (text) => {
    owner[name] = text as (typeof owner)[K]
  })
}

function item(list: string[], n: number, lengthMax: number): Run[] {
  return run(list[n], lengthMax, (text) => {
    list[n] = text
  })
}

function run(text: string | undefined, lengthMax: number, set: (text: string) => void): Run[] {
  if (text === undefined || !/\p{L}/u.test(text)) return []
  const put = (given: string) => {
    const words = lengthMax > limits.titleLengthMax ? prose(given, lengthMax + 1) : line(given, lengthMax + 1)
    if (words === '' || words.length > lengthMax) return false
    set(words)
    return true
  }
  return [{ text, put }]
}

/** What holds text itself; code is not language. */
function paragraphsIn(node: OpenNode): OpenNode[] {
  if (node.type === 'codeBlock') return []
  const children = node.content ?? []
  return children.some(({ type }) => type === 'text') ? [node] : children.flatMap(paragraphsIn)
}

/** Several times what it was, and room for short ones. */
const growthMax = 6
const growthLengthMin = 400

function runsOfParagraph(paragraph: OpenNode): Run[] {
  const nodes = paragraph.content ?? []
  if (!nodes.some(({ text }) => /\p{L}/u.test(text ?? ''))) return []
  const text = nodes.map(tagged).join('')
  const put = (given: string) => {
    if (given.length > growthLengthMin + text.length * growthMax) return false
    const made = nodesIn(prose(given, given.length), nodes)
    if (made !== undefined) paragraph.content = made
    return made !== undefined
  }
  return [{ text, put }]
}

/** Plain text as it is; marked text within its number; what is no language (code, a break) as its number alone. */
function tagged({ type, text = '', marks = [] }: OpenNode, n: number): string {
  if (type !== 'text' || marks.some((mark) => mark.type === 'code')) return `<${n}/>`
  const words = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return marks.length === 0 ? words : `<${n}>${words}</${n}>`
}

/** Undefined when a number is missing, stands twice, or is another's. */
function nodesIn(text: string, nodes: readonly OpenNode[]): OpenNode[] | undefined {
  const wanted = new Set(nodes.flatMap((node, n) => (tagged(node, n).startsWith(`<${n}`) ? [n] : [])))
  const made: OpenNode[] = []
  let rest = 0
  const plain = (words: string) => {
    const own = words.replaceAll('&lt;', '<').replaceAll('&amp;', '&')
    if (own !== '') made.push({ type: 'text', text: own })
  }
  for (const match of text.matchAll(/<(\d{1,4})(?:\/>|>(.*?)<\/\1>)/gs)) {
    const [whole, number, inner] = match
    const n = Number(number)
    const node = nodes[n]
    if (node === undefined || !wanted.delete(n)) return undefined
    const isAlone = tagged(node, n) === `<${n}/>`
    if (isAlone !== (inner === undefined) || inner === '' || inner?.includes('<')) return undefined
    plain(text.slice(rest, match.index))
    made.push(isAlone ? node : { ...node, text: inner?.replaceAll('&lt;', '<').replaceAll('&amp;', '&') ?? '' })
    rest = match.index + whole.length
  }
  plain(text.slice(rest))
  return wanted.size > 0 || made.length === 0 ? undefined : made
}
