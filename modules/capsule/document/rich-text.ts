import { Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { type Faults, step } from './faults.ts'
import { addressFault } from './urls.ts'

/** The elements of rich text (ProseMirror's names), the tag each becomes, and what it may hold. */
const elements: Readonly<
  Record<string, { readonly tag: string; readonly holds: 'blocks' | 'inline' | 'items' | 'text' | 'nothing' }>
> = {
  doc: { tag: '', holds: 'blocks' },
  paragraph: { tag: 'p', holds: 'inline' },
  heading: { tag: 'h', holds: 'inline' },
  bulletList: { tag: 'ul', holds: 'items' },
  orderedList: { tag: 'ol', holds: 'items' },
  listItem: { tag: 'li', holds: 'blocks' },
  blockquote: { tag: 'blockquote', holds: 'blocks' },
  codeBlock: { tag: 'pre', holds: 'text' },
  horizontalRule: { tag: 'hr', holds: 'nothing' },
  hardBreak: { tag: 'br', holds: 'nothing' },
}
const markTags: Readonly<Record<string, string>> = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  code: 'code',
  subscript: 'sub',
  superscript: 'sup',
}
const inline = ['text', 'hardBreak']
const linkSchemes = ['https:', 'http:', 'mailto:', 'tel:']

const node = TypeCompiler.Compile(
  Type.Object(
    {
      type: Type.String(),
      text: Type.Optional(Type.String({ minLength: 1 })),
      content: Type.Optional(Type.Array(Type.Unknown())),
      attrs: Type.Optional(
        Type.Object(
          {
            level: Type.Optional(Type.Integer({ minimum: 1, maximum: 6 })),
            start: Type.Optional(Type.Integer({ minimum: 0 })),
            language: Type.Optional(Type.Union([Type.String(), Type.Null()])),
            textAlign: Type.Optional(Type.Union([Type.String(), Type.Null()])),
            type: Type.Optional(Type.Null()),
          },
          { additionalProperties: false },
        ),
      ),
      marks: Type.Optional(
        Type.Array(
          Type.Object(
            {
              type: Type.String(),
              attrs: Type.Optional(Type.Object({ href: Type.Optional(Type.String()) }, { additionalProperties: true })),
            },
            { additionalProperties: false },
          ),
        ),
      ),
    },
    { additionalProperties: false },
  ),
)

interface RichNode {
  readonly type: string
  readonly text?: string
  readonly content?: readonly unknown[]
  readonly attrs?: { readonly level?: number; readonly start?: number }
  readonly marks?: readonly { readonly type: string; readonly attrs?: { readonly href?: string } }[]
}

/** Tells what is wrong with a tree of rich text. The tree's depth is bounded before. */
export function checkRichText(content: unknown, pointer: string, faults: Faults): void {
  if (typeof content !== 'object' || content === null || !('type' in content) || content.type !== 'doc') {
    return faults.add(`${pointer}/type`, 'must be "doc"')
  }
  checkNode(content, pointer, faults)
}

function checkNode(value: unknown, pointer: string, faults: Faults): void {
  const fault = node.Errors(value).First()
  if (fault !== undefined) return faults.add(pointer + fault.path, 'does not belong into rich text')
  const { type, text, content = [], marks = [] } = value as RichNode
  if (type === 'text') {
    if (text === undefined) faults.add(`${pointer}/text`, 'is missing')
    marks.forEach((mark, n) => checkMark(mark, `${pointer}/marks${step(n)}`, faults))
    return
  }
  const element = elements[type]
  if (element === undefined) {
    return faults.add(`${pointer}/type`, `must be one of text, ${Object.keys(elements).join(', ')}`)
  }
  content.forEach((child, n) => {
    const here = `${pointer}/content/${n}`
    const childType = typeof child === 'object' && child !== null && 'type' in child ? String(child.type) : ''
    if (!allows(element.holds, childType)) faults.add(`${here}/type`, `"${childType}" does not belong into "${type}"`)
    else checkNode(child, here, faults)
  })
}

function allows(holds: string, child: string): boolean {
  if (holds === 'inline') return inline.includes(child)
  if (holds === 'items') return child === 'listItem'
  if (holds === 'text') return child === 'text'
  if (holds === 'blocks') return child in elements && !['doc', 'listItem', 'hardBreak'].includes(child)
  return false
}

function checkMark(mark: NonNullable<RichNode['marks']>[number], pointer: string, faults: Faults): void {
  if (mark.type === 'link') {
    const fault = addressFault(mark.attrs?.href ?? '', linkSchemes)
    if (fault !== undefined) faults.add(`${pointer}/attrs/href`, fault)
  } else if (!(mark.type in markTags)) {
    faults.add(`${pointer}/type`, `must be one of link, ${Object.keys(markTags).join(', ')}`)
  }
}

/** Deeper than a checked document can be: what is deeper is left out rather than followed. */
const renderDepthMax = 64

/**
 * Rich text as HTML: only the tags above, everything else escaped. It trusts nothing, not even that the tree was checked:
 * what it does not know it leaves out.
 */
export function richTextToHtml(content: unknown, depth = 0): string {
  if (typeof content !== 'object' || content === null || depth > renderDepthMax) return ''
  const { type, text, content: children, attrs, marks } = content as RichNode
  if (type === 'text') return typeof text === 'string' ? withMarks(escapeHtml(text), marks) : ''
  const element = typeof type === 'string' && Object.hasOwn(elements, type) ? elements[type] : undefined
  if (element === undefined) return ''
  if (element.holds === 'nothing') return `<${element.tag}>`
  const inner = Array.isArray(children) ? children.map((child) => richTextToHtml(child, depth + 1)).join('') : ''
  if (type === 'doc') return inner
  if (type === 'codeBlock') return `<pre><code>${inner}</code></pre>`
  if (type === 'heading') {
    // The page has the only h1, and a heading block begins at h2.
    const level = Math.min(4, Math.max(2, Math.trunc(typeof attrs?.level === 'number' ? attrs.level : 2) || 2))
    return `<h${level}>${inner}</h${level}>`
  }
  const start =
    type === 'orderedList' && Number.isInteger(attrs?.start) && attrs?.start !== 1 ? ` start="${attrs?.start}"` : ''
  return `<${element.tag}${start}>${inner}</${element.tag}>`
}

function withMarks(html: string, marks: RichNode['marks']): string {
  if (!Array.isArray(marks)) return html
  let result = html
  for (const mark of marks as NonNullable<RichNode['marks']>) {
    const tag = typeof mark?.type === 'string' && Object.hasOwn(markTags, mark.type) ? markTags[mark.type] : undefined
    const href = mark?.type === 'link' && typeof mark.attrs?.href === 'string' ? mark.attrs.href : undefined
    if (tag !== undefined) result = `<${tag}>${result}</${tag}>`
    else if (href !== undefined && addressFault(href, linkSchemes) === undefined) {
      result = `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${result}</a>`
    }
  }
  return result
}

export function escapeHtml(text: string): string {
  return Bun.escapeHTML(text)
}
