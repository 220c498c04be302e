/** What this server knows of a visit besides what the browser tells: by which link it came, and who it said it was. */
export interface VisitContext {
  /** The id of the share link that let the visit in; null: none. */
  readonly link: string | null
  /** The address that was given and proven at the link's gate; null: none was asked for. */
  readonly email: string | null
}

/**
 * Tells it of a request of the visitor page: whoever made the link reads its own signed cookie or token. Asked for every beacon,
 * so it answers from memory; what it does not know it leaves undefined.
 */
export type ContextOf = (request: Request, capsuleId: string) => VisitContext | undefined
