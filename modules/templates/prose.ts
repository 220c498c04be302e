import type { Prose } from './document.ts'

/** Rich text from paragraphs (plain strings) and what the functions below make. */
export function prose(...parts: readonly (string | Prose)[]): Prose {
  return { type: 'doc', content: parts.map(asBlock) }
}

export function bullets(...items: readonly string[]): Prose {
  return { type: 'bulletList', content: items.map((item) => ({ type: 'listItem', content: [paragraph(item)] })) }
}

export function numbered(...items: readonly string[]): Prose {
  return { type: 'orderedList', content: items.map((item) => ({ type: 'listItem', content: [paragraph(item)] })) }
}

/** What somebody said, and who it was. */
export function quote(words: string, who?: string): Prose {
  return { type: 'blockquote', content: [paragraph(words), ...(who === undefined ? [] : [paragraph(`*${who}*`)])] }
}

export function code(text: string): Prose {
  return { type: 'codeBlock', content: [{ type: 'text', text }] }
}

function asBlock(part: string | Prose): Prose {
  return typeof part === 'string' ? paragraph(part) : part
}

function paragraph(words: string): Prose {
  return { type: 'paragraph', content: inline(words) }
}

/** `**strong**`, `*emphasis*`, `[words](address)`: enough for what is written here. */
function inline(words: string): Prose[] {
  return words
    .split(/(\*\*[^*]+\*\*|\*[^*]+\*|\[[^\]]+\]\([^)]+\))/)
    .filter((part) => part !== '')
    .map((part): Prose => {
      const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part)
      if (link !== null)
        return { type: 'text', text: link[1] ?? '', marks: [{ type: 'link', attrs: { href: link[2] ?? '' } }] }
      const strong = /^\*\*(.+)\*\*$/.exec(part)?.[1]
      if (strong !== undefined) return { type: 'text', text: strong, marks: [{ type: 'bold' }] }
      const emphasis = /^\*(.+)\*$/.exec(part)?.[1]
      return emphasis === undefined
        ? { type: 'text', text: part }
        : { type: 'text', text: emphasis, marks: [{ type: 'italic' }] }
    })
}
