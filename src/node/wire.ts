import type { Server, ServerWebSocket } from 'bun'
import { envelopeBytesMax, Sealer, unseal } from '../cluster/envelope.ts'
import type { Message } from '../cluster/messages.ts'
import { Dialled } from './dialled.ts'
import { newChallenge, sayHello } from './hello.ts'
import { guardPort } from './ports.ts'

export interface WireOptions {
  readonly key: Buffer
  readonly name: string
  readonly role: 'candidate' | 'edge'
  readonly address: string
  readonly incarnation: string
  /** One for all guards; `guardPort` when absent. */
  readonly port?: number
  readonly onMessage: (heard: Heard) => void
  /** A candidate said its name at this address. */
  readonly onName: (name: string, address: string) => void
}

export interface Heard {
  readonly from: string
  readonly incarnation: string
  readonly counter: number
  readonly message: Message
}

interface Accepted {
  readonly mine: string
  readonly theirs: string
  from: string | null
  answeredMs: number
}

/** Connections that may be open at once: candidates, and edges many times over. */
const connectionsMax = 512
/** Bytes that may wait on a connection to an edge; what comes then is left out, for reports are cumulative. */
const backlogBytesMax = 1_048_576
/** How often what was received is acknowledged, so that who dialled knows that the way is open. */
export const answerEveryMs = 200

/**
 * The guards' connections (G9): each dials every candidate and speaks on what it dialled; on what it accepted it listens,
 * and speaks to edges, which nobody can dial.
 */
export class Wire {
  readonly #sealer: Sealer
  readonly #dialled = new Map<string, Dialled>()
  readonly #accepted = new Map<string, ServerWebSocket<Accepted>>()
  readonly #server: Server<Accepted>
  #connections = 0
  /** Messages that did not verify, or came on a connection that was replaced. */
  refused = 0

  /** @throws Error when the port is taken. */
  constructor(private readonly options: WireOptions) {
    this.#sealer = new Sealer(options.key, options.name, options.incarnation)
    this.#server = Bun.serve<Accepted>({
      hostname: options.address,
      port: options.port ?? guardPort,
      fetch: (request, server) => this.#accept(request, server),
      websocket: {
        maxPayloadLength: envelopeBytesMax,
        idleTimeout: 30,
        open: (socket) => {
          this.#connections++
          const { key, name, role } = this.options
          socket.send(sayHello(key, { name, role, challenge: socket.data.mine }, socket.data.theirs))
        },
        message: (socket, text) => this.#receive(socket, String(text)),
        close: (socket) => {
          this.#connections--
          const { from } = socket.data
          if (from !== null && this.#accepted.get(from) === socket) this.#accepted.delete(from)
        },
      },
    })
  }

  /** Keeps a connection to each of these addresses, and to no other. */
  dial(addresses: readonly string[]): void {
    for (const [address, dialled] of this.#dialled) {
      if (addresses.includes(address)) continue
      dialled.close()
      this.#dialled.delete(address)
    }
    for (const address of addresses) {
      if (this.#dialled.has(address) || address === this.options.address) continue
      this.#dialled.set(address, new Dialled(address, this.options))
    }
  }

  addressOf(name: string): string | null {
    for (const [address, dialled] of this.#dialled) if (dialled.name === name) return address
    return null
  }

  send(to: string, message: Message): void {
    for (const dialled of this.#dialled.values()) {
      const { name, challenge } = dialled
      if (name === to && challenge !== null) return dialled.send(this.#sealer.seal(to, challenge, message))
    }
  }

  /** Everybody who dialled and is no candidate. */
  tellEdges(candidates: readonly string[], message: Message): void {
    for (const [name, socket] of this.#accepted) {
      if (candidates.includes(name) || socket.getBufferedAmount() > backlogBytesMax) continue
      socket.send(this.#sealer.seal(name, socket.data.theirs, message))
    }
  }

  /** The names of those who dialled. */
  get accepted(): readonly string[] {
    return [...this.#accepted.keys()]
  }

  close(): void {
    for (const dialled of this.#dialled.values()) dialled.close()
    void this.#server.stop(true)
  }

  #accept(request: Request, server: Server<Accepted>): Response | undefined {
    const theirs = new URL(request.url).searchParams.get('challenge') ?? ''
    if (!/^[\w-]{16,64}$/.test(theirs)) return new Response('Guards only.\n', { status: 404 })
    if (this.#connections >= connectionsMax) return new Response('Too many guards.\n', { status: 503 })
    const data: Accepted = { mine: newChallenge(), theirs, from: null, answeredMs: 0 }
    return server.upgrade(request, { data }) ? undefined : new Response('Guards only.\n', { status: 426 })
  }

  #receive(socket: ServerWebSocket<Accepted>, text: string): void {
    const { data } = socket
    const sealed = unseal(this.options.key, this.options.name, data.mine, text)
    if (sealed === null || (data.from !== null && data.from !== sealed.from)) {
      this.refused++
      return
    }
    if (data.from === null) {
      data.from = sealed.from
      this.#accepted.get(sealed.from)?.terminate()
      this.#accepted.set(sealed.from, socket)
    } else if (this.#accepted.get(sealed.from) !== socket) {
      this.refused++
      return
    }
    const nowMs = performance.now()
    if (nowMs - data.answeredMs >= answerEveryMs) {
      data.answeredMs = nowMs
      socket.send('+')
    }
    const { from, incarnation, counter, message } = sealed
    this.options.onMessage({ from, incarnation, counter, message })
  }
}
