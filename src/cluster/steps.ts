import type { LtxPosition, Position } from '../db/position.ts'
import type { Message } from './messages.ts'

/** G1: what a guard keeps on the disk. */
export interface GuardRecord {
  readonly promised: number
  readonly member: boolean
}

/** A commit of this node's writer, as it was noted after LiteFS' position had moved by one (G22). */
export interface NotedCommit extends LtxPosition {
  readonly number: number
  readonly database: string
  /** The learner that this commit admits, once it is confirmed (G34). */
  readonly admission?: { readonly node: string; readonly nonce: string }
}

/** What happens to a guard. */
export type GuardEvent =
  | { readonly type: 'tick' }
  /** From another guard, authenticated (G9). */
  | {
      readonly type: 'message'
      readonly from: string
      readonly incarnation: string
      readonly counter: number
      readonly message: Message
    }
  /** LiteFS asks for the lease; the answer may come later. */
  | { readonly type: 'acquire'; readonly request: number; readonly session: string }
  | { readonly type: 'renew'; readonly request: number; readonly session: string }
  /** What LiteFS is now, and whose stream it follows, where that is known. */
  | { readonly type: 'litefs'; readonly state: 'primary' | 'replica' | 'gone'; readonly follows: string | null }
  /** LiteFS applied a transaction, or said where a database stands. */
  | { readonly type: 'moved'; readonly database: string; readonly to: LtxPosition }
  /** Answers `read-position`; null when it could not be read. */
  | { readonly type: 'position'; readonly ask: number; readonly position: Position | null }
  /** Answers `read-admission`: also whether the nonce's row is there. */
  | { readonly type: 'admission'; readonly ask: number; readonly position: Position | null; readonly held: boolean }
  /** The writer has opened: everything that it committed until its last opening row (G19). */
  | { readonly type: 'opened'; readonly epoch: number; readonly commits: readonly NotedCommit[] }
  | { readonly type: 'committed'; readonly epoch: number; readonly commit: NotedCommit }
  /** The writer ended, or does not know whether its last commit stands. */
  | { readonly type: 'writer-lost'; readonly epoch: number }
  | { readonly type: 'handoff'; readonly to: string }
  /** No write is under way any more, and none will begin until `resume`. */
  | { readonly type: 'drained'; readonly epoch: number }

/** What a guard wants done. Carried out in order, each done before the next begins (G2). */
export type GuardEffect =
  | { readonly type: 'persist'; readonly record: GuardRecord }
  | { readonly type: 'send'; readonly to: string; readonly message: Message }
  /** To every edge that is connected. */
  | { readonly type: 'tell-edges'; readonly message: Message }
  /** Read this node's prefix now, from its databases; answer with `position`. */
  | { readonly type: 'read-position'; readonly ask: number }
  | { readonly type: 'read-admission'; readonly ask: number; readonly nonce: string }
  | { readonly type: 'answer-acquire'; readonly request: number; readonly granted: boolean }
  | { readonly type: 'answer-renew'; readonly request: number; readonly granted: boolean }
  /** Open the writer under this epoch; answer with `opened`. */
  | { readonly type: 'open-primary'; readonly epoch: number }
  /** Acknowledge nothing more under this epoch and fail what waits. */
  | { readonly type: 'step-down'; readonly epoch: number; readonly reason: string }
  /** Everything up to here can no longer be lost. The first one of an epoch opens the primary (G20). */
  | { readonly type: 'confirmed'; readonly position: Position }
  | { readonly type: 'commit-nonce'; readonly node: string; readonly nonce: string }
  | { readonly type: 'drain' }
  | { readonly type: 'resume' }
  | { readonly type: 'handoff-ended'; readonly to: string; readonly failed: string | null }
  /** Let LiteFS hand its lease to that node's. */
  | { readonly type: 'hand-lease'; readonly to: string }
  /** Cut LiteFS' replication stream to that node by its socket. */
  | { readonly type: 'cut-stream'; readonly to: string }
  /** The node became a member: by founding or by joining. */
  | { readonly type: 'became-member'; readonly how: 'founded' | 'joined' }
