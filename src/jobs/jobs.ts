import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { sql } from 'drizzle-orm'
import { isOrganizationId, newGlobalId, type OrganizationId } from '../db/ids.ts'
import type { LocalDatabases } from '../db/local.ts'
import type { JobKind } from '../db/operation.ts'
import { type ClaimedJob, claimJobs, finishJob, releaseJobs, renewLease, retryJob } from './operations.ts'

/** Jobs under way at once in this process. */
const concurrencyMax = 8
/** The longest sleep between two looks for due jobs: a bound on what a missed wake-up costs. */
const idleMsMax = 60_000
const backoffFirstMs = 1_000
const backoffMsMax = 3_600_000

export interface JobContext {
  /** Aborted when the lease is lost or the process shuts down. */
  readonly signal: AbortSignal
  /** 1 for the first. */
  readonly attempt: number
  readonly organizationId: OrganizationId | null
}

type Handler = (payload: unknown, context: JobContext) => Promise<void>

export interface Jobs {
  /** One handler a kind. It must be idempotent: a job runs at least once. */
  handle<S extends TSchema>(job: JobKind<S>, handler: (payload: Static<S>, context: JobContext) => Promise<void>): void
}

export interface JobRunnerOptions {
  readonly databases: LocalDatabases
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void }
  readonly nowMs?: () => number
  /** 0 ≤ x < 1: spreads retries. */
  readonly random?: () => number
}

/** Hears of each attempt, and runs it: for metrics and traces. */
export interface JobObserver {
  attempt(job: ClaimedJob, database: string, run: () => Promise<void>): Promise<void>
}

export interface JobCounts {
  readonly waiting: number
  readonly running: number
  readonly dead: number
}

/**
 * Runs the jobs of all databases on the primary: woken by the commit that enqueued them, and by a timer for what is due
 * later. A job is claimed with a lease, retried with exponential back-off and jitter, and dead-lettered in the end.
 */
export class JobRunner implements Jobs {
  readonly #handlers = new Map<string, { kind: JobKind; run: Handler }>()
  readonly #owner = newGlobalId('run')
  readonly #running = new Map<Promise<void>, string>()
  readonly #stopping = new AbortController()
  #state: 'new' | 'started' | 'paused' | 'closed' = 'new'
  #timer: ReturnType<typeof setTimeout> | undefined
  #looking: Promise<void> | undefined
  #lookAgain = false
  #observer: JobObserver | undefined

  constructor(private readonly options: JobRunnerOptions) {}

  handle<S extends TSchema>(
    job: JobKind<S>,
    handler: (payload: Static<S>, context: JobContext) => Promise<void>,
  ): void {
    if (this.#handlers.has(job.kind)) throw new Error(`Two handlers for the job ${job.kind}.`)
    const run: Handler = (payload, context) => handler(Value.Decode(job.input, payload), context)
    this.#handlers.set(job.kind, { kind: job, run })
  }

  async start(): Promise<void> {
    if (this.#state === 'closed') return
    if (this.#state === 'new') this.options.databases.onEnqueued(() => this.#wake())
    this.#state = 'started'
    for (const database of this.options.databases.names) {
      if (this.#count(database, 'running') > 0) {
        await this.options.databases.writeTo(database, releaseJobs, { owner: this.#owner })
      }
    }
    this.#wake()
  }

  /** Takes no new job until the next `start`: this node no longer writes. What runs is left to end or to lose its lease. */
  pause(): void {
    if (this.#state === 'started') this.#state = 'paused'
    clearTimeout(this.#timer)
  }

  /** Measures or traces the attempts from now on. */
  observe(observer: JobObserver): void {
    this.#observer = observer
  }

  /** Looks for due jobs now: something made them due without enqueueing them. */
  wake(): void {
    this.#wake()
  }

  /** How many jobs there are in all databases. */
  counts(): JobCounts {
    const count = (state: string) =>
      this.options.databases.names.reduce((sum, database) => sum + this.#count(database, state), 0)
    return { waiting: count('waiting'), running: count('running'), dead: count('dead') }
  }

  /** Resolves when nothing is due any more: for tests and for commands that work offline. */
  async settled(): Promise<void> {
    do {
      await this.#look()
      await Promise.all(this.#running.keys())
    } while (this.#dueInMs() === 0)
  }

  /** Takes no new job, tells the running ones and waits for them; leases of what does not end are taken over later. */
  async close(): Promise<void> {
    this.#state = 'closed'
    clearTimeout(this.#timer)
    this.#stopping.abort()
    await this.#looking
    await Promise.all(this.#running.keys())
  }

  #wake(): void {
    if (this.#state !== 'started') return
    if (this.#looking !== undefined) {
      this.#lookAgain = true
      return
    }
    this.#looking = this.#look()
      .catch((error) => this.options.log.error({ err: error }, 'looking for jobs failed'))
      .then(() => {
        this.#looking = undefined
        if (this.#lookAgain) {
          this.#lookAgain = false
          this.#wake()
        } else this.#sleep()
      })
  }

  #sleep(): void {
    if (this.#state !== 'started') return
    clearTimeout(this.#timer)
    // With no room, the job that ends next wakes the runner.
    if (this.#running.size >= concurrencyMax) return
    this.#timer = setTimeout(() => this.#wake(), Math.max(this.#dueInMs(), 20))
  }

  async #look(): Promise<void> {
    for (const database of this.options.databases.names) {
      for (const { kinds, room } of this.#groups()) {
        const limit = Math.min(concurrencyMax - this.#running.size, room())
        if (this.#state === 'closed' || this.#state === 'paused') return
        if (limit <= 0 || !this.#isDue(database, kinds)) continue
        const jobs = await this.options.databases.writeTo(database, claimJobs, { owner: this.#owner, kinds, limit })
        for (const job of jobs) this.#begin(database, job)
      }
    }
  }

  /** The kinds that share all the room there is, and each that has a limit of its own. */
  #groups(): readonly { readonly kinds: string[]; readonly room: () => number }[] {
    const all = [...this.#handlers.values()].map(({ kind }) => kind)
    const shared = all.filter((kind) => kind.concurrencyMax === undefined).map(({ kind }) => kind)
    const limited = all.flatMap(({ kind, concurrencyMax: most }) =>
      most === undefined ? [] : [{ kinds: [kind], room: () => most - this.#countRunning(kind) }],
    )
    return [{ kinds: shared, room: () => concurrencyMax }, ...limited]
  }

  #countRunning(kind: string): number {
    return [...this.#running.values()].filter((one) => one === kind).length
  }

  /** Kinds that more of may run now: what waits for the others is begun when one of them ends. */
  #kindsWithRoom(): string[] {
    return this.#groups().flatMap(({ kinds, room }) => (room() > 0 ? kinds : []))
  }

  #begin(database: string, job: ClaimedJob): void {
    const running = this.#run(database, job)
      .catch((error) => this.options.log.error({ err: error, job: job.kind, id: job.id }, 'a job could not be settled'))
      .then(() => {
        this.#running.delete(running)
        this.#wake()
      })
    this.#running.set(running, job.kind)
  }

  async #run(database: string, job: ClaimedJob): Promise<void> {
    const handler = this.#handlers.get(job.kind)
    if (handler === undefined) return
    const lost = new AbortController()
    const renewal = setInterval(
      () => {
        this.options.databases.writeTo(database, renewLease, { id: job.id, owner: this.#owner }).then(
          (held) => held || lost.abort(),
          () => {},
        )
      },
      Math.max(job.leaseMs / 3, 100),
    )
    const attempt = () =>
      handler.run(JSON.parse(job.payload), {
        signal: AbortSignal.any([lost.signal, this.#stopping.signal]),
        attempt: job.attempt,
        organizationId: isOrganizationId(job.organizationId) ? job.organizationId : null,
      })
    try {
      await (this.#observer === undefined ? attempt() : this.#observer.attempt(job, database, attempt))
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 2_000)
      this.options.log.warn({ err: error, job: job.kind, id: job.id, attempt: job.attempt }, 'a job failed')
      const delayMs = this.#backoffMs(job.attempt)
      await this.options.databases.writeTo(database, retryJob, {
        id: job.id,
        owner: this.#owner,
        error: message,
        delayMs,
      })
      return
    } finally {
      clearInterval(renewal)
    }
    await this.options.databases.writeTo(database, finishJob, { id: job.id, owner: this.#owner })
  }

  /** Exponential with full jitter in its upper half: between half of the step and the whole of it. */
  #backoffMs(attempt: number): number {
    const step = Math.min(backoffFirstMs * 2 ** (attempt - 1), backoffMsMax)
    return Math.round(step / 2 + ((this.options.random ?? Math.random)() * step) / 2)
  }

  #isDue(database: string, kinds: readonly string[]): boolean {
    const nowMs = this.#nowMs()
    return this.options.databases.readFrom(database, (tx) =>
      tx
        .values<[number]>(sql`SELECT 1 FROM job
          WHERE state IN ('waiting', 'running') AND due_ms <= ${nowMs} AND kind IN (${listed(kinds)}) LIMIT 1`)
        .some(() => true),
    )
  }

  #dueInMs(): number {
    const nowMs = this.#nowMs()
    const kinds = listed(this.#kindsWithRoom())
    let nextMs = nowMs + idleMsMax
    for (const database of this.options.databases.names) {
      for (const state of ['waiting', 'running']) {
        const [row] = this.options.databases.readFrom(database, (tx) =>
          tx.all<{ due: number | null }>(
            sql`SELECT min(due_ms) AS due FROM job WHERE state = ${state} AND kind IN (${kinds})`,
          ),
        )
        nextMs = Math.min(nextMs, row?.due ?? nextMs)
      }
    }
    return Math.max(0, nextMs - nowMs)
  }

  #count(database: string, state: string): number {
    const [row] = this.options.databases.readFrom(database, (tx) =>
      tx.all<{ count: number }>(sql`SELECT count(*) AS count FROM job WHERE state = ${state}`),
    )
    return row?.count ?? 0
  }

  #nowMs(): number {
    return (this.options.nowMs ?? Date.now)()
  }
}

/** Asked for by kind: a job of a kind that this version does not know waits for one that does, and wakes nobody. */
function listed(kinds: readonly string[]) {
  return sql.join(
    kinds.map((kind) => sql`${kind}`),
    sql`, `,
  )
}
