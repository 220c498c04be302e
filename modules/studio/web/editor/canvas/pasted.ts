/** What is taken at once: characters of words, and of HTML around them. */
const textMax = 100_000
const htmlMax = 1_000_000

export function isTooLarge(pasted: DataTransfer): boolean {
  return pasted.getData('text/plain').length > textMax || pasted.getData('text/html').length > htmlMax
}

const ofBlocks = 'p, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, pre, table, hr'

/**
 * What office programs write, as the HTML that it means: lists of Word are paragraphs that bring their own bullets, empty lines
 * are paragraphs too, and Google Docs puts everything into a bold that is none. What no page shows is left out by the editor's
 * schema.
 */
export function cleanedHtml(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  makeLists(page)
  fitHeadings(page)
  speakMarks(page)
  for (const line of page.querySelectorAll('br')) {
    if (line.parentElement?.querySelector(`:scope > :is(${ofBlocks})`) != null) line.remove()
  }
  for (const paragraph of page.querySelectorAll('p')) {
    if (/^[\s\u00a0]*$/.test(paragraph.textContent) && paragraph.querySelector('br') === null) paragraph.remove()
  }
  return page.body.innerHTML
}

/** `mso-list:l0 level2 lfo1` in a paragraph's style: an item, two deep. Its bullet or number is marked to be ignored. */
function makeLists(page: Document): void {
  let open: HTMLElement[] = []
  for (const paragraph of page.querySelectorAll<HTMLElement>('p[style*="mso-list"]')) {
    const depth = Number(/mso-list:[^;]*\blevel(\d)/i.exec(paragraph.getAttribute('style') ?? '')?.[1] ?? 0)
    if (depth === 0) continue
    const label = paragraph.querySelector('[style*="mso-list:Ignore" i]')
    const kind = /^\W?(\d+|[a-z]{1,4})[.)]/i.test(label?.textContent.trim() ?? '') ? 'ol' : 'ul'
    label?.remove()
    if (paragraph.previousElementSibling !== open[0]) open = []
    open = open.slice(0, depth)
    while (open.length < depth) open.push(listIn(page, kind, open.at(-1), paragraph))
    const item = page.createElement('li')
    item.append(...paragraph.childNodes)
    open.at(-1)?.append(item)
    paragraph.remove()
  }
}

function listIn(page: Document, kind: 'ol' | 'ul', around: HTMLElement | undefined, paragraph: Element): HTMLElement {
  const list = page.createElement(kind)
  if (around === undefined) paragraph.before(list)
  else (around.lastElementChild ?? around.appendChild(page.createElement('li'))).append(list)
  return list
}

/** The title of a page is its own; texts have headings of the second to the fourth level. */
function fitHeadings(page: Document): void {
  for (const heading of page.querySelectorAll('h1, h5, h6')) {
    const fitting = page.createElement(heading.tagName === 'H1' ? 'h2' : 'h4')
    fitting.append(...heading.childNodes)
    heading.replaceWith(fitting)
  }
}

/** How letters look, as it stands in styles, and the element that means it. */
const marks: readonly (readonly [look: RegExp, meaning: string])[] = [
  [/\bfont-weight:\s*(bold|[6-9]00)/i, 'strong'],
  [/\bfont-style:\s*(italic|oblique)/i, 'em'],
  [/\btext-decoration[\w-]*:[^;]*\bunderline/i, 'u'],
  [/\btext-decoration[\w-]*:[^;]*\bline-through/i, 's'],
]
const plain = /\bfont-(weight:\s*(normal|400)|style:\s*normal)/i

/** Said by elements and not by styles: those are read as the text that they are, because the studio's policy runs none. */
function speakMarks(page: Document): void {
  for (const element of page.querySelectorAll<HTMLElement>(':is(span, b, i, font)[style]')) {
    const style = element.getAttribute('style') ?? ''
    const content = page.createDocumentFragment()
    content.append(...element.childNodes)
    const meanings = marks.filter(([look]) => look.test(style)).map(([, meaning]) => meaning)
    const isNone = element.matches('b, i') && plain.test(style)
    const inner = meanings.reduce<Node>((inside, meaning) => {
      const mark = page.createElement(meaning)
      mark.append(inside)
      return mark
    }, content)
    if (isNone) element.replaceWith(inner)
    else element.append(inner)
    element.removeAttribute('style')
  }
}
