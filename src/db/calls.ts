import type { AppErrorData } from '../errors.ts'
import type { OrganizationId } from './ids.ts'
import type { LtxPosition } from './position.ts'

/** One call of an operation, as it travels to the writer. */
export interface Call {
  readonly call: number
  readonly operation: string
  readonly organizationId: OrganizationId | null
  readonly input: unknown
  readonly operationId: string | null
  /** Set by the kernel alone, for what concerns a database and not an organization (jobs, retention). */
  readonly database: string | null
  /** W3C trace context of who calls; absent when nobody traces it. */
  readonly traceparent?: string
}

/** What the writer tells of a call that is traced. */
export interface TracedRun {
  readonly traceparent: string
  readonly operation: string
  /** UTC milliseconds, with fractions. */
  readonly startedMs: number
  readonly tookMs: number
}

export type Outcome =
  | { readonly call: number; readonly state: 'done'; readonly result: unknown }
  | { readonly call: number; readonly state: 'refused'; readonly error: AppErrorData }
  /** A bug in an operation: reported whole to the log, as "Internal error" to the caller. */
  | { readonly call: number; readonly state: 'failed'; readonly report: string }

/** What the writer says after each database's group commit, or after a group that committed nothing. */
export interface CommitNotice {
  readonly database: string
  /** What the outcomes rest on: this commit, or the database's last one when nothing was committed. */
  readonly epoch: number
  readonly number: number
  readonly committed: boolean
  /** Where LiteFS stands after this commit; null without LiteFS, or when nothing was committed. */
  readonly ltx: LtxPosition | null
  /** Nobody knows whether this commit stands: the writer refuses everything until it begins a new epoch (SPEC G5). */
  readonly inDoubt: boolean
  readonly changed: boolean
  readonly enqueued: boolean
  /** The placements that this commit made. */
  readonly placed: readonly { readonly organizationId: OrganizationId; readonly shard: number }[]
  readonly outcomes: readonly Outcome[]
  readonly tookMs: number
  /** How long of that it waited for the database's lock, which a backup or another command may hold. */
  readonly lockMs: number
  /** Of the calls in it those that are traced; absent: none. */
  readonly traced?: readonly TracedRun[]
}
