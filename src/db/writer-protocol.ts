import type { Call, CommitNotice } from './calls.ts'
import type { OpeningCommit } from './committer.ts'
import type { Durability } from './connection.ts'
import type { Position } from './position.ts'

/**
 * Messages cross the threads as text: a string is handed over at a quarter of what copying a structure costs on both sides.
 * They hold plain data only, as everything that may travel to another node does.
 */
export type Written<T> = string & { readonly message?: T }

export function written<T extends ToWriter | FromWriter>(message: T): Written<T> {
  return JSON.stringify(message)
}

export function read<T extends ToWriter | FromWriter>(text: Written<T>): T {
  return JSON.parse(text) as T
}

/** What the main thread tells the writer Worker. */
export type ToWriter =
  | {
      readonly type: 'open'
      readonly folder: string
      /** Held while the databases are open. Not in LiteFS' mount, where it would be taken for a database. */
      readonly lock: string
      readonly shards: number
      readonly durability: Durability
      /** Under which migrations are committed; 1 when alone. */
      readonly epoch: number
    }
  /** Of a cluster: this node may be about to open. What takes time and changes nothing is done now. */
  | { readonly type: 'prepare'; readonly folder: string }
  | { readonly type: 'calls'; readonly calls: readonly Call[] }
  /** Of a cluster: begin this epoch, answered by `begun`. */
  | { readonly type: 'begin'; readonly epoch: number }
  /** Of a cluster: everything up to here is confirmed. */
  | { readonly type: 'confirmed'; readonly position: Position }
  | { readonly type: 'close' }

/** What the writer Worker answers. */
export type FromWriter =
  | { readonly type: 'opened'; readonly databases: readonly string[] }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'notice'; readonly notice: CommitNotice }
  | { readonly type: 'idle' }
  | { readonly type: 'begun'; readonly epoch: number; readonly commits: readonly OpeningCommit[] }
  | { readonly type: 'not-begun'; readonly epoch: number; readonly message: string }
  | { readonly type: 'closed' }
