/** What is longer is shown as plain text: nobody's answer is. */
const lengthMax = 40_000
const depthMax = 4
const safeAddress = /^(https?:\/\/|mailto:)[^\s<>"'`\\]+$/i

/**
 * A model's answer as HTML: paragraphs, lists, quotations, code, bold, italics and links, and nothing else. The text is escaped
 * before any tag is made, no tag is ever taken from it, and addresses are https, http or mailto: whatever a capsule or a visitor
 * made the model say stays words.
 */
export function renderMarkdown(text: string): string {
  if (text.length > lengthMax) return `<p>${Bun.escapeHTML(text.slice(0, lengthMax))}</p>`
  return blocks(text.replace(/\r\n?/g, '\n').replaceAll('\0', '').split('\n'), 0)
}

function blocks(lines: readonly string[], depth: number): string {
  const html: string[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const taken = line.trim() === '' ? { html: '', next: at + 1 } : block(lines, at, depth)
    html.push(taken.html)
    at = taken.next
  }
  return html.join('')
}

interface Taken {
  readonly html: string
  readonly next: number
}

function block(lines: readonly string[], at: number, depth: number): Taken {
  const line = lines[at] ?? ''
  if (/^\s*```/.test(line)) return code(lines, at)
  if (depth < depthMax && /^\s*>/.test(line)) return quotation(lines, at, depth)
  if (bullet.test(line)) return list(lines, at, 'ul', bullet)
  if (number.test(line)) return list(lines, at, 'ol', number)
  const heading = /^\s*#{1,6}\s+(.*)$/.exec(line)
  if (heading !== null) return { html: `<p><strong>${inline(heading[1] ?? '')}</strong></p>`, next: at + 1 }
  return paragraph(lines, at)
}

const bullet = /^\s*[-*+]\s+/
const number = /^\s*\d{1,3}[.)]\s+/

function code(lines: readonly string[], at: number): Taken {
  let end = at + 1
  while (end < lines.length && !/^\s*```\s*$/.test(lines[end] ?? '')) end++
  return { html: `<pre><code>${Bun.escapeHTML(lines.slice(at + 1, end).join('\n'))}</code></pre>`, next: end + 1 }
}

function quotation(lines: readonly string[], at: number, depth: number): Taken {
  let end = at
  while (end < lines.length && /^\s*>/.test(lines[end] ?? '')) end++
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s*> ?/, ''))
  return { html: `<blockquote>${blocks(inner, depth + 1)}</blockquote>`, next: end }
}

function list(lines: readonly string[], at: number, tag: 'ul' | 'ol', mark: RegExp): Taken {
  let end = at
  while (end < lines.length && mark.test(lines[end] ?? '')) end++
  const items = lines.slice(at, end).map((line) => `<li>${inline(line.replace(mark, ''))}</li>`)
  return { html: `<${tag}>${items.join('')}</${tag}>`, next: end }
}

function paragraph(lines: readonly string[], at: number): Taken {
  let end = at + 1
  while (end < lines.length && isPlain(lines[end] ?? '')) end++
  return { html: `<p>${lines.slice(at, end).map(inline).join('<br>')}</p>`, next: end }
}

function isPlain(line: string): boolean {
  return line.trim() !== '' && !/^\s*(```|>|#{1,6}\s)/.test(line) && !bullet.test(line) && !number.test(line)
}

/** Code first: nothing inside it means anything. Each pattern is bounded, so that no line takes long. */
function inline(line: string): string {
  return line
    .split(/(`[^`\n]{1,1000}`)/)
    .map((part, n) => (n % 2 === 1 ? `<code>${Bun.escapeHTML(part.slice(1, -1))}</code>` : links(part)))
    .join('')
}

function links(text: string): string {
  let html = ''
  let last = 0
  for (const match of text.matchAll(/!?\[([^[\]\n]{1,300})\]\(([^()\s]{1,2000})\)/g)) {
    const [whole, label = '', address = ''] = match
    html += emphasis(text.slice(last, match.index))
    html += safeAddress.test(address)
      ? `<a href="${Bun.escapeHTML(address)}" rel="noopener noreferrer nofollow ugc">${emphasis(label)}</a>`
      : emphasis(label)
    last = match.index + whole.length
  }
  return html + emphasis(text.slice(last))
}

function emphasis(text: string): string {
  return Bun.escapeHTML(text)
    .replace(/\*\*([^*\n]{1,500})\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*\n]{1,500})\*/g, '<em>$1</em>')
}
