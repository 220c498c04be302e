import type { Static, TSchema } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { AppError } from '../errors.ts'
import { Arrivals } from './arrivals.ts'
import { BatchSteps } from './batch-steps.ts'
import type { CommitNotice, Outcome } from './calls.ts'
import { StoredChangeLog } from './change-log.ts'
import { ChangeTail } from './change-tail.ts'
import type { Confirmation } from './confirmation.ts'
import type { ChangeLog, Changes, DatabaseStats, Databases, WriteOptions } from './database.ts'
import { type ForwardedCall, runForwarded } from './forwarded.ts'
import type { OrganizationId } from './ids.ts'
import { InputChecks } from './input-checks.ts'
import type { DatabaseObserver } from './observer.ts'
import type { Operation, Sync, Tx } from './operation.ts'
import { shardName } from './placement.ts'
import { comparePositions, later, origin, type Position } from './position.ts'
import { PositionWaits } from './position-waits.ts'
import type { Reader } from './reader.ts'
import { WriteQueue } from './write-queue.ts'
import type { WriterEvents, WriterPort } from './writer-port.ts'

export interface LocalOptions {
  readonly reader: Reader
  readonly confirmation: Confirmation
  /** Makes the way to the writer; it tells of commits through `events`. */
  readonly connect: (events: WriterEvents) => WriterPort
  readonly databases: readonly string[]
  readonly reportBug: (error: unknown) => void
  readonly onWriterLost: (error: Error) => void
  /** In a cluster: the epoch under which this node writes; null while another does. Absent: this node is alone. */
  readonly epoch?: () => number | null
}

/** How long data that was written elsewhere may take to come here before its caller hears that it cannot be shown. */
const arrivalMaxMs = 3_000
const late = new AppError(
  'not-confirmed',
  'It was stored, but has not reached this node yet. Retry it with the same key.',
  { retryAfterS: 1 },
)

/**
 * The databases of this node, whatever they are made of. On a commit notice, in this order: snapshots roll forward,
 * what announces itself is read and caches are evicted, the confirmation is awaited, live listeners hear, callers resolve.
 */
export class LocalDatabases implements Databases {
  readonly #queue: WriteQueue
  readonly #port: WriterPort
  readonly #tail: ChangeTail
  readonly log: ChangeLog
  readonly #shards = new Map<OrganizationId, string>()
  readonly #checks = new InputChecks()
  readonly #jobListeners: ((database: string) => void)[] = []
  readonly #arrivals: Arrivals
  readonly #waits = new PositionWaits()
  readonly #steps = new BatchSteps()
  #position: Position = origin
  #observer: DatabaseObserver | undefined
  readonly #stats = { commits: 0, operations: 0, commitMs: 0 }

  constructor(private readonly options: LocalOptions) {
    this.#tail = new ChangeTail(options.reader, options.reportBug)
    const log = new StoredChangeLog({
      read: (database, work) => options.reader.read(database, work),
      shardOf: (organizationId) => this.#shardOf(organizationId),
      confirmedRow: (database) => this.#tail.confirmedRow(database),
    })
    this.log = log
    this.#arrivals = new Arrivals(options.reader, this.#tail, () => {
      this.#shards.clear()
      log.forget()
      this.#tail.reset()
    })
    this.#port = options.connect({
      notice: (notice) => this.#onNotice(notice),
      idle: () => this.#queue.idle(),
      answered: (outcomes, position) => this.#onAnswered(outcomes, position),
      lost: (error) => {
        this.#queue.lose()
        options.onWriterLost(error)
      },
    })
    this.#queue = new WriteQueue(this.#port, options.reportBug, (waiting) => this.#steps.sizeOf(waiting))
    for (const database of options.databases) {
      if (options.epoch !== undefined) this.#arrivals.begin(database)
      else this.#beginAlone(database)
    }
  }

  get names(): readonly string[] {
    return this.options.databases
  }

  get changes(): Changes {
    return this.#tail
  }

  /** How far this node's data is: the epoch and the number of the last commit that was acknowledged here. */
  get position(): Position {
    return later(this.#arrivals.prefix, this.#position)
  }

  /** Whether operations are run by this node. */
  get isPrimary(): boolean {
    return this.options.epoch?.() !== null
  }

  /** On a node that does not write: this database moved. */
  arrive(database: string): void {
    if (!this.names.includes(database)) return
    this.#arrivals.arrive(database)
    this.#waits.reached(this.position)
  }

  /** Of a cluster: everything up to here can no longer be lost. */
  confirm(position: Position): void {
    this.#arrivals.confirm(position, this.options.epoch?.() === position.epoch)
    // The primary holds whatever it has confirmed, also before anybody has written anything.
    if (this.isPrimary) this.#reach(position)
  }

  /** How far what this node knows is confirmed. */
  get confirmed(): Position {
    return this.#arrivals.confirmed
  }

  /** Resolves with whether this node's data reached the position within the time. */
  whenReached(position: Position, withinMs: number): Promise<boolean> {
    if (comparePositions(this.position, position) >= 0) return Promise.resolve(true)
    return this.#waits.wait(position, withinMs)
  }

  /** Resolves when everything that a read may have seen here is confirmed. @throws AppError not-confirmed */
  whenConfirmed(): Promise<void> | undefined {
    const epoch = this.options.epoch?.()
    if (epoch === undefined || epoch === null) return undefined
    const opened = { epoch, number: 0 }
    return this.options.confirmation.wait(later(this.options.reader.seen ?? opened, opened))
  }

  get stats(): DatabaseStats {
    return { ...this.#stats, queueDepth: this.#queue.depth }
  }

  read<T>(organizationId: OrganizationId, work: (tx: Tx) => Sync<T>): T {
    return this.options.reader.read(this.#shardOf(organizationId), work)
  }

  readDirectory<T>(work: (tx: Tx) => Sync<T>): T {
    return this.options.reader.read('directory', work)
  }

  /** For the kernel: a database by its name. */
  readFrom<T>(database: string, work: (tx: Tx) => Sync<T>): T {
    return this.options.reader.read(database, work)
  }

  async write<S extends TSchema, R>(
    operation: Operation<S, R>,
    organizationId: OrganizationId | null,
    input: Static<S>,
    options: WriteOptions = {},
  ): Promise<R> {
    return this.#push(operation, organizationId, null, input, options)
  }

  /** For the kernel: an operation on a database by its name, for what concerns no organization. */
  writeTo<S extends TSchema, R>(database: string, operation: Operation<S, R>, input: Static<S>): Promise<R> {
    return this.#push(operation, null, database, input, {})
  }

  /** Called with a database in which jobs were enqueued and confirmed. */
  onEnqueued(listener: (database: string) => void): void {
    this.#jobListeners.push(listener)
  }

  /** Measures or traces what is written from now on. */
  observe(observer: DatabaseObserver): void {
    this.#observer = observer
  }

  async close(): Promise<void> {
    await this.#port.close()
    this.options.reader.close()
  }

  /** On the primary: what another node's callers ask for. Never throws: each call has its outcome. */
  async runForwarded(
    calls: readonly ForwardedCall[],
    operations: ReadonlyMap<string, Operation>,
  ): Promise<{ outcomes: Outcome[]; position: Position }> {
    const outcomes = await runForwarded(calls, operations, (operation, owner, { input, operationId, traceparent }) =>
      this.#push(operation, owner, null, input, operationId === null ? {} : { operationId }, traceparent),
    )
    return { outcomes, position: this.position }
  }

  #push<S extends TSchema, R>(
    operation: Operation<S, R>,
    organizationId: OrganizationId | null,
    database: string | null,
    input: Static<S>,
    options: WriteOptions,
    /** Of the node on which it was called. */
    traceparent?: string,
  ): Promise<R> {
    const faults = this.#checks.faultsOf(operation, input)
    if (faults !== undefined) return Promise.reject(faults)
    const watch = this.#observer?.begin(operation.name)
    const caller = traceparent ?? watch?.traceparent
    const call = {
      ...(caller !== undefined && { traceparent: caller }),
      operation: operation.name,
      organizationId,
      input,
      operationId: options.operationId ?? null,
      database,
    }
    const result = this.#queue.push(call) as Promise<R>
    return watch === undefined ? result : watch.follow(result)
  }

  #shardOf(organizationId: OrganizationId): string {
    const known = this.#shards.get(organizationId)
    if (known !== undefined) return known
    const [row] = this.readDirectory((tx) =>
      tx.all<{ shard: number }>(sql`SELECT shard FROM placement WHERE organization_id = ${organizationId}`),
    )
    if (row === undefined) throw new AppError('not-found', 'There is no such organization.')
    const name = shardName(row.shard)
    this.#shards.set(organizationId, name)
    return name
  }

  #onNotice(notice: CommitNotice): void {
    if (notice.committed) {
      this.#stats.commits++
      this.#stats.operations += notice.outcomes.length
      this.#stats.commitMs += notice.tookMs
      this.options.reader.roll(notice.database)
      if (this.options.epoch !== undefined) this.#arrivals.wrote(notice.database, notice)
    }
    this.#observer?.committed(notice)
    const announced = notice.changed ? this.#tail.apply(notice.database, notice.number) : []
    const changes = announced.flatMap((each) => each.changes)
    const standsMs = performance.now()
    const acknowledge = () => {
      if (notice.committed) this.#steps.note(notice.tookMs, performance.now() - standsMs)
      this.#reach(notice)
      const tell = () => this.#tail.confirm(changes)
      if (notice.traced === undefined || this.#observer === undefined) tell()
      else this.#observer.fanOut(notice, changes.length, tell)
      this.#queue.settle(notice.outcomes)
      if (notice.enqueued) for (const listener of this.#jobListeners) listener(notice.database)
    }
    const confirmed = this.options.confirmation.wait(notice)
    if (confirmed === undefined) acknowledge()
    else {
      confirmed.then(acknowledge, (error) => {
        this.#queue.refuse(notice.outcomes, error)
        // It may stand all the same; the next epoch tells.
        this.#arrivals.wait(notice.database, notice, changes)
      })
    }
  }

  /** The caller must see its own write here: it hears of it when the data has come. */
  #onAnswered(outcomes: readonly Outcome[], position: Position | null): void {
    if (position === null || comparePositions(this.position, position) >= 0) return this.#queue.settle(outcomes)
    void this.whenReached(position, arrivalMaxMs).then((reached) =>
      reached ? this.#queue.settle(outcomes) : this.#queue.refuse(outcomes, late),
    )
  }

  #beginAlone(database: string): void {
    this.#tail.begin(database)
    this.#reach(this.#lastCommit(database))
  }

  #reach({ epoch, number }: Position): void {
    if (comparePositions({ epoch, number }, this.#position) > 0) this.#position = { epoch, number }
    this.#waits.reached(this.position)
  }

  #lastCommit(database: string): Position {
    const newest = sql`SELECT epoch, number FROM commits ORDER BY epoch DESC, number DESC LIMIT 1`
    return this.readFrom(database, (tx) => tx.all<Position>(newest))[0] ?? origin
  }
}
