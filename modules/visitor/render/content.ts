/**
 * What the page reads of a published document: the shape of shared contract `format: 1`, as its reader sees it. Right
 * answers (`correct`, `explanation`) are deliberately used only to tell one choice from several, never written.
 */
export interface Choice {
  readonly id: string
  readonly text: string
}

interface Of<T extends string> {
  readonly id: string
  readonly type: T
}

export interface HeadingBlock extends Of<'heading'> {
  readonly text: string
  readonly level?: number | undefined
}
export interface RichTextBlock extends Of<'richText'> {
  readonly content: unknown
}
export interface MediaBlock extends Of<'image' | 'video' | 'audio' | 'file'> {
  readonly asset?: string | undefined
  readonly src?: string | undefined
  readonly alt?: string | undefined
  readonly title?: string | undefined
  readonly caption?: string | undefined
}
export interface EmbedBlock extends Of<'embed'> {
  readonly url: string
  readonly title?: string | undefined
}
export interface ButtonBlock extends Of<'button'> {
  readonly label: string
  readonly to: string
}
export type DividerBlock = Of<'divider'>
export interface ColumnsBlock extends Of<'columns'> {
  readonly columns: readonly (readonly Block[])[]
}
export interface PollBlock extends Of<'poll'> {
  readonly question: string
  readonly choices: readonly Choice[]
  readonly multiple?: boolean | undefined
}
export interface QuizQuestion {
  readonly id: string
  readonly text: string
  readonly choices: readonly Choice[]
  readonly correct: readonly string[]
}
export interface QuizBlock extends Of<'quiz'> {
  readonly questions: readonly QuizQuestion[]
}
export interface FormField {
  readonly id: string
  readonly kind: 'text' | 'email' | 'choice' | 'rating' | 'date' | 'consent'
  readonly label: string
  readonly required?: boolean | undefined
  readonly choices?: readonly Choice[] | undefined
}
export interface FormBlock extends Of<'form'> {
  readonly fields: readonly FormField[]
}
export interface ChatBlock extends Of<'chat'> {
  readonly greeting?: string | undefined
  readonly starters?: readonly string[] | undefined
}

export type Block =
  | HeadingBlock
  | RichTextBlock
  | MediaBlock
  | EmbedBlock
  | ButtonBlock
  | DividerBlock
  | ColumnsBlock
  | PollBlock
  | QuizBlock
  | FormBlock
  | ChatBlock

export interface Page {
  readonly id: string
  readonly title?: string | undefined
  readonly blocks: readonly Block[]
}

export interface Theme {
  /** `#rrggbb`. */
  readonly accent?: string | undefined
  readonly font?: string | undefined
  readonly mode?: string | undefined
  readonly corner?: string | undefined
}

export interface Settings {
  /** One or two sentences for social cards and search engines. */
  readonly description?: string | undefined
  /** BCP 47. */
  readonly language?: string | undefined
  /** Whether search engines may list it. Default false: a capsule is shared by its link until its owner says otherwise. */
  readonly indexed?: boolean | undefined
  readonly live?: Readonly<Partial<Record<'people' | 'reactions' | 'questions', boolean | undefined>>> | undefined
}

export interface Document {
  readonly pages: readonly Page[]
  readonly theme?: Theme | undefined
  readonly settings?: Settings | undefined
}

/** What an answer came to, as its visitor may see it. `next` is the page that it leads to. */
export type Result =
  | {
      readonly kind: 'poll'
      readonly total: number
      readonly choices: Readonly<Record<string, number>>
      readonly next?: string | undefined
    }
  | {
      readonly kind: 'quiz'
      readonly score: number
      readonly outOf: number
      readonly questions: readonly QuizOutcome[]
      readonly next?: string | undefined
    }
  | { readonly kind: 'form'; readonly next?: string | undefined }

export interface QuizOutcome {
  readonly id: string
  readonly right: boolean
  readonly correct: readonly string[]
  readonly explanation?: string | undefined
}
