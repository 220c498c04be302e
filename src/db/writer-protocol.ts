import type { Call, CommitNotice } from './calls.ts'
import type { Durability } from './connection.ts'

/** What the main thread tells the writer Worker. */
export type ToWriter =
  | { readonly type: 'open'; readonly folder: string; readonly shards: number; readonly durability: Durability }
  | { readonly type: 'calls'; readonly calls: readonly Call[] }
  | { readonly type: 'close' }

/** What the writer Worker answers. */
export type FromWriter =
  | { readonly type: 'opened'; readonly databases: readonly string[] }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'notice'; readonly notice: CommitNotice }
  | { readonly type: 'idle' }
  | { readonly type: 'closed' }
