import { AppError } from '../../src/errors.ts'
import { parseDocument } from './document/parse.ts'
import type { CapsuleDocument } from './document/schema.ts'

/** A capsule to begin with, as its author wrote it. */
export interface Template {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly document: unknown
}

export interface TemplateSummary {
  readonly id: string
  readonly title: string
  readonly summary: string
}

/** The templates of this house. @throws AppError invalid when one of them is no document: a fault of ours, at the start. */
export class Templates {
  readonly #byId: ReadonlyMap<string, TemplateSummary & { readonly document: CapsuleDocument }>

  constructor(templates: readonly Template[]) {
    this.#byId = new Map(
      templates.map((template) => [
        template.id,
        { ...template, document: parseDocument(template.document, `/templates/${template.id}`) },
      ]),
    )
  }

  list(): TemplateSummary[] {
    return [...this.#byId.values()].map(({ id, title, summary }) => ({ id, title, summary }))
  }

  /** @throws AppError not-found. */
  get(id: string): TemplateSummary & { readonly document: CapsuleDocument } {
    const template = this.#byId.get(id)
    if (template !== undefined) return template
    throw new AppError('not-found', 'There is no such template.')
  }

  /** @throws AppError invalid with the fault at /template. */
  document(id: string): CapsuleDocument {
    const template = this.#byId.get(id)
    if (template !== undefined) return template.document
    const message = `is none of ${[...this.#byId.keys()].join(', ')}`
    throw new AppError('invalid', `The template ${message}.`, { faults: [{ pointer: '/template', message }] })
  }
}
