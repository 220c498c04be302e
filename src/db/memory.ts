import { Database } from 'bun:sqlite'
import type { Call } from './calls.ts'
import { Committer, type WriterModule } from './committer.ts'
import { alone, type Confirmation } from './confirmation.ts'
import { LocalDatabases } from './local.ts'
import { kernelModule } from './kernel-operations.ts'
import type { Tx } from './operation.ts'
import type { Reader } from './reader.ts'
import type { WriterEvents, WriterPort } from './writer-port.ts'

export interface MemoryOptions {
  readonly modules: readonly WriterModule[]
  readonly shards?: number
  readonly nowMs?: () => number
  readonly confirmation?: Confirmation
  readonly reportBug?: (error: unknown) => void
}

/** Databases in memory: the same contract as files, in this thread, gone at the end. */
export function openMemoryDatabases(options: MemoryOptions): LocalDatabases {
  const committer = new Committer({
    modules: [kernelModule, ...options.modules],
    shards: options.shards ?? 2,
    epoch: 1,
    nowMs: options.nowMs ?? Date.now,
    open: () => openInMemory(),
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

function openInMemory(): Database {
  const sqlite = new Database(':memory:', { strict: true })
  sqlite.run('PRAGMA foreign_keys = on')
  return sqlite
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
