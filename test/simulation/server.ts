import { comparePositions, origin, type Position } from '../../src/db/position.ts'
import { type DatabaseName, databaseNames, type Entry, keptRows } from './log.ts'
import type { SimulatedNode } from './node.ts'
import type { Acknowledged, World } from './world.ts'

type State =
  | { readonly name: 'closed' }
  | {
      readonly name: 'writing'
      readonly epoch: number
      readonly confirmed: Position | null
      readonly draining: boolean
    }

interface Waiter {
  readonly position: Position
  readonly what: Acknowledged
}

const pendingMax = 100

/** The writer and its callers: commits under the guard's epoch, acknowledges on the guard's word. */
export class SimulatedServer {
  #state: State = { name: 'closed' }
  #waiters: Waiter[] = []
  #last = new Map<DatabaseName, Position>()

  constructor(
    private readonly world: World,
    private readonly node: SimulatedNode,
  ) {}

  get state(): State {
    return this.#state
  }

  /** Takes calls: also while it does not know yet that it was deposed. */
  get isWriting(): boolean {
    return this.#state.name === 'writing' && !this.#state.draining && this.node.litefs.isPrimary
  }

  open(epoch: number): void {
    this.close()
    this.node.later(1, 15, () => {
      if (!this.node.litefs.isPrimary || this.node.guard?.status.epoch !== epoch) return
      this.#state = { name: 'writing', epoch, confirmed: null, draining: false }
      this.#last = new Map(databaseNames.map((name) => [name, this.node.logs.newest(name)]))
      const commits = databaseNames.map((database) => this.#commit(database, epoch, null, null))
      this.node.soon({ type: 'opened', epoch, commits })
    })
  }

  /** Fails whoever waits. */
  close(): void {
    this.#state = { name: 'closed' }
    for (const { what } of this.#waiters) this.#putOff(what)
    this.#waiters = []
  }

  stop(epoch: number): void {
    if (this.#state.name === 'writing' && this.#state.epoch === epoch) this.close()
  }

  drain(draining: boolean): void {
    if (this.#state.name !== 'writing') return
    this.#state = { ...this.#state, draining }
    if (draining) this.node.soon({ type: 'drained', epoch: this.#state.epoch })
  }

  confirm(position: Position): void {
    const state = this.#state
    if (state.name !== 'writing' || state.epoch !== position.epoch) return
    this.#state = { ...state, confirmed: position }
    if (state.confirmed === null) this.world.onOpened(this.node, state.epoch)
    const isOver = (waiter: Waiter) => comparePositions(waiter.position, position) <= 0
    const over = this.#waiters.filter(isOver)
    this.#waiters = this.#waiters.filter((waiter) => !isOver(waiter))
    for (const waiter of over) this.#acknowledge(waiter, state.epoch)
  }

  /** A client's call. A repeated operation is answered from its row, and waits like any other (G25). */
  call(what: Acknowledged): void {
    const state = this.#state
    if (state.name !== 'writing' || !this.isWriting) return this.#putOff(what)
    if (this.node.logs.has(what.database, what.operation)) {
      const waiter = { position: this.#restsOn(what), what }
      if (state.confirmed !== null && comparePositions(waiter.position, state.confirmed) <= 0) {
        this.#acknowledge(waiter, state.epoch)
      } else this.#waiters.push(waiter)
      return
    }
    if (this.world.random() < this.world.doubtRatio) return this.#doubt(what, state.epoch)
    const commit = this.#commit(what.database, state.epoch, what.operation, null)
    this.#waiters.push({ position: { epoch: state.epoch, number: commit.number }, what })
    this.node.soon({ type: 'committed', epoch: state.epoch, commit })
  }

  commitNonce(learner: string, nonce: string): void {
    const state = this.#state
    if (state.name !== 'writing' || !this.isWriting) return
    const commit = this.#commit('directory', state.epoch, null, nonce)
    this.node.soon({
      type: 'committed',
      epoch: state.epoch,
      commit: { ...commit, admission: { node: learner, nonce } },
    })
  }

  #commit(database: DatabaseName, epoch: number, operation: string | null, nonce: string | null) {
    const { logs } = this.node
    const number = Math.max(...[...this.#last.values()].map((position) => position.number)) + 1
    const others = Object.fromEntries([...this.#last].filter(([name]) => name !== database))
    const confirmed = (this.#state.name === 'writing' ? this.#state.confirmed : null) ?? origin
    const row = { epoch, number, others }
    const before = logs.of(database).at(-1)?.rows ?? []
    const entry: Entry = {
      ...row,
      id: this.world.nextEntry(),
      operation,
      nonce,
      rows: keptRows(before, row, confirmed, !this.world.mutations.prunesAtConfirmed),
    }
    logs.append(database, entry)
    this.#last.set(database, { epoch, number })
    return { number, database, ...logs.positionOf(database) }
  }

  /** COMMIT failed, or LiteFS' position could not be read after it: it may stand or not, and nobody knows. */
  #doubt(what: Acknowledged, epoch: number): void {
    const before = this.#last.get(what.database) ?? origin
    this.#commit(what.database, epoch, what.operation, null)
    this.#putOff(what)
    if (this.world.mutations.reusesNumbers) {
      this.#last.set(what.database, before)
      return
    }
    if (this.world.random() < 0.5) this.node.logs.drop(what.database)
    this.close()
    this.node.soon({ type: 'writer-lost', epoch })
  }

  /** The commit that must be confirmed before the repetition of an operation is answered (G25). */
  #restsOn({ database, operation }: Acknowledged): Position {
    const own = this.node.logs.of(database).find((entry) => entry.operation === operation)
    return (this.world.mutations.trustsRows ? own : this.#last.get(database)) ?? origin
  }

  #acknowledge({ what }: Waiter, epoch: number): void {
    this.world.onAcknowledged(this.node, what, epoch)
  }

  #putOff(what: Acknowledged): void {
    if (this.world.pending.length < pendingMax) this.world.pending.push(what)
  }
}
