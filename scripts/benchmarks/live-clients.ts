/** Bun's, which can be cut without a word. */
type CutSocket = WebSocket & { terminate(): void }

/** One client of a crowd. */
export interface Client {
  socket: CutSocket
  isReady: boolean
  /** When the message that was waited for came. */
  heardMs: number
  cursor: string | undefined
  total: number
  recovered: boolean | undefined
}

export interface CrowdOptions {
  readonly url: (client: Client) => string
  /** What a client says first. */
  readonly greeting?: string
  readonly onMessage: (client: Client, text: string) => void
}

const openingMax = 256

/** Ten thousand sockets in this one process: whatever it costs, it costs each server alike. */
export class Crowd {
  readonly clients: Client[]
  #closed = 0

  constructor(
    size: number,
    private readonly options: CrowdOptions,
  ) {
    this.clients = Array.from({ length: size }, () => ({
      socket: undefined as never,
      isReady: false,
      heardMs: 0,
      cursor: undefined,
      total: 0,
      recovered: undefined,
    }))
  }

  /** Connections that ended without being asked to. */
  get lost(): number {
    return this.#closed
  }

  /** Opens all, so many at a time; returns how long it took until the last one was greeted. */
  async open(): Promise<number> {
    const startedMs = performance.now()
    const waiting = [...this.clients]
    const opener = async () => {
      for (let client = waiting.pop(); client !== undefined; client = waiting.pop()) await this.#openOne(client)
    }
    await Promise.all(Array.from({ length: openingMax }, opener))
    return performance.now() - startedMs
  }

  /** Cuts all at once. */
  async cut(): Promise<void> {
    const gone = this.clients.map(({ socket }) => new Promise((resolve) => socket.addEventListener('close', resolve)))
    for (const { socket } of this.clients) socket.terminate()
    await Promise.all(gone)
    this.#closed = 0
  }

  /** When each client heard something, in milliseconds after `startedMs`, once all did; at most so long. */
  async heard(startedMs: number, mostMs: number, isIn: (client: Client) => boolean): Promise<number[]> {
    while (!this.clients.every(isIn) && performance.now() - startedMs < mostMs) await Bun.sleep(5)
    return this.clients.map((client) => (isIn(client) ? client.heardMs - startedMs : mostMs))
  }

  #openOne(client: Client): Promise<void> {
    const { url, greeting, onMessage } = this.options
    return new Promise((resolve) => {
      const again = () => this.#openOne(client).then(resolve)
      const socket = new WebSocket(url(client)) as CutSocket
      client.socket = socket
      client.isReady = false
      socket.onopen = () => {
        if (greeting !== undefined) socket.send(greeting)
      }
      socket.onmessage = ({ data }) => {
        onMessage(client, String(data))
        if (client.isReady) return
        client.isReady = true
        resolve()
      }
      socket.onclose = () => {
        this.#closed++
        if (!client.isReady) again()
      }
    })
  }
}
