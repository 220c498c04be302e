import type { Socket } from './sockets.ts'

/** How often each socket is asked for a sign of life. Who gave none by the next time is gone. */
const everyMs = 30_000
/** Sockets that are asked in one turn; requests have theirs in between. */
const askedPerTurn = 200

/**
 * Finds connections whose other end is gone without a word (a train enters a tunnel, a battery is empty). The server's own idle
 * timeout does not: it begins anew with everything that is sent, and there is always something sent. Every client answers a ping by
 * itself (RFC 6455, 5.5.2), so whoever says nothing from one look to the next is cut.
 */
export class SocketSigns {
  /** Cut because they said nothing. */
  silent = 0
  readonly #open = new Set<Socket>()
  readonly #asked = new Set<Socket>()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly options: { readonly everyMs?: number } = {}) {}

  opened(socket: Socket): void {
    this.#open.add(socket)
    if (this.#timer !== undefined) return
    this.#timer = setInterval(() => void this.look(), this.options.everyMs ?? everyMs)
    this.#timer.unref()
  }

  /** It said something, or answered a ping. */
  heard(socket: Socket): void {
    this.#asked.delete(socket)
  }

  closed(socket: Socket): void {
    this.#open.delete(socket)
    this.#asked.delete(socket)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Cuts who was asked and said nothing, and asks the others. */
  async look(): Promise<void> {
    let turn = 0
    for (const socket of [...this.#open]) {
      if (++turn % askedPerTurn === 0) await new Promise<void>((resolve) => void setImmediate(resolve))
      if (!this.#open.has(socket)) continue
      if (this.#asked.has(socket)) {
        this.silent++
        socket.terminate()
      } else {
        this.#asked.add(socket)
        socket.ping()
      }
    }
  }
}
