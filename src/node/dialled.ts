import { unseal } from '../cluster/envelope.ts'
import { newChallenge, readHello } from './hello.ts'
import { guardPort } from './ports.ts'
import type { WireOptions } from './wire.ts'

/** A way that says nothing for so long is given up and dialled anew: TCP itself would wait for minutes. */
const silentMaxMs = 900
const connectMaxMs = 600
const redialMs = 100
const lookEveryMs = 100
const backlogBytesMax = 1_048_576

/** One connection to a candidate's address, made again whenever it breaks. */
export class Dialled {
  #socket: WebSocket | null = null
  #mine = ''
  #name: string | null = null
  #challenge: string | null = null
  #heardMs = 0
  #sentMs: number | null = null
  #closed = false
  readonly #timer: ReturnType<typeof setInterval>
  #nextMs = 0

  constructor(
    private readonly address: string,
    private readonly options: WireOptions,
  ) {
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    this.#look()
  }

  /** Who answers at this address, once it has said so; stays known while the way is broken. */
  get name(): string | null {
    return this.#name
  }

  /** null while there is no connection. */
  get challenge(): string | null {
    return this.#challenge
  }

  send(text: string): void {
    const socket = this.#socket
    if (socket === null || socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > backlogBytesMax) return
    this.#sentMs ??= performance.now()
    socket.send(text)
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#drop()
  }

  #look(): void {
    const nowMs = performance.now()
    if (this.#socket !== null) {
      const waitsSinceMs = this.#challenge === null ? this.#heardMs : this.#sentMs
      const maxMs = this.#challenge === null ? connectMaxMs : silentMaxMs
      if (waitsSinceMs !== null && nowMs - waitsSinceMs > maxMs) this.#drop()
      return
    }
    if (this.#closed || nowMs < this.#nextMs) return
    this.#dial()
  }

  #dial(): void {
    const mine = newChallenge()
    const host = this.address.includes(':') ? `[${this.address}]` : this.address
    const socket = new WebSocket(`ws://${host}:${this.options.port ?? guardPort}/guard?challenge=${mine}`)
    this.#socket = socket
    this.#mine = mine
    this.#heardMs = performance.now()
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(String(event.data))
    }
    socket.onclose = socket.onerror = () => {
      if (this.#socket === socket) this.#drop()
    }
  }

  #receive(text: string): void {
    const { key, name, onMessage, onName } = this.options
    this.#heardMs = performance.now()
    this.#sentMs = null
    if (text === '+') return
    if (this.#challenge === null) {
      const hello = readHello(key, text, this.#mine)
      // It speaks first for itself; whoever cannot prove it is left.
      if (hello === null) return this.#drop()
      this.#name = hello.name
      this.#challenge = hello.challenge
      if (hello.role === 'candidate') onName(hello.name, this.address)
      return
    }
    const sealed = unseal(key, name, this.#mine, text)
    if (sealed === null || sealed.from !== this.#name) return
    onMessage({
      from: sealed.from,
      incarnation: sealed.incarnation,
      counter: sealed.counter,
      message: sealed.message,
    })
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#challenge = null
    this.#sentMs = null
    this.#nextMs = performance.now() + redialMs
    if (socket === null) return
    socket.onmessage = socket.onclose = socket.onerror = null
    // Bun's own: `close` would wait for an answer that may never come.
    if ('terminate' in socket && typeof socket.terminate === 'function') socket.terminate()
    else socket.close()
  }
}
