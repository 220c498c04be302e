import type { FromServer, NodeStatus, ToServer } from './protocol.ts'

const unknown: NodeStatus = {
  litefs: 'gone',
  role: 'waiting',
  member: false,
  promised: 0,
  primary: null,
  near: 0,
  candidates: 0,
}

type Told = Exclude<ToServer, { type: 'ping' | 'status' }>

/** The server's side of the way to its guard, which started it. */
export class GuardLink {
  #status = unknown
  #statusMs = Number.NEGATIVE_INFINITY
  #early: Told[] = []
  #onTold: ((message: Told) => void) | undefined
  readonly #statusListeners: ((status: NodeStatus) => void)[] = []

  /** @throws Error when this process was not started by a guard. */
  constructor(private readonly onLost: () => void) {
    if (process.send === undefined) throw new Error('A node of a cluster is run by: encapsify node')
    process.on('message', (message: ToServer) => this.#receive(message))
    process.on('disconnect', onLost)
  }

  /** What the guard said last. */
  get status(): NodeStatus {
    return this.#status
  }

  /** How old that is. */
  get statusAgeMs(): number {
    return performance.now() - this.#statusMs
  }

  /** What came before is told now. */
  onTold(listener: (message: Told) => void): void {
    this.#onTold = listener
    for (const message of this.#early) listener(message)
    this.#early = []
  }

  onStatus(listener: (status: NodeStatus) => void): void {
    this.#statusListeners.push(listener)
  }

  tell(message: FromServer): void {
    process.send?.(message)
  }

  /** Lets go of the guard, in order: an open way to it would keep this process from ending. */
  close(): void {
    process.off('disconnect', this.onLost)
    process.disconnect?.()
  }

  #receive(message: ToServer): void {
    if (message.type === 'ping') return this.tell({ type: 'pong' })
    if (message.type === 'status') {
      this.#status = message.status
      this.#statusMs = performance.now()
      for (const listener of this.#statusListeners) listener(message.status)
      return
    }
    if (this.#onTold === undefined) this.#early.push(message)
    else this.#onTold(message)
  }
}
