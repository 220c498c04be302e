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

/** The templates of this house. A document is read and checked when it is asked for, not at the start. */
export class Templates {
  readonly #byId: ReadonlyMap<string, Template>

  constructor(templates: readonly Template[]) {
    this.#byId = new Map(templates.map((template) => [template.id, template]))
  }

  list(): TemplateSummary[] {
    return [...this.#byId.values()].map(({ id, title, summary }) => ({ id, title, summary }))
  }

  /** @throws AppError not-found. */
  get(id: string): TemplateSummary & { readonly document: CapsuleDocument } {
    const template = this.#byId.get(id)
    if (template !== undefined) {
      const { title, summary } = template
      return { id, title, summary, document: parseDocument(template.document, `/templates/${id}`) }
    }
    throw new AppError('not-found', 'There is no such template.')
  }

  /** @throws AppError invalid with the fault at /template. */
  document(id: string): CapsuleDocument {
    if (this.#byId.has(id)) return this.get(id).document
    const message = `is none of ${[...this.#byId.keys()].join(', ')}`
    throw new AppError('invalid', `The template ${message}.`, { faults: [{ pointer: '/template', message }] })
  }
}
