import { Database } from 'bun:sqlite'
import type { Call } from './calls.ts'
import { Committer, type WriterModule } from './committer.ts'
import { alone, type Confirmation } from './confirmation.ts'
import { kernelModule } from './kernel-operations.ts'
import { LocalDatabases } from './local.ts'
import type { Tx } from './operation.ts'
import type { Reader } from './reader.ts'
import type { WriterEvents, WriterPort } from './writer-port.ts'

export interface MemoryOptions {
  readonly modules: readonly WriterModule[]
  readonly shards?: number
  readonly nowMs?: () => number
  readonly confirmation?: Confirmation
  readonly reportBug?: (error: unknown) => void
  /** Hears each statement as it is prepared, with the database it is for: so that a test can look at its plan. */
  readonly onStatement?: (statement: string, sqlite: Database) => void
}

/** Databases in memory: the same contract as files, in this thread, gone at the end. */
export function openMemoryDatabases(options: MemoryOptions): LocalDatabases {
  const committer = new Committer({
    modules: [kernelModule, ...options.modules],
    shards: options.shards ?? 2,
    epoch: 1,
    mode: 'alone',
    nowMs: options.nowMs ?? Date.now,
    open: () => openInMemory(options.onStatement),
  })
  return new LocalDatabases({
    reader: new MemoryReader(committer),
    confirmation: options.confirmation ?? alone,
    databases: committer.databases,
    connect: (events) => new MemoryPort(committer, events),
    reportBug: options.reportBug ?? console.error,
    onWriterLost: () => {},
  })
}

function openInMemory(onStatement: MemoryOptions['onStatement']): Database {
  const sqlite = new Database(':memory:', { strict: true })
  sqlite.run('PRAGMA foreign_keys = on')
  return onStatement === undefined ? sqlite : new HeardDatabase(sqlite, onStatement).sqlite
}

/** Both ways to a statement, `query` and drizzle's `prepare`, pass by the listener. */
class HeardDatabase {
  constructor(
    readonly sqlite: Database,
    onStatement: (statement: string, sqlite: Database) => void,
  ) {
    const prepare = sqlite.prepare.bind(sqlite)
    const query = sqlite.query.bind(sqlite)
    sqlite.prepare = ((text: string) => {
      onStatement(text, sqlite)
      return prepare(text)
    }) as Database['prepare']
    sqlite.query = ((text: string) => {
      onStatement(text, sqlite)
      return query(text)
    }) as Database['query']
  }
}

class MemoryPort implements WriterPort {
  constructor(
    private readonly committer: Committer,
    private readonly events: WriterEvents,
  ) {}

  send(calls: readonly Call[]): void {
    queueMicrotask(() => {
      this.committer.run(calls, (notice) => this.events.notice(notice))
      this.events.idle()
    })
  }

  async close(): Promise<void> {
    this.committer.close()
  }
}

/** Reads on the writer's own connections, which `query_only` guards for the time of the read. */
class MemoryReader implements Reader {
  #depth = 0

  constructor(private readonly committer: Committer) {}

  read<T>(database: string, work: (tx: Tx) => T): T {
    const { sqlite, tx } = this.committer.ledger(database)
    sqlite.run('PRAGMA query_only = on')
    this.#depth++
    try {
      return work(tx)
    } finally {
      this.#depth--
      if (this.#depth === 0) for (const name of this.committer.databases) this.#release(name)
    }
  }

  roll(): void {}

  close(): void {}

  #release(name: string): void {
    this.committer.ledger(name).sqlite.run('PRAGMA query_only = off')
  }
}
