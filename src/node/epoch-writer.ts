import type { NotedCommit } from '../cluster/steps.ts'
import type { Call, CommitNotice } from '../db/calls.ts'
import type { OpeningCommit } from '../db/committer.ts'
import { type FromWriter, read, type ToWriter, type Written, written } from '../db/writer-protocol.ts'

export interface EpochWriterEvents {
  notice(notice: CommitNotice, admission: { readonly node: string; readonly nonce: string } | null): void
  /** A batch is through; the queue's, or one of another kind. */
  idle(isQueues: boolean): void
  begun(epoch: number, commits: readonly NotedCommit[]): void
  failed(epoch: number, message: string): void
  lost(error: Error): void
}

/** What is needed of a Worker. */
export interface WriterThread {
  onmessage: ((event: MessageEvent<Written<FromWriter>>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
  postMessage(message: Written<ToWriter>): void
  terminate(): void
}

interface Place {
  readonly folder: string
  readonly lock: string
  readonly shards: number
}

/** Calls of the guard's own have numbers below zero: nobody waits for them in the queue. */
const firstAdmission = -1

/** The writer Worker of a node of a cluster: opened anew for each epoch, closed when it is over. It stays loaded between them. */
export class EpochWriter {
  /** What the Worker has been told to run and has not finished, in order: whose `idle` comes next. */
  readonly #running: ('queue' | 'mesh' | 'admission')[] = []
  readonly #admissions = new Map<number, { readonly node: string; readonly nonce: string }>()
  #nextAdmission = firstAdmission
  #epoch: number | null = null
  #onClosed: (() => void) | undefined

  constructor(
    private readonly worker: WriterThread,
    private readonly place: Place,
    private readonly events: EpochWriterEvents,
  ) {
    worker.onmessage = (event: MessageEvent<Written<FromWriter>>) => this.#receive(read(event.data))
    worker.onerror = (event) => events.lost(new Error(`The writer stopped: ${event.message}`))
  }

  get isBusy(): boolean {
    return this.#running.length > 0
  }

  /** This node may be about to write: opens what can be opened without the lease. */
  prepare(): void {
    if (this.#epoch === null) this.#tell({ type: 'prepare', folder: this.place.folder })
  }

  open(epoch: number): void {
    this.#epoch = epoch
    this.#tell({ type: 'open', ...this.place, durability: 'litefs', epoch })
  }

  /** After what it runs; its databases are closed, it stays. */
  close(): void {
    this.#epoch = null
    this.#tell({ type: 'close' })
  }

  /** `queue`: its next batch waits for this one to be through. */
  run(calls: readonly Call[], from: 'queue' | 'mesh'): void {
    this.#running.push(from)
    this.#tell({ type: 'calls', calls })
  }

  admit(operation: string, node: string, nonce: string): void {
    const call = this.#nextAdmission--
    this.#admissions.set(call, { node, nonce })
    this.#running.push('admission')
    const input = { node, nonce }
    this.#tell({
      type: 'calls',
      calls: [{ call, operation, organizationId: null, input, operationId: null, database: 'directory' }],
    })
  }

  confirmed(position: { readonly epoch: number; readonly number: number }): void {
    this.#tell({ type: 'confirmed', position })
  }

  /** Closes for good. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClosed = () => {
        this.worker.terminate()
        resolve()
      }
      this.#tell({ type: 'close' })
    })
  }

  #receive(message: FromWriter): void {
    switch (message.type) {
      case 'opened':
        if (this.#epoch !== null) this.#tell({ type: 'begin', epoch: this.#epoch })
        return
      case 'begun':
        return this.events.begun(message.epoch, message.commits.flatMap(noted))
      case 'refused':
        if (this.#epoch !== null) this.events.failed(this.#epoch, message.message)
        return
      case 'not-begun':
        return this.events.failed(message.epoch, message.message)
      case 'notice':
        return this.events.notice(message.notice, this.#admissionOf(message.notice))
      case 'idle':
        this.events.idle(this.#running.shift() === 'queue')
        return
      case 'closed':
        return this.#onClosed?.()
    }
  }

  #admissionOf({ outcomes, committed }: CommitNotice) {
    for (const { call, state } of outcomes) {
      const admission = this.#admissions.get(call)
      if (admission === undefined) continue
      this.#admissions.delete(call)
      if (committed && state === 'done') return admission
    }
    return null
  }

  #tell(message: ToWriter): void {
    this.worker.postMessage(written(message))
  }
}

function noted({ database, number, ltx }: OpeningCommit): NotedCommit[] {
  return ltx === null ? [] : [{ database, number, txid: ltx.txid, checksum: ltx.checksum }]
}
