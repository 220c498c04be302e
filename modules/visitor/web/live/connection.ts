/** A message of the live protocol (modules/realtime/SPEC.md): untrusted until read, so every field may be missing. */
export interface Message {
  readonly type?: string
  readonly cursor?: string
  readonly version?: number
  readonly recovered?: boolean
  readonly heartbeatMs?: number
  readonly spreadMs?: number
  readonly state?: Shown
  readonly [other: string]: unknown
}

/** How a capsule stands. */
export interface Shown {
  readonly totals?: Readonly<Record<string, Total>>
  readonly people?: number
  readonly stage?: { readonly page: string; readonly closed: readonly string[] } | null
  readonly questions?: readonly Question[]
  readonly reactions?: Readonly<Record<string, number>>
}

export interface Total {
  readonly total: number
  readonly choices: Readonly<Record<string, number>>
}

export interface Question {
  readonly id: string
  readonly text: string
  readonly votes: number
  readonly answered: boolean
}

/** One connection, as the browser's WebSocket gives it or a simulation does. */
export interface Wire {
  /** Absent: one only hears by it. */
  send?(text: string): void
  close(): void
}

export interface WireEvents {
  message(text: string): void
  closed(code: number): void
}

/** What the protocol needs of the world. */
export interface Surroundings {
  connect(query: string, events: WireEvents): Wire
  /** Returns what calls it off. */
  after(ms: number, work: () => void): () => void
  /** From 0 to below 1. */
  random(): number
}

export interface Listener {
  /** The place is another one, or none was known: all of it is new. */
  begun(hello: Message): void
  /** Something happened, in order and once. */
  event(message: Message): void
  state(shown: Shown): void
  /** An answer to what was said. */
  reply(message: Message): void
  /** There is nothing to come back to. */
  ended(code: number): void
}

const retryMs = 500
const retryMsMax = 30_000
const heartbeatMs = 25_000
/** R25: coming back would not help. */
const finals = [4400, 4403, 4404, 4406, 4410]

/** The client's side of the protocol: stays connected, comes back with its cursor, spread over time. */
export class Connection {
  #wire: Wire | undefined
  /** R27: what comes by an earlier wire is ignored. */
  #turn = 0
  #cursor: string | undefined
  #failures = 0
  #spreadMs = 0
  #heartbeatMs = heartbeatMs
  #isOpen = false
  #cancelWatch: () => void = () => {}
  #cancelRetry: () => void = () => {}

  constructor(
    private readonly world: Surroundings,
    private readonly listener: Listener,
  ) {}

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** How long what all clients do at once is spread over (R26). */
  get spreadMs(): number {
    return this.#spreadMs
  }

  start(): void {
    this.stop()
    const turn = ++this.#turn
    const isCurrent = () => turn === this.#turn
    const at = this.#cursor === undefined ? '' : `&cursor=${this.#cursor}`
    this.#watch()
    this.#wire = this.world.connect(`?protocol=1${at}`, {
      message: (text) => {
        if (isCurrent()) this.#read(text)
      },
      closed: (code) => {
        if (isCurrent()) this.#lost(code)
      },
    })
  }

  /** Ends it for now; `start` goes on from where it was. */
  stop(): void {
    this.#turn++
    this.#isOpen = false
    this.#cancelWatch()
    this.#cancelRetry()
    this.#wire?.close()
    this.#wire = undefined
  }

  /** False when there is nothing to say it by. */
  say(message: object): boolean {
    if (!this.#isOpen || this.#wire?.send === undefined) return false
    this.#wire.send(JSON.stringify(message))
    return true
  }

  #read(text: string): void {
    this.#watch()
    let message: Message
    try {
      message = JSON.parse(text)
    } catch {
      return
    }
    this.#spreadMs = message.spreadMs ?? this.#spreadMs
    if (message.type === 'hello') this.#hello(message)
    else if (message.type === 'state') this.listener.state(message as Shown)
    else if (message.type === 'accepted' || message.type === 'refused') this.listener.reply(message)
    else if (message.cursor !== undefined) {
      // What it brings is taken before its place is: cut here, it is told again.
      if (message.type !== 'heartbeat') this.listener.event(message)
      this.#cursor = message.cursor
    }
  }

  #hello(hello: Message): void {
    this.#failures = 0
    this.#isOpen = true
    this.#heartbeatMs = hello.heartbeatMs ?? heartbeatMs
    this.#cursor = hello.cursor ?? this.#cursor
    if (hello.recovered !== true) this.listener.begun(hello)
    if (hello.state !== undefined) this.listener.state(hello.state)
  }

  #lost(code: number): void {
    this.stop()
    if (finals.includes(code)) return this.listener.ended(code)
    const waitMs = Math.max(this.#spreadMs, Math.min(retryMsMax, retryMs * 2 ** this.#failures))
    this.#failures++
    this.#cancelRetry = this.world.after(this.world.random() * waitMs, () => this.start())
  }

  /** R13: who hears nothing for too long has no connection, whatever it looks like. */
  #watch(): void {
    this.#cancelWatch()
    this.#cancelWatch = this.world.after(2.5 * this.#heartbeatMs, () => this.#lost(1006))
  }
}
