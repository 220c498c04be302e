import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { Call } from './calls.ts'
import { alone, type Confirmation } from './confirmation.ts'
import { LocalDatabases } from './local.ts'
import { SnapshotReader } from './reader.ts'
import type { WriterEvents, WriterPort } from './writer-port.ts'
import { type FromWriter, read, type ToWriter, type Written, written } from './writer-protocol.ts'

export interface FileOptions {
  /** Holds `directory.db`, `shard-000.db`, …; made when absent. */
  readonly folder: string
  readonly shards: number
  /** The writer Worker's entry: `src/writer.ts`, or its name in the binary. */
  readonly writerUrl: string | URL
  readonly reportBug: (error: unknown) => void
  /** The writer died: the process can only read and should be restarted. */
  readonly onWriterLost: (error: Error) => void
  readonly confirmation?: Confirmation
  /** Given each reading connection as it is opened: to measure what runs on it. */
  readonly onReader?: (sqlite: Database, database: string) => void
}

/**
 * Opens the databases of a folder: the writer Worker migrates them and is the only one to write; this thread reads.
 * @throws Error with one line for people: folder in use, not writable, a migration that failed.
 */
export async function openDatabases(options: FileOptions): Promise<LocalDatabases> {
  const worker = new Worker(options.writerUrl, { name: 'writer' })
  const databases = await opened(worker, options)
  return new LocalDatabases({
    reader: new SnapshotReader((database) => join(options.folder, `${database}.db`), options.onReader),
    confirmation: options.confirmation ?? alone,
    databases,
    connect: (events) => new WorkerPort(worker, events),
    reportBug: options.reportBug,
    onWriterLost: options.onWriterLost,
  })
}

async function opened(worker: Worker, options: FileOptions): Promise<readonly string[]> {
  const answer = await new Promise<FromWriter>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<Written<FromWriter>>) => resolve(read(event.data))
    worker.onerror = (event) => reject(new Error(`The writer did not start: ${event.message}`))
    const { folder, shards } = options
    const lock = join(folder, 'writer.lock')
    tell(worker, { type: 'open', folder, lock, shards, durability: 'disk', epoch: 1 })
  })
  if (answer.type === 'opened') return answer.databases
  worker.terminate()
  throw new Error(
    answer.type === 'refused'
      ? `The databases in ${options.folder} could not be opened: ${answer.message}`
      : 'The writer did not start.',
  )
}

class WorkerPort implements WriterPort {
  #onClosed: (() => void) | undefined

  constructor(
    private readonly worker: Worker,
    private readonly events: WriterEvents,
  ) {
    worker.onmessage = (event: MessageEvent<Written<FromWriter>>) => this.#receive(read(event.data))
    worker.onerror = (event) => this.#lose(event.message)
    worker.addEventListener('close', () => this.#lose('it ended'))
  }

  send(calls: readonly Call[]): void {
    tell(this.worker, { type: 'calls', calls })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClosed = () => {
        this.worker.terminate()
        resolve()
      }
      tell(this.worker, { type: 'close' })
    })
  }

  #receive(message: FromWriter): void {
    if (message.type === 'notice') this.events.notice(message.notice)
    else if (message.type === 'idle') this.events.idle()
    else if (message.type === 'closed') this.#onClosed?.()
  }

  #lose(why: string): void {
    if (this.#onClosed !== undefined) this.#onClosed()
    else this.events.lost(new Error(`The writer stopped: ${why}`))
  }
}

function tell(worker: Worker, message: ToWriter): void {
  worker.postMessage(written(message))
}
