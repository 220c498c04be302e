import type { Database } from 'bun:sqlite'
import { Batch } from './batch.ts'
import type { Call, CommitNotice, Outcome } from './calls.ts'
import { allFail, doubt, refuseAll, unknownOrganization } from './failures.ts'
import type { OrganizationId } from './ids.ts'
import { Ledger } from './ledger.ts'
import { applyMigration, type ModuleMigrations, pendingMigrations } from './migrations.ts'
import { Numbering, type NumberingOptions } from './numbering.ts'
import type { DatabaseKind, Operation } from './operation.ts'
import { placeOnRing, shardName } from './placement.ts'
import type { LtxPosition, Position } from './position.ts'

/** Bounds of one group commit: a batch larger than this spills nothing but delays everybody behind it. */
const operationsPerCommitMax = 2_000
/** Organizations whose shard is remembered. */
const placementsMax = 100_000

export interface WriterModule {
  readonly migrations: ModuleMigrations
  readonly operations: readonly Operation[]
}

export interface CommitterOptions extends NumberingOptions {
  readonly modules: readonly WriterModule[]
  /** How many shards a new directory lists. An existing one keeps its own. */
  readonly shards: number
  open(name: string): Database
  nowMs(): number
}

/** A row that opens an epoch in one database. */
export interface OpeningCommit {
  readonly database: string
  readonly number: number
  readonly ltx: LtxPosition | null
}

/**
 * The one writer of all databases: group commit with a savepoint per operation, and commit numbers. It knows nothing of
 * threads: the Worker drives it for files, the in-memory databases drive it directly.
 */
export class Committer {
  readonly #ledgers = new Map<string, Ledger>()
  readonly #operations = new Map<string, Operation>()
  readonly #numbering: Numbering
  readonly #shards: readonly number[]
  /** Committed placements, which never change: on LiteFS a look at the directory costs as much as the operation itself. */
  readonly #placements = new Map<OrganizationId, number>()
  #nowMs = 0
  #inDoubt = false

  constructor(private readonly options: CommitterOptions) {
    this.#numbering = new Numbering(options)
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

  /**
   * Begins an epoch: writes a row into each database (SPEC G19). What was in doubt is looked up anew.
   * @throws Error when the epoch is below one that was seen, or a row could not be written; until another try nothing is committed.
   */
  begin(epoch: number): readonly OpeningCommit[] {
    for (const ledger of this.#ledgers.values()) this.#numbering.look(ledger)
    // What another primary's log has taken back may have been placed elsewhere since.
    this.#placements.clear()
    this.#inDoubt = true
    this.#numbering.begin(epoch)
    const commits = [...this.#ledgers.values()].map((ledger) => this.#openIn(ledger))
    this.#inDoubt = false
    return commits
  }

  /** Everything up to here is confirmed by the cluster: rows below it need not be kept. */
  confirm(position: Position): void {
    this.#numbering.confirm(position)
  }

  /** Pages kept in memory go; they are read again when they are needed. */
  letGo(): void {
    for (const ledger of this.#ledgers.values()) ledger.sqlite.run('PRAGMA shrink_memory')
  }

  close(): void {
    for (const ledger of this.#ledgers.values()) ledger.sqlite.close()
    this.#ledgers.clear()
  }

  #commit(ledger: Ledger, calls: readonly Call[]): CommitNotice {
    const startedMs = performance.now()
    if (this.#inDoubt) return this.#notice(ledger.name, refuseAll(calls, doubt), undefined, 0)
    const place = ledger.kind === 'directory' ? (id: OrganizationId) => this.#place(ledger, id) : undefined
    const batch = new Batch(ledger, this.#now(), place)
    const number = this.#numbering.next
    let lockMs = 0
    try {
      ledger.begin()
      lockMs = performance.now() - startedMs
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
      this.#numbering.write(ledger, this.#nowMs)
      ledger.commit()
    } catch (error) {
      ledger.rollback()
      this.#inDoubt = !this.#numbering.isUnmoved(ledger)
      // Where LiteFS cannot be asked, a failed COMMIT may stand all the same.
      const outcomes = this.#inDoubt ? refuseAll(calls, doubt) : allFail(calls, error)
      return this.#notice(ledger.name, outcomes, undefined, performance.now() - startedMs, lockMs)
    }
    try {
      this.#numbering.stand(ledger, number)
    } catch {
      this.#inDoubt = true
      return this.#notice(ledger.name, refuseAll(calls, doubt), undefined, performance.now() - startedMs)
    }
    return this.#notice(ledger.name, batch.outcomes, batch, performance.now() - startedMs, lockMs)
  }

  #openIn(ledger: Ledger): OpeningCommit {
    try {
      ledger.begin()
      const number = this.#numbering.write(ledger, this.#now())
      ledger.commit()
      return { database: ledger.name, number, ltx: this.#numbering.stand(ledger, number) }
    } finally {
      ledger.rollback()
    }
  }

  #notice(
    database: string,
    outcomes: readonly Outcome[],
    batch: Batch | undefined,
    tookMs: number,
    lockMs = 0,
  ): CommitNotice {
    const last = this.#numbering.lastOf(database)
    return {
      database,
      epoch: last.epoch,
      number: last.number,
      committed: batch !== undefined,
      ltx: batch === undefined ? null : this.#numbering.ltxOf(database),
      inDoubt: this.#inDoubt,
      changed: batch?.changed ?? false,
      enqueued: batch?.enqueued ?? false,
      placed: batch?.placed ?? [],
      outcomes,
      tookMs,
      lockMs,
      ...(batch !== undefined && batch.traced.length > 0 && { traced: batch.traced }),
    }
  }

  /** UTC milliseconds that never go backwards, not even when the clock does or the process restarts. */
  #now(): number {
    this.#nowMs = Math.max(this.#nowMs, this.options.nowMs())
    return this.#nowMs
  }

  #open(name: string, kind: DatabaseKind): Ledger {
    const ledger = new Ledger(name, kind, this.options.open(name))
    this.#ledgers.set(name, ledger)
    this.#nowMs = Math.max(this.#nowMs, this.#numbering.look(ledger))
    return ledger
  }

  #migrate(ledger: Ledger): void {
    const modules = this.options.modules.map((module) => module.migrations)
    for (const pending of pendingMigrations(ledger.sqlite, ledger.kind, modules)) {
      const number = this.#numbering.next
      try {
        ledger.begin()
        applyMigration(ledger.sqlite, pending, this.#now())
        this.#numbering.write(ledger, this.#nowMs)
        ledger.commit()
      } catch (cause) {
        ledger.rollback()
        throw new Error(`Migration ${pending.module}/${pending.migration.name} of ${ledger.name} failed.`, { cause })
      }
      this.#numbering.stand(ledger, number)
    }
  }

  #listShards(directory: Ledger): readonly number[] {
    const list = () =>
      directory.sqlite
        .query<{ number: number }, []>('SELECT number FROM shard ORDER BY number')
        .all()
        .map((row) => row.number)
    if (list().length > 0) return list()
    directory.begin()
    for (let shard = 0; shard < this.options.shards; shard++) {
      directory.sqlite.query('INSERT INTO shard (number, created_ms) VALUES (?, ?)').run(shard, this.#now())
    }
    const number = this.#numbering.write(directory, this.#nowMs)
    directory.commit()
    this.#numbering.stand(directory, number)
    return list()
  }

  #databaseOf(call: Call): string | undefined {
    if (call.database !== null) return call.database
    if (this.#operations.get(call.operation)?.database === 'directory') return 'directory'
    if (call.organizationId === null) return undefined
    const shard = this.#placements.get(call.organizationId) ?? this.#lookUp(call.organizationId)
    return shard === undefined ? undefined : shardName(shard)
  }

  /** Outside of any transaction: what it finds is committed. */
  #lookUp(organizationId: OrganizationId): number | undefined {
    const shard = this.#placed(this.ledger('directory'), organizationId)
    if (shard === undefined) return undefined
    if (this.#placements.size >= placementsMax) this.#placements.clear()
    this.#placements.set(organizationId, shard)
    return shard
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
