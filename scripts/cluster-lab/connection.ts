import type { Socket } from 'bun'

interface Answer {
  readonly status: number
  readonly tookMs: number
  /** Status line and headers. */
  readonly head: string
}

interface Under {
  readonly sinceMs: number
  resolve(answer: Answer): void
  reject(error: Error): void
}

const headEnd = Buffer.from('\r\n\r\n')

/**
 * One client: one connection that is kept open, one request at a time, and no more work than that. `fetch` takes several
 * times the processor's time of the server that it would measure, on the same two cores.
 */
export class Connection {
  #under: Under | null = null
  #received: Buffer = Buffer.alloc(0)

  private constructor(private readonly host: string) {}

  #socket: Socket<undefined> | null = null

  /** @throws Error when nobody listens there. */
  static async open(origin: string): Promise<Connection> {
    const { hostname, port, host } = new URL(origin)
    const connection = new Connection(host)
    connection.#socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data: (_, bytes) => connection.#receive(bytes),
        close: () => connection.#end(new Error('The connection was closed.')),
        error: (_, error) => connection.#end(error),
      },
    })
    return connection
  }

  /** @throws Error when the connection ends before the answer. */
  ask(method: 'GET' | 'POST', path: string, headers = '', body = ''): Promise<Answer> {
    const length =
      method === 'GET' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    return new Promise((resolve, reject) => {
      if (this.#socket === null) return reject(new Error('The connection is closed.'))
      this.#under = { sinceMs: performance.now(), resolve, reject }
      this.#socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\n${headers}${length}\r\n${body}`)
    })
  }

  close(): void {
    this.#socket?.end()
    this.#socket = null
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const end = this.#received.indexOf(headEnd)
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#received.length < end + headEnd.length + length) return
    this.#received = Buffer.alloc(0)
    const under = this.#under
    this.#under = null
    under?.resolve({ status: Number(head.slice(9, 12)), tookMs: performance.now() - under.sinceMs, head })
  }

  #end(error: Error): void {
    this.#socket = null
    this.#under?.reject(error)
    this.#under = null
  }
}
