/** What the worker is asked for: one file, of which it takes over the bytes. */
export interface Order {
  readonly kind: FileKind
  readonly bytes: ArrayBuffer
  readonly unpackedBytesMax: number
  readonly pagesMax: number
}

export type FileKind = 'pdf' | 'docx'

/** What it says, in order; pieces come as they are read, so that what was read before a limit is not lost. */
export type Report =
  | { readonly type: 'piece'; readonly piece: Piece }
  | { readonly type: 'end' }
  | { readonly type: 'failed'; readonly reason: Unreadable; readonly message: string }

/** A heading names what follows it; paragraphs of a text stand on lines of their own. */
export interface Piece {
  readonly kind: 'heading' | 'text'
  readonly text: string
}

export type Unreadable = 'encrypted' | 'broken' | 'too-large'
