import type { Static, TSchema } from '@sinclair/typebox'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { OrganizationId } from './ids.ts'

/** A drizzle handle inside one snapshot (reads) or one transaction (operations). Everything on it is synchronous. */
export type Tx = BunSQLiteDatabase<Record<string, never>>

/** Refuses async callbacks: a transaction would commit before their work is done. */
export type Sync<T> = T extends Promise<unknown> ? never : T

export type DatabaseKind = 'directory' | 'shard'

/** A typed fact. Modules define theirs in `events.ts`; operations announce them; the change log carries them. */
export interface ChangeKind<S extends TSchema = TSchema> {
  readonly kind: string
  readonly payload: S
}

export function defineChange<S extends TSchema>(kind: string, payload: S): ChangeKind<S> {
  return { kind, payload }
}

/** A typed job. Modules define theirs beside their operations; handlers are registered with the job runner. */
export interface JobKind<S extends TSchema = TSchema> {
  readonly kind: string
  readonly input: S
  /** How often it is tried before it is dead-lettered. */
  readonly attemptsMax: number
  /** How long one attempt may hold its lease without renewing it. The runner renews while the handler runs. */
  readonly leaseMs: number
  /** How many of its kind run at once at most, where they wait for somebody else; absent: as many as there is room for. */
  readonly concurrencyMax?: number
}

export function defineJob<S extends TSchema>(job: {
  kind: string
  input: S
  attemptsMax?: number
  leaseMs?: number
  concurrencyMax?: number
}): JobKind<S> {
  return { attemptsMax: 8, leaseMs: 30_000, ...job }
}

export interface EnqueueOptions {
  /** Makes the job unique among those not yet done: a second one with the same key is dropped. */
  readonly key?: string
  /** UTC milliseconds; at once when absent. */
  readonly runAtMs?: number
}

export interface OperationContext {
  /** UTC milliseconds from the primary's writer; never goes backwards. */
  readonly nowMs: number
  readonly organizationId: OrganizationId | null
  /**
   * Appends a fact to the change log in this transaction. `subject` is the id it is about.
   * With `coalesce`, facts of one kind and subject in one group commit leave one row (the last payload wins).
   */
  announce<S extends TSchema>(
    change: ChangeKind<S>,
    subject: string,
    payload: Static<S>,
    options?: { coalesce?: boolean },
  ): void
  /** Writes a job in this transaction; it runs once the transaction is confirmed. */
  enqueue<S extends TSchema>(job: JobKind<S>, payload: Static<S>, options?: EnqueueOptions): void
  /** Directory only: pins an organization to a shard by consistent hashing; idempotent. Returns the shard's number. */
  place(organizationId: OrganizationId): number
}

/**
 * A named, synchronous write on plain data. It runs in the writer Worker of the primary, inside a savepoint of a group
 * commit: throwing undoes this operation alone. An AppError reaches the caller as it is.
 */
export interface Operation<S extends TSchema = TSchema, R = unknown> {
  readonly name: string
  readonly database: DatabaseKind
  readonly input: S
  /**
   * `stored` (default): id → result is kept 24 h, so a repeated operation id answers as the first did.
   * `natural`: the operation's own rows answer a repetition, and nothing more is stored.
   */
  readonly repeats: 'stored' | 'natural'
  run(tx: Tx, input: Static<S>, context: OperationContext): R
}

export function defineOperation<S extends TSchema, R>(
  definition: { name: string; database: DatabaseKind; input: S; repeats?: 'stored' | 'natural' },
  run: (tx: Tx, input: Static<S>, context: OperationContext) => Sync<R>,
): Operation<S, R> {
  return { repeats: 'stored', ...definition, run: run as Operation<S, R>['run'] }
}

/**
 * A statement prepared once per connection: `const byId = statement((tx) => tx.select()….prepare())`, then
 * `byId(tx).get({ id })`.
 */
export function statement<P>(prepare: (tx: Tx) => P): (tx: Tx) => P {
  const prepared = new WeakMap<Tx, P>()
  return (tx) => {
    const known = prepared.get(tx)
    if (known !== undefined) return known
    const fresh = prepare(tx)
    prepared.set(tx, fresh)
    return fresh
  }
}
