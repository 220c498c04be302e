/** What clients did and saw, as plain data: the runner records it, the checker judges it. */

/** (epoch, number) as the answer said it. */
export interface Position {
  readonly epoch: number
  readonly number: number
}

/** Lists only grow; every appended id is unique in the whole history. */
export type Operation =
  | { readonly kind: 'append'; readonly list: string; readonly id: string }
  | { readonly kind: 'read'; readonly list: string }

export type Outcome =
  /** Acknowledged; a read brings what it showed, in its order. */
  | { readonly kind: 'ok'; readonly position?: Position; readonly ids?: readonly string[]; readonly node?: string }
  /** Refused: it surely did not happen. */
  | { readonly kind: 'fail' }
  /** Nobody knows: no answer, or one that promises nothing (503 "not confirmed"). */
  | { readonly kind: 'unknown' }

/** One operation of one session. A session does one thing at a time; a retry under the same id belongs to the same entry. */
export interface Entry {
  readonly session: string
  readonly invokedMs: number
  readonly completedMs: number
  readonly operation: Operation
  readonly outcome: Outcome
}

/**
 * What one live client got, in order, over all its connections. `reload` is the server saying that it must begin anew, from `at`;
 * `end` is the last event that there was, once the client has had the time to hear it.
 */
export type LiveEvent =
  | { readonly kind: 'event'; readonly client: string; readonly incarnation: number; readonly sequence: number }
  | { readonly kind: 'reload'; readonly client: string; readonly at?: number }
  | { readonly kind: 'end'; readonly client: string; readonly sequence: number }

/** A node after the storm, or at any moment (`final: false`). */
export interface NodeSample {
  readonly node: string
  readonly final: boolean
  /** By database: LiteFS' position and a hash of the content at it. */
  readonly databases: Readonly<Record<string, { readonly position: string; readonly hash: string }>>
  /** All lists, in a final sample. */
  readonly lists?: Readonly<Record<string, readonly string[]>>
}

export interface History {
  readonly entries: readonly Entry[]
  readonly live: readonly LiveEvent[]
  readonly samples: readonly NodeSample[]
}

export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.number - b.number
}
