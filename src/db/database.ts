import type { Static, TSchema } from '@sinclair/typebox'
import type { OrganizationId } from './ids.ts'
import type { ChangeKind, Operation, Sync, Tx } from './operation.ts'

export interface WriteOptions {
  /** Makes a repetition answer as the first call did (HTTP's Idempotency-Key), for 24 hours. */
  readonly operationId?: string
}

/** One row of a change log. */
export interface Change<P = unknown> {
  /** Increasing within its database. */
  readonly row: number
  readonly database: string
  /** null: a fact of the directory that belongs to no organization. */
  readonly organizationId: OrganizationId | null
  readonly incarnation: number
  readonly sequence: number
  readonly kind: string
  readonly subject: string
  readonly payload: P
  readonly atMs: number
}

/** What modules see of the databases. File-backed with a writer Worker, or in memory: the same contract. */
export interface Databases {
  /**
   * One synchronous callback on one snapshot of the organization's shard. Always sees what this process was
   * acknowledged for. @throws AppError not-found for an organization that does not exist.
   */
  read<T>(organizationId: OrganizationId, work: (tx: Tx) => Sync<T>): T
  readDirectory<T>(work: (tx: Tx) => Sync<T>): T
  /**
   * Runs an operation on the primary; resolves after its commit is confirmed.
   * @throws AppError of the operation; `invalid` when the input does not fit the schema; `unavailable` when the queue
   * is full or the database cannot be written (disk full, read-only); `not-confirmed`.
   */
  write<S extends TSchema, R>(
    operation: Operation<S, R>,
    organizationId: OrganizationId | null,
    input: Static<S>,
    options?: WriteOptions,
  ): Promise<R>
  readonly changes: Changes
  readonly stats: DatabaseStats
  close(): Promise<void>
}

/** Counts since the start; times in milliseconds. */
export interface DatabaseStats {
  readonly commits: number
  readonly operations: number
  readonly commitMs: number
  readonly queueDepth: number
}

export interface Changes {
  /**
   * The number of the last commit whose changes were applied here. Taken together with a read, it tells whether what
   * was read is still the newest when it is put into a cache.
   */
  readonly appliedNumber: number
  /** Database → the last row of its log that was applied here. */
  readonly appliedRows: ReadonlyMap<string, number>
  /** Called in order as soon as the rows are visible here, before any reader sees newer data: for evicting caches. */
  onApplied<S extends TSchema>(change: ChangeKind<S>, handler: (change: Change<Static<S>>) => void): void
  /** Called in order once the commit is confirmed: for live messages, webhooks, mail. */
  onConfirmed<S extends TSchema>(change: ChangeKind<S>, handler: (change: Change<Static<S>>) => void): void
  /** Called when what was read no longer stands, as after a change of epoch: caches are to be cleared, live clients to reload. */
  onReset(listener: () => void): void
}

/** Where something stands in an organization's change log. Sequences of different incarnations are not comparable. */
export interface LogPlace {
  readonly incarnation: number
  readonly sequence: number
}

export interface RecentQuery {
  readonly subject: string
  readonly kinds: readonly string[]
  /** How many rows of the log to look back over, whatever they are about. */
  readonly rowsMax: number
}

/** The end of a log: `changes` are all those asked for between `after` (exclusive) and `head` (inclusive), in order. */
export interface Recent {
  readonly head: LogPlace
  readonly after: LogPlace
  readonly changes: readonly Change[]
}

/**
 * The logs of organizations in their shards, as far as they are confirmed: nothing is in them that listeners of
 * `onConfirmed` were not told, or are not being told now. @throws AppError not-found for an organization that does not exist.
 */
export interface ChangeLog {
  head(organizationId: OrganizationId): LogPlace
  recent(organizationId: OrganizationId, query: RecentQuery): Recent
}
