import type { TemplateDocument } from './document.ts'

export interface Template {
  readonly id: string
  readonly title: string
  /** One sentence: what it is for. */
  readonly summary: string
  /** Written when it is first asked for: nothing is drawn for a server that only starts. */
  readonly document: TemplateDocument
}

export function template(id: string, title: string, summary: string, write: () => TemplateDocument): Template {
  let written: TemplateDocument | undefined
  return {
    id,
    title,
    summary,
    get document() {
      written ??= write()
      return written
    },
  }
}
