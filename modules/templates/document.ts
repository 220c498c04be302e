/**
 * What a template is written in: the capsule document, `format: 1`, as its writer sees it. The capsule module owns the schema
 * and `test/contract/templates.test.ts` holds the two together, so that this module needs to know no other.
 */
export interface Choice {
  readonly id: string
  readonly text: string
  /** The page that this answer leads to. */
  readonly to?: string
}

export interface Question {
  readonly id: string
  readonly text: string
  readonly choices: readonly Choice[]
  readonly correct: readonly string[]
  readonly explanation?: string
}

export interface Field {
  readonly id: string
  readonly kind: 'text' | 'email' | 'choice' | 'rating' | 'date' | 'consent'
  readonly label: string
  readonly required?: boolean
  readonly choices?: readonly Choice[]
}

interface Of<T extends string> {
  readonly id: string
  readonly type: T
}

interface Media<T extends string> extends Of<T> {
  readonly src: string
  readonly alt?: string
  readonly title?: string
  readonly caption?: string
}

export type LeafBlock =
  | (Of<'heading'> & { readonly text: string; readonly level?: 2 | 3 | 4 })
  | (Of<'richText'> & { readonly content: Prose })
  | (Media<'image'> & { readonly alt: string })
  | Media<'video' | 'audio' | 'file'>
  | (Of<'embed'> & { readonly url: string; readonly title?: string })
  | (Of<'button'> & { readonly label: string; readonly to: string })
  | Of<'divider'>
  | (Of<'poll'> & {
      readonly question: string
      readonly choices: readonly Choice[]
      readonly multiple?: boolean
      readonly oncePerVisitor?: boolean
      readonly next?: string
    })
  | (Of<'quiz'> & {
      readonly questions: readonly Question[]
      readonly outcomes?: readonly { readonly from: number; readonly to: string }[]
      readonly next?: string
    })
  | (Of<'form'> & { readonly fields: readonly Field[]; readonly oncePerVisitor?: boolean; readonly next?: string })
  | (Of<'chat'> & { readonly greeting?: string; readonly starters?: readonly string[] })

export type Block = LeafBlock | (Of<'columns'> & { readonly columns: readonly (readonly LeafBlock[])[] })

export interface Page {
  readonly id: string
  readonly title?: string
  readonly blocks: readonly Block[]
}

export interface TemplateDocument {
  readonly format: 1
  readonly pages: readonly Page[]
  readonly theme?: {
    readonly accent?: string
    readonly font?: 'system' | 'serif' | 'mono' | 'rounded'
    readonly mode?: 'auto' | 'light' | 'dark'
    readonly corner?: 'square' | 'soft' | 'round'
  }
  readonly settings?: { readonly description?: string; readonly language?: string; readonly indexed?: boolean }
}

/** A node of rich text, ProseMirror-shaped. */
export interface Prose {
  readonly type: string
  readonly text?: string
  readonly attrs?: { readonly level?: number }
  readonly marks?: readonly { readonly type: string; readonly attrs?: { readonly href: string } }[]
  readonly content?: readonly Prose[]
}
