import type { Database } from 'bun:sqlite'
import { AppError } from '../errors.ts'
import { Batch, isStorageFault } from './batch.ts'
import type { Call, CommitNotice, Outcome } from './calls.ts'
import type { OrganizationId } from './ids.ts'
import { Ledger } from './ledger.ts'
import { applyMigration, type ModuleMigrations, pendingMigrations } from './migrations.ts'
import type { DatabaseKind, Operation } from './operation.ts'
import { placeOnRing, shardName } from './placement.ts'

/** Bounds of one group commit: a batch larger than this spills nothing but delays everybody behind it. */
const operationsPerCommitMax = 2_000

export interface WriterModule {
  readonly migrations: ModuleMigrations
  readonly operations: readonly Operation[]
}

export interface CommitterOptions {
  readonly modules: readonly WriterModule[]
  /** How many shards a new directory lists. An existing one keeps its own. */
  readonly shards: number
  readonly epoch: number
  open(name: string): Database
  nowMs(): number
}

/**
 * The one writer of all databases: group commit with a savepoint per operation, and commit numbers. It knows nothing of
 * threads: the Worker drives it for files, the in-memory databases drive it directly.
 */
export class Committer {
  readonly #ledgers = new Map<string, Ledger>()
  readonly #operations = new Map<string, Operation>()
  readonly #lastNumbers = new Map<string, number>()
  readonly #shards: readonly number[]
  #nowMs = 0

  constructor(private readonly options: CommitterOptions) {
    for (const operation of options.modules.flatMap((module) => module.operations)) {
      if (this.#operations.has(operation.name)) throw new Error(`Two operations are named ${operation.name}.`)
      this.#operations.set(operation.name, operation)
    }
    const directory = this.#open('directory', 'directory')
    this.#migrate(directory)
    this.#shards = this.#listShards(directory)
    for (const number of this.#shards) this.#migrate(this.#open(shardName(number), 'shard'))
  }

  get databases(): readonly string[] {
    return [...this.#ledgers.keys()]
  }

  ledger(name: string): Ledger {
    const ledger = this.#ledgers.get(name)
    if (ledger === undefined) throw new Error(`There is no database ${name}.`)
    return ledger
  }

  /** Commits these calls, a group per database, and tells of each group as soon as it stands or has failed. */
  run(calls: readonly Call[], notify: (notice: CommitNotice) => void): void {
    const groups = new Map<string, Call[]>()
    const lost: Outcome[] = []
    for (const call of calls) {
      if (!this.#operations.has(call.operation)) {
        lost.push({ call: call.call, state: 'failed', report: `There is no operation ${call.operation}.` })
        continue
      }
      const name = this.#databaseOf(call)
      if (name === undefined) {
        lost.push({ call: call.call, state: 'refused', error: unknownOrganization.toData() })
        continue
      }
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [call])
      else group.push(call)
    }
    if (lost.length > 0) notify(this.#notice('directory', lost, undefined, 0))
    for (const [name, group] of groups) {
      for (let at = 0; at < group.length; at += operationsPerCommitMax) {
        notify(this.#commit(this.ledger(name), group.slice(at, at + operationsPerCommitMax)))
      }
    }
  }

  close(): void {
    for (const ledger of this.#ledgers.values()) ledger.sqlite.close()
    this.#ledgers.clear()
  }

  #commit(ledger: Ledger, calls: readonly Call[]): CommitNotice {
    const startedMs = performance.now()
    const place = ledger.kind === 'directory' ? (id: OrganizationId) => this.#place(ledger, id) : undefined
    const batch = new Batch(ledger, this.#now(), place)
    const number = this.#nextNumber()
    try {
      ledger.begin()
      for (const call of calls) {
        const operation = this.#operations.get(call.operation)
        if (operation === undefined) throw new Error(`There is no operation ${call.operation}.`)
        batch.run(call, operation)
      }
      if (batch.succeeded === 0) {
        ledger.rollback()
        return this.#notice(ledger.name, batch.outcomes, undefined, performance.now() - startedMs)
      }
      batch.finish(number)
      this.#writeCommit(ledger, number)
      ledger.commit()
    } catch (error) {
      ledger.rollback()
      return this.#notice(ledger.name, allFail(calls, error), undefined, performance.now() - startedMs)
    }
    this.#lastNumbers.set(ledger.name, number)
    return this.#notice(ledger.name, batch.outcomes, batch, performance.now() - startedMs)
  }

  #notice(database: string, outcomes: readonly Outcome[], batch: Batch | undefined, tookMs: number): CommitNotice {
    return {
      database,
      epoch: this.options.epoch,
      number: this.#lastNumbers.get(database) ?? 0,
      committed: batch !== undefined,
      changed: batch?.changed ?? false,
      enqueued: batch?.enqueued ?? false,
      placed: batch?.placed ?? [],
      outcomes,
      tookMs,
    }
  }

  /** The next number is given whatever the database; a failed commit leaves it to be used again. */
  #nextNumber(): number {
    return Math.max(0, ...this.#lastNumbers.values()) + 1
  }

  /** Keeps the newest row only: alone, whatever is committed is confirmed. */
  #writeCommit(ledger: Ledger, number: number): void {
    const others = Object.fromEntries([...this.#lastNumbers].filter(([name]) => name !== ledger.name))
    ledger.sqlite
      .query('INSERT INTO commits (epoch, number, at_ms, others) VALUES (?, ?, ?, ?)')
      .run(this.options.epoch, number, this.#nowMs, JSON.stringify(others))
    ledger.sqlite.query('DELETE FROM commits WHERE number < ?').run(number)
  }

  /** UTC milliseconds that never go backwards, not even when the clock does or the process restarts. */
  #now(): number {
    this.#nowMs = Math.max(this.#nowMs, this.options.nowMs())
    return this.#nowMs
  }

  #open(name: string, kind: DatabaseKind): Ledger {
    const ledger = new Ledger(name, kind, this.options.open(name))
    this.#ledgers.set(name, ledger)
    const known = ledger.sqlite.query("SELECT 1 FROM sqlite_schema WHERE name = 'commits'").get() !== null
    const last = known
      ? ledger.sqlite
          .query<{ number: number; at_ms: number }, []>(
            'SELECT number, at_ms FROM commits ORDER BY epoch DESC, number DESC LIMIT 1',
          )
          .get()
      : null
    this.#lastNumbers.set(name, last?.number ?? 0)
    this.#nowMs = Math.max(this.#nowMs, last?.at_ms ?? 0)
    return ledger
  }

  #migrate(ledger: Ledger): void {
    const modules = this.options.modules.map((module) => module.migrations)
    for (const pending of pendingMigrations(ledger.sqlite, ledger.kind, modules)) {
      const number = this.#nextNumber()
      try {
        ledger.begin()
        applyMigration(ledger.sqlite, pending, this.#now())
        this.#writeCommit(ledger, number)
        ledger.commit()
      } catch (cause) {
        ledger.rollback()
        throw new Error(`Migration ${pending.module}/${pending.migration.name} of ${ledger.name} failed.`, { cause })
      }
      this.#lastNumbers.set(ledger.name, number)
    }
  }

  #listShards(directory: Ledger): readonly number[] {
    const list = () =>
      directory.sqlite
        .query<{ number: number }, []>('SELECT number FROM shard ORDER BY number')
        .all()
        .map((row) => row.number)
    if (list().length > 0) return list()
    const number = this.#nextNumber()
    directory.begin()
    for (let shard = 0; shard < this.options.shards; shard++) {
      directory.sqlite.query('INSERT INTO shard (number, created_ms) VALUES (?, ?)').run(shard, this.#now())
    }
    this.#writeCommit(directory, number)
    directory.commit()
    this.#lastNumbers.set('directory', number)
    return list()
  }

  #databaseOf(call: Call): string | undefined {
    if (call.database !== null) return call.database
    if (this.#operations.get(call.operation)?.database === 'directory') return 'directory'
    if (call.organizationId === null) return undefined
    const shard = this.#placed(this.ledger('directory'), call.organizationId)
    return shard === undefined ? undefined : shardName(shard)
  }

  #placed(directory: Ledger, organizationId: OrganizationId): number | undefined {
    return (
      directory.sqlite
        .query<{ shard: number }, [string]>('SELECT shard FROM placement WHERE organization_id = ?')
        .get(organizationId)?.shard ?? undefined
    )
  }

  #place(directory: Ledger, organizationId: OrganizationId): number {
    const pinned = this.#placed(directory, organizationId)
    if (pinned !== undefined) return pinned
    const shard = placeOnRing(organizationId, this.#shards)
    directory.sqlite
      .query('INSERT INTO placement (organization_id, shard, placed_ms) VALUES (?, ?, ?)')
      .run(organizationId, shard, this.#nowMs)
    return shard
  }
}

const unknownOrganization = new AppError('not-found', 'There is no such organization.')

/** The whole group failed: nothing of it is stored, and every caller hears so. */
function allFail(calls: readonly Call[], error: unknown): Outcome[] {
  if (isStorageFault(error)) {
    const data = storageError(error).toData()
    return calls.map((call) => ({ call: call.call, state: 'refused', error: data }))
  }
  const report = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return calls.map((call) => ({ call: call.call, state: 'failed', report }))
}

function storageError(error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_FULL')) {
    return new AppError(
      'unavailable',
      'The disk is full: nothing was stored. Reading goes on; free some space and retry.',
      {
        retryAfterS: 30,
      },
    )
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new AppError('unavailable', 'The data folder is read-only: nothing was stored. Reading goes on.', {
      retryAfterS: 30,
    })
  }
  return new AppError('unavailable', 'The database could not be written: nothing was stored. Reading goes on.', {
    retryAfterS: 5,
  })
}
