import { getSchema } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { CodeBlock } from '@tiptap/extension-code-block'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { HorizontalRule } from '@tiptap/extension-horizontal-rule'
import { Italic } from '@tiptap/extension-italic'
import { Link } from '@tiptap/extension-link'
import { BulletList } from '@tiptap/extension-list/bullet-list'
import { ListItem } from '@tiptap/extension-list/item'
import { OrderedList } from '@tiptap/extension-list/ordered-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Strike } from '@tiptap/extension-strike'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import { DOMSerializer, Node } from '@tiptap/pm/model'

/** What the server takes in a link (modules/capsule/document/rich-text.ts). */
export function isLinkable(address: string): boolean {
  if (/[\s\\<>"]/.test(address) || !URL.canParse(address)) return false
  const url = new URL(address)
  return ['https:', 'http:', 'mailto:', 'tel:'].includes(url.protocol) && url.username === '' && url.password === ''
}

/** Exactly the elements that a visitor page shows: whatever else is pasted is left out. */
export const extensions = [
  Document,
  Paragraph,
  Text,
  Bold,
  Italic,
  Underline,
  Strike,
  Code,
  Link.configure({
    openOnClick: false,
    autolink: true,
    defaultProtocol: 'https',
    HTMLAttributes: { target: null, rel: null, class: null },
    isAllowedUri: (address) => isLinkable(address),
  }),
  Heading.configure({ levels: [2, 3, 4] }),
  BulletList,
  // Kinds of numbering (a, i) are nothing that a page shows.
  OrderedList.extend({ addAttributes: () => ({ start: { default: 1 } }) }),
  ListItem,
  Blockquote,
  CodeBlock,
  HardBreak,
  HorizontalRule,
]

const schema = getSchema(extensions)
const serializer = DOMSerializer.fromSchema(schema)
const written = new WeakMap<object, string>()

/** Rich text as HTML, by the same schema that edits it. */
export function richTextHtml(content: unknown): string {
  if (typeof content !== 'object' || content === null) return ''
  const known = written.get(content)
  if (known !== undefined) return known
  const holder = document.createElement('div')
  try {
    holder.append(serializer.serializeFragment(Node.fromJSON(schema, content).content))
  } catch {
    // A tree that is none: the server refuses those, so it can only come from a newer version of this program.
    holder.textContent = ''
  }
  for (const paragraph of holder.querySelectorAll('p:empty')) paragraph.append(document.createElement('br'))
  written.set(content, holder.innerHTML)
  return holder.innerHTML
}
