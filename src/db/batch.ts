import type { Static, TSchema } from '@sinclair/typebox'
import { AppError } from '../errors.ts'
import type { Call, Outcome, TracedRun } from './calls.ts'
import { newGlobalId, type OrganizationId } from './ids.ts'
import type { Ledger } from './ledger.ts'
import type { ChangeKind, EnqueueOptions, JobKind, Operation, OperationContext } from './operation.ts'

interface PendingChange {
  readonly organizationId: string
  readonly kind: string
  readonly subject: string
  payload: unknown
}

interface PendingJob {
  readonly job: JobKind
  readonly organizationId: string
  readonly payload: unknown
  readonly options: EnqueueOptions
  readonly traceparent: string | null
}

export interface Placed {
  readonly organizationId: OrganizationId
  readonly shard: number
}

/** What one operation leaves beside its rows; it joins the batch only when the operation ends well. */
class Footprint implements OperationContext {
  readonly changes: { change: PendingChange; coalesce: boolean }[] = []
  readonly jobs: PendingJob[] = []
  readonly placed: Placed[] = []

  constructor(
    readonly nowMs: number,
    readonly organizationId: OrganizationId | null,
    private readonly choosePlace: ((organizationId: OrganizationId) => number) | undefined,
    private readonly traceparent: string | null,
  ) {}

  announce<S extends TSchema>(
    change: ChangeKind<S>,
    subject: string,
    payload: Static<S>,
    options: { coalesce?: boolean } = {},
  ): void {
    const pending = { organizationId: this.organizationId ?? '', kind: change.kind, subject, payload }
    this.changes.push({ change: pending, coalesce: options.coalesce ?? false })
  }

  enqueue<S extends TSchema>(job: JobKind<S>, payload: Static<S>, options: EnqueueOptions = {}): void {
    const { traceparent } = this
    this.jobs.push({ job, organizationId: this.organizationId ?? '', payload, options, traceparent })
  }

  place(organizationId: OrganizationId): number {
    if (this.choosePlace === undefined) throw new Error('Only an operation on the directory places an organization.')
    const shard = this.choosePlace(organizationId)
    this.placed.push({ organizationId, shard })
    return shard
  }
}

/**
 * The operations of one group commit of one database. Each runs in its own savepoint; what they announce, enqueue and
 * answer is written once, at the end, in the same transaction.
 */
export class Batch {
  readonly outcomes: Outcome[] = []
  readonly placed: Placed[] = []
  readonly traced: TracedRun[] = []
  readonly #changes: PendingChange[] = []
  readonly #coalesced = new Map<string, PendingChange>()
  readonly #jobs: PendingJob[] = []
  readonly #results = new Map<string, { name: string; result: unknown }>()
  #succeeded = 0

  constructor(
    private readonly ledger: Ledger,
    private readonly nowMs: number,
    private readonly choosePlace: ((organizationId: OrganizationId) => number) | undefined,
  ) {}

  /** Whether there is anything to commit. */
  get succeeded(): number {
    return this.#succeeded
  }

  get changed(): boolean {
    return this.#changes.length > 0
  }

  get enqueued(): boolean {
    return this.#jobs.length > 0
  }

  /**
   * Runs one call in its savepoint. An error undoes it alone.
   * @throws what SQLite threw when it rolled the whole transaction back: then every caller of the batch fails.
   */
  run(call: Call, operation: Operation): void {
    const repeated = this.#earlierResult(call)
    if (repeated !== undefined) {
      this.outcomes.push(
        repeated.name === call.operation
          ? { call: call.call, state: 'done', result: repeated.result }
          : refused(call, new AppError('conflict', 'This idempotency key was used for something else.')),
      )
      return
    }
    const footprint = new Footprint(this.nowMs, call.organizationId, this.choosePlace, call.traceparent ?? null)
    const startedMs = call.traceparent === undefined ? 0 : performance.now()
    this.ledger.savepoint()
    let result: unknown
    try {
      result = operation.run(this.ledger.tx, call.input, footprint)
    } catch (error) {
      if (!this.ledger.sqlite.inTransaction) throw error
      this.ledger.undo()
      if (isStorageFault(error)) throw error
      this.outcomes.push(error instanceof AppError ? refused(call, error) : failed(call, error))
      return
    }
    this.ledger.release()
    this.#succeeded++
    this.#join(footprint)
    if (call.traceparent !== undefined) this.#trace(call.traceparent, call.operation, startedMs)
    if (call.operationId !== null && operation.repeats === 'stored') {
      this.#results.set(call.operationId, { name: call.operation, result: result ?? null })
    }
    this.outcomes.push({ call: call.call, state: 'done', result })
  }

  /** Writes what the operations announced, enqueued and answered. Inside the transaction, before its commit row. */
  finish(commitNumber: number): void {
    for (const change of this.#changes) this.#writeChange(change, commitNumber)
    for (const job of this.#jobs) this.#writeJob(job)
    for (const [id, { name, result }] of this.#results) {
      this.ledger.sqlite
        .query('INSERT INTO operation_result (id, name, result, at_ms) VALUES (?, ?, ?, ?)')
        .run(id, name, JSON.stringify(result), this.nowMs)
    }
  }

  #trace(traceparent: string, operation: string, startedMs: number): void {
    const tookMs = performance.now() - startedMs
    this.traced.push({ traceparent, operation, startedMs: performance.timeOrigin + startedMs, tookMs })
  }

  #earlierResult(call: Call): { name: string; result: unknown } | undefined {
    if (call.operationId === null) return undefined
    const here = this.#results.get(call.operationId)
    if (here !== undefined) return here
    const row = this.ledger.sqlite
      .query<{ name: string; result: string }, [string]>('SELECT name, result FROM operation_result WHERE id = ?')
      .get(call.operationId)
    return row === null ? undefined : { name: row.name, result: JSON.parse(row.result) as unknown }
  }

  #join(footprint: Footprint): void {
    for (const { change, coalesce } of footprint.changes) {
      const key = `${change.organizationId}\n${change.kind}\n${change.subject}`
      const earlier = coalesce ? this.#coalesced.get(key) : undefined
      if (earlier !== undefined) {
        earlier.payload = change.payload
        continue
      }
      this.#changes.push(change)
      if (coalesce) this.#coalesced.set(key, change)
    }
    this.#jobs.push(...footprint.jobs)
    this.placed.push(...footprint.placed)
  }

  #writeChange(change: PendingChange, commitNumber: number): void {
    const counter = this.ledger.sqlite
      .query<{ incarnation: number; sequence: number }, [string, number]>(
        `INSERT INTO change_counter (organization_id, incarnation, sequence) VALUES (?, ?, 1)
         ON CONFLICT DO UPDATE SET sequence = sequence + 1 RETURNING incarnation, sequence`,
      )
      .get(change.organizationId, this.nowMs)
    if (counter === null) throw new Error('The change counter answered nothing.')
    this.ledger.sqlite
      .query(
        `INSERT INTO change (organization_id, incarnation, sequence, kind, subject, payload, at_ms, commit_number)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        change.organizationId,
        counter.incarnation,
        counter.sequence,
        change.kind,
        change.subject,
        JSON.stringify(change.payload ?? null),
        this.nowMs,
        commitNumber,
      )
  }

  #writeJob({ job, organizationId, payload, options, traceparent }: PendingJob): void {
    this.ledger.sqlite
      .query(
        `INSERT INTO job (id, kind, organization_id, payload, unique_key, state, due_ms, lease_ms, attempt,
           attempts_max, created_ms, traceparent) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, 0, ?, ?, ?)
         ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state = 'waiting' DO NOTHING`,
      )
      .run(
        newGlobalId('job', this.nowMs),
        job.kind,
        organizationId,
        JSON.stringify(payload ?? null),
        options.key ?? null,
        options.runAtMs ?? this.nowMs,
        job.leaseMs,
        job.attemptsMax,
        this.nowMs,
        traceparent,
      )
  }
}

function refused(call: Call, error: AppError): Outcome {
  return { call: call.call, state: 'refused', error: error.toData() }
}

function failed(call: Call, error: unknown): Outcome {
  const report = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { call: call.call, state: 'failed', report: `${call.operation}: ${report}` }
}

/**
 * Errors of the disk, not of an operation: the transaction may still stand (SQLite says it may or may not roll back after
 * FULL, IOERR and NOMEM), but what it would commit can no longer be trusted to fit. https://sqlite.org/lang_transaction.html
 */
export function isStorageFault(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^SQLITE_(FULL|IOERR|NOMEM|READONLY|CORRUPT|NOTADB|CANTOPEN)/.test(code)
}
