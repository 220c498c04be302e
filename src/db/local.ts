import type { Static, TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { sql } from 'drizzle-orm'
import { AppError } from '../errors.ts'
import type { CommitNotice } from './calls.ts'
import { StoredChangeLog } from './change-log.ts'
import { ChangeTail } from './change-tail.ts'
import type { Confirmation } from './confirmation.ts'
import type { ChangeLog, Changes, DatabaseStats, Databases, WriteOptions } from './database.ts'
import type { OrganizationId } from './ids.ts'
import type { Operation, Sync, Tx } from './operation.ts'
import { shardName } from './placement.ts'
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
}

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
  readonly #checks = new Map<Operation, TypeCheck<TSchema>>()
  readonly #jobListeners: ((database: string) => void)[] = []
  #position = { epoch: 0, number: 0 }
  readonly #stats = { commits: 0, operations: 0, commitMs: 0 }

  constructor(private readonly options: LocalOptions) {
    this.#tail = new ChangeTail(options.reader, options.reportBug)
    this.log = new StoredChangeLog({
      read: (database, work) => options.reader.read(database, work),
      shardOf: (organizationId) => this.#shardOf(organizationId),
      confirmedRow: (database) => this.#tail.confirmedRow(database),
    })
    this.#port = options.connect({
      notice: (notice) => this.#onNotice(notice),
      idle: () => this.#queue.idle(),
      lost: (error) => {
        this.#queue.lose()
        options.onWriterLost(error)
      },
    })
    this.#queue = new WriteQueue(this.#port, options.reportBug)
    for (const database of options.databases) {
      this.#tail.begin(database)
      this.#reach(this.#lastCommit(database))
    }
  }

  get names(): readonly string[] {
    return this.options.databases
  }

  get changes(): Changes {
    return this.#tail
  }

  /** How far this node's data is: the epoch and the number of the last commit that was acknowledged here. */
  get position(): { readonly epoch: number; readonly number: number } {
    return this.#position
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

  async close(): Promise<void> {
    await this.#port.close()
    this.options.reader.close()
  }

  #push<S extends TSchema, R>(
    operation: Operation<S, R>,
    organizationId: OrganizationId | null,
    database: string | null,
    input: Static<S>,
    options: WriteOptions,
  ): Promise<R> {
    const faults = this.#faultsOf(operation, input)
    if (faults !== undefined) return Promise.reject(faults)
    const call = {
      operation: operation.name,
      organizationId,
      input,
      operationId: options.operationId ?? null,
      database,
    }
    return this.#queue.push(call) as Promise<R>
  }

  #faultsOf(operation: Operation, input: unknown): AppError | undefined {
    let check = this.#checks.get(operation)
    if (check === undefined) {
      check = TypeCompiler.Compile(operation.input)
      this.#checks.set(operation, check)
    }
    if (check.Check(input)) return undefined
    const faults = [...check.Errors(input)].slice(0, 20).map(({ path, message }) => ({ pointer: path, message }))
    return new AppError('invalid', `The input of ${operation.name} is not valid.`, { faults })
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
    }
    const changes = notice.changed ? this.#tail.apply(notice.database, notice.number) : []
    const acknowledge = () => {
      this.#reach(notice)
      this.#tail.confirm(changes)
      this.#queue.settle(notice.outcomes)
      if (notice.enqueued) for (const listener of this.#jobListeners) listener(notice.database)
    }
    const confirmed = this.options.confirmation.wait(notice)
    if (confirmed === undefined) acknowledge()
    else confirmed.then(acknowledge, (error) => this.#queue.refuse(notice.outcomes, error))
  }

  #reach({ epoch, number }: { readonly epoch: number; readonly number: number }): void {
    const here = this.#position
    if (epoch > here.epoch || (epoch === here.epoch && number > here.number)) this.#position = { epoch, number }
  }

  #lastCommit(database: string): { epoch: number; number: number } {
    const [last] = this.readFrom(database, (tx) =>
      tx.all<{ epoch: number; number: number }>(
        sql`SELECT epoch, number FROM commits ORDER BY epoch DESC, number DESC LIMIT 1`,
      ),
    )
    return last ?? { epoch: 0, number: 0 }
  }
}
