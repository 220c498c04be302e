/** One visitor's conversation with a capsule, shown again where scripts don't keep it. */
export interface Talk {
  /** Undefined before the first answer. */
  readonly conversationId: string | undefined
  readonly turns: readonly ShownTurn[]
  /** Said once the visitor's address is kept. */
  readonly kept?: boolean | undefined
  /** What went wrong with the last question, and the question, so that it can be sent again. */
  readonly failed?: { readonly question: string; readonly message: string } | undefined
}

export interface ShownTurn {
  readonly id: string
  readonly question: string
  /** Sanitised. */
  readonly html: string
  /** Whether the capsule says something about it. */
  readonly answers: boolean
  readonly rating: 1 | -1 | null
}
