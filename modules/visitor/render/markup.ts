/** Text that is markup already: made only by `html` below and by `trusted`. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Markup | string | number | false | undefined | readonly Part[]

/** A template whose holes are escaped, for content and for quoted attributes alike. A list is joined; false and undefined are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? ''
  for (let i = 0; i < parts.length; i++) text += written(parts[i]) + (strings[i + 1] ?? '')
  return new Markup(text)
}

/** Marks text as markup. Only for what a sanitiser or this module wrote. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function written(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(written).join('')
  return escaped(String(part))
}
