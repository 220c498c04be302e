import type { Call, CommitNotice, Outcome } from '../db/calls.ts'
import { admit } from '../db/kernel-operations.ts'
import type { Position } from '../db/position.ts'
import type { WriterEvents, WriterPort } from '../db/writer-port.ts'
import { AppError } from '../errors.ts'
import { EpochWriter, type WriterThread } from './epoch-writer.ts'
import type { FromServer } from './protocol.ts'

/** Where operations go while another node is primary. */
export interface Forwarder {
  /** Whether a primary is known and reached. */
  readonly isReady: boolean
  /** Resolves with what became of them, and the position at which that is to be seen. @throws AppError when nobody knows. */
  forward(calls: readonly Call[]): Promise<{ outcomes: readonly Outcome[]; position: Position | null }>
  /** What has no answer yet; none will come. */
  takeBack(): readonly (readonly Call[])[]
}

export interface ClusterPortOptions {
  readonly writer: WriterThread
  readonly folder: string
  readonly lock: string
  readonly shards: number
  readonly forwarder: Forwarder
  readonly tell: (message: FromServer) => void
  readonly reportBug: (error: unknown) => void
}

type State =
  | { readonly name: 'following' }
  | { readonly name: 'opening'; readonly epoch: number }
  | { readonly name: 'writing'; readonly epoch: number }
  | { readonly name: 'draining'; readonly epoch: number }

/** How long operations wait for a primary before their callers hear that there is none. */
const holdMaxMs = 4_000
/** Batches that may be on their way to the primary at once. */
const forwardsMax = 16
const lookEveryMs = 50
/** How long nothing can be stored before another node had better be primary; and between two such words. */
const failingMs = 500
/**
 * In a row, by one process: where two processes make a `-shm` file at the same moment, LiteFS tells one that it exists already, and
 * SQLite opens it there for reading alone until the process ends. (Made beforehand it would cost this process its locks: POSIX lets go
 * of all when any descriptor of a file is closed.)
 */
const failedOpeningsMax = 2

const noPrimary = new AppError(
  'unavailable',
  'There is no primary at the moment: nothing was stored. Reading goes on.',
  {
    retryAfterS: 1,
  },
)

/**
 * The way to the cluster's one writer, wherever it is: this node's Worker while it is primary, the primary's server otherwise, and
 * for a moment nowhere. Then operations wait.
 */
export class ClusterPort implements WriterPort {
  readonly #writer: EpochWriter
  #events: WriterEvents | undefined
  #state: State = { name: 'following' }
  #held: { readonly calls: readonly Call[]; readonly sinceMs: number; readonly from: 'queue' | 'mesh' }[] = []
  #forwards = 0
  #queueIsBusy = false
  #failedOpenings = 0
  /** Since when every group has failed for the disk's sake. */
  #failingSinceMs: number | null = null
  readonly #roleListeners: (() => void)[] = []
  readonly #timer: ReturnType<typeof setInterval>

  constructor(private readonly options: ClusterPortOptions) {
    const { writer, folder, lock, shards } = options
    this.#writer = new EpochWriter(
      writer,
      { folder, lock, shards },
      {
        notice: (notice, admission) => this.#onNotice(notice, admission),
        idle: (isQueues) => this.#onIdle(isQueues),
        begun: (epoch, commits) => {
          this.#failedOpenings = 0
          if (this.#state.name !== 'opening' || this.#state.epoch !== epoch) return
          options.tell({ type: 'opened', epoch, commits })
          this.#become({ name: 'writing', epoch })
        },
        failed: (epoch, message) => {
          options.reportBug(new Error(`The writer could not open under epoch ${epoch}: ${message}`))
          this.#lose(epoch)
          // What this process has open may be what is wrong: another begins without it.
          if (++this.#failedOpenings === failedOpeningsMax) this.#events?.lost(new Error(message))
        },
        lost: (error) => this.#events?.lost(error),
      },
    )
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
  }

  /** Whether this node's writer works under an epoch. */
  get isPrimary(): boolean {
    return this.#state.name === 'writing' || this.#state.name === 'draining'
  }

  get epoch(): number | null {
    return 'epoch' in this.#state ? this.#state.epoch : null
  }

  /** Called whenever this node begins or ceases to write. */
  onRole(listener: () => void): void {
    this.#roleListeners.push(listener)
  }

  connect(events: WriterEvents): WriterPort {
    this.#events = events
    return this
  }

  /** The guard stands: what opening takes may begin. */
  prepare(): void {
    if (this.#state.name === 'following') this.#writer.prepare()
  }

  open(epoch: number): void {
    this.#become({ name: 'opening', epoch })
    this.#writer.open(epoch)
  }

  stop(epoch: number): void {
    if (this.#state.name === 'following' || this.#state.epoch !== epoch) return
    this.#writer.close()
    this.#become({ name: 'following' })
  }

  /** Lets what is under way end, and begins nothing. */
  drain(): void {
    if (this.#state.name !== 'writing') return
    this.#become({ name: 'draining', epoch: this.#state.epoch })
    this.#drained()
  }

  resume(): void {
    if (this.#state.name === 'draining') this.#become({ name: 'writing', epoch: this.#state.epoch })
  }

  /** Rows below it need not be kept (G8). */
  confirmed(position: Position): void {
    this.#writer.confirmed(position)
  }

  /** G34: commits a learner's nonce. */
  admit(node: string, nonce: string): void {
    if (this.#state.name === 'writing') this.#writer.admit(admit.name, node, nonce)
  }

  send(calls: readonly Call[]): void {
    this.#queueIsBusy = true
    if (!this.#dispatch(calls, 'queue')) this.#held.push({ calls, sinceMs: performance.now(), from: 'queue' })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writer.end()
  }

  #forward(all: readonly Call[]): void {
    // What concerns a database and no organization is the primary's own affair.
    const own = all.filter(({ database }) => database !== null)
    if (own.length > 0) this.#refuse(own, noPrimary)
    const calls = own.length === 0 ? all : all.filter(({ database }) => database === null)
    this.#forwards++
    void this.options.forwarder
      .forward(calls)
      .then(
        ({ outcomes, position }) => this.#events?.answered(outcomes, position),
        (error: unknown) => this.#refuse(calls, error instanceof AppError ? error : noPrimary),
      )
      .finally(() => {
        this.#forwards--
        this.#look()
      })
  }

  #look(): void {
    if (this.#held.length === 0) return
    const held = this.#held
    this.#held = []
    for (const batch of held) {
      if (performance.now() - batch.sinceMs > holdMaxMs) {
        this.#refuse(batch.calls, noPrimary)
        if (batch.from === 'queue') this.#free()
      } else if (!this.#dispatch(batch.calls, batch.from)) this.#held.push(batch)
    }
  }

  /** Returns whether somebody has them now. */
  #dispatch(calls: readonly Call[], from: 'queue' | 'mesh'): boolean {
    if (this.#state.name === 'writing') this.#writer.run(calls, from)
    else if (this.#state.name === 'following' && this.options.forwarder.isReady && this.#forwards < forwardsMax) {
      this.#forward(calls)
      if (from === 'queue') this.#free()
    } else return false
    return true
  }

  #refuse(calls: readonly Call[], error: AppError): void {
    const data = error.toData()
    this.#events?.answered(
      calls.map(({ call }) => ({ call, state: 'refused', error: data })),
      null,
    )
  }

  #onNotice(notice: CommitNotice, admission: { readonly node: string; readonly nonce: string } | null): void {
    const { epoch } = this
    if (epoch !== null && notice.inDoubt) {
      this.#events?.notice(notice)
      return this.#lose(epoch)
    }
    if (epoch !== null && notice.committed && notice.epoch === epoch && notice.ltx !== null) {
      const { database, number, ltx } = notice
      const commit = {
        database,
        number,
        txid: ltx.txid,
        checksum: ltx.checksum,
        ...(admission !== null && { admission }),
      }
      this.options.tell({ type: 'committed', epoch, commit })
    }
    this.#watchDisk(notice)
    this.#events?.notice(notice)
  }

  /** A primary that reads but cannot store is of no use to anybody. */
  #watchDisk({ committed, outcomes }: CommitNotice): void {
    const { epoch } = this
    const failed = !committed && outcomes.some(isStorageFailure)
    if (epoch === null || committed) this.#failingSinceMs = null
    if (epoch === null || !failed) return
    const nowMs = performance.now()
    this.#failingSinceMs ??= nowMs
    if (nowMs - this.#failingSinceMs < failingMs) return
    this.#failingSinceMs = nowMs
    this.options.tell({ type: 'failing', epoch })
  }

  #onIdle(isQueues: boolean): void {
    if (isQueues) this.#free()
    this.#drained()
  }

  #drained(): void {
    if (this.#state.name !== 'draining' || this.#writer.isBusy) return
    this.options.tell({ type: 'drained', epoch: this.#state.epoch })
  }

  #free(): void {
    if (!this.#queueIsBusy) return
    this.#queueIsBusy = false
    this.#events?.idle()
  }

  #lose(epoch: number): void {
    if (this.epoch !== epoch) return
    this.stop(epoch)
    this.options.tell({ type: 'writer-lost', epoch })
  }

  #become(state: State): void {
    const before = this.isPrimary
    this.#state = state
    if (state.name === 'writing') {
      const sinceMs = performance.now()
      this.#held.push(...this.options.forwarder.takeBack().map((calls) => ({ calls, sinceMs, from: 'mesh' as const })))
    }
    if (this.isPrimary !== before) for (const listener of this.#roleListeners) listener()
    this.#look()
  }
}

function isStorageFailure(outcome: Outcome): boolean {
  return outcome.state === 'refused' && outcome.error.code === 'unavailable'
}
