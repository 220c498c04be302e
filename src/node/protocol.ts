import type { NotedCommit } from '../cluster/steps.ts'
import type { Position } from '../db/position.ts'

/** How this node stands in its cluster, as its guard sees it. */
export interface NodeStatus {
  readonly litefs: 'primary' | 'replica' | 'gone'
  /** What the guard does: `open` is the primary that may acknowledge. */
  readonly role: 'waiting' | 'following' | 'standing' | 'granted' | 'opening' | 'open' | 'draining' | 'offering'
  readonly member: boolean
  readonly promised: number
  /** Who is primary, and where; null while nobody is known to be, or when this node is. */
  readonly primary: { readonly node: string; readonly address: string } | null
  /** The candidates that were heard lately, this one included. */
  readonly near: number
  readonly candidates: number
}

/** What a guard tells the server process that it started. */
export type ToServer =
  | { readonly type: 'status'; readonly status: NodeStatus }
  /** Open the writer under this epoch; answered by `opened` or `writer-lost`. */
  | { readonly type: 'open'; readonly epoch: number }
  | { readonly type: 'stop'; readonly epoch: number; readonly reason: string }
  | { readonly type: 'confirmed'; readonly position: Position }
  | { readonly type: 'admit'; readonly node: string; readonly nonce: string }
  | { readonly type: 'drain' }
  | { readonly type: 'resume' }
  /** Something of a transaction arrives that LiteFS will apply: nothing may be in its way. */
  | { readonly type: 'coming' }
  /** LiteFS applied a transaction here. */
  | { readonly type: 'moved'; readonly database: string }
  | { readonly type: 'ping' }

/** What the server process tells its guard. */
export type FromServer =
  | { readonly type: 'opened'; readonly epoch: number; readonly commits: readonly NotedCommit[] }
  | { readonly type: 'committed'; readonly epoch: number; readonly commit: NotedCommit }
  | { readonly type: 'writer-lost'; readonly epoch: number }
  | { readonly type: 'drained'; readonly epoch: number }
  /** For a while now nothing could be stored: the disk is full, or fails. */
  | { readonly type: 'failing'; readonly epoch: number }
  | { readonly type: 'pong' }
