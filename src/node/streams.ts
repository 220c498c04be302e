import { connect, createServer, type Server, type Socket } from 'node:net'
import { isProof, newChallenge, prove } from './hello.ts'
import { litefsPort, streamPort } from './ports.ts'

export interface StreamsOptions {
  readonly key: Buffer
  readonly name: string
  readonly address: string
  /** Whether this node may follow that one now (G11). */
  readonly mayFollow: (node: string) => boolean
  readonly addressOf: (node: string) => string | null
  /** Those of `ports.ts` when absent. */
  readonly ports?: { readonly stream: number; readonly litefs: number }
  /** How this node's LiteFS calls itself; null while it does not run. */
  readonly litefsId: () => string | null
  /** A transaction for this node's LiteFS may have begun to arrive. */
  readonly onComing?: () => void
}

const lineBytesMax = 512
const greetMaxMs = 1_000
/** One transaction comes in several pieces. */
const comingEveryMs = 2
const silentMaxMs = 15_000
/** Streams that may come in at once. */
const streamsMax = 256

/**
 * The way of LiteFS' replication streams. LiteFS has no authentication, so it listens on the loopback; between nodes the guards
 * carry its bytes, after each side has proven that it has the secret. It is also how a stream is cut (G11): by its socket.
 */
export class Streams {
  readonly #incoming: Server
  readonly #followers = new Map<string, { readonly litefsId: string; readonly socket: Socket }>()
  readonly #doors = new Map<string, Server>()
  readonly #outgoing = new Map<string, Set<Socket>>()
  #comingMs = Number.NEGATIVE_INFINITY

  readonly #ports: { readonly stream: number; readonly litefs: number }

  constructor(private readonly options: StreamsOptions) {
    this.#ports = options.ports ?? { stream: streamPort, litefs: litefsPort }
    this.#incoming = createServer((socket) => this.#receive(socket))
    this.#incoming.maxConnections = streamsMax
    this.#incoming.on('error', () => {})
  }

  /** @throws Error when the port is taken. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#incoming.once('error', reject)
      this.#incoming.listen(this.#ports.stream, this.options.address, resolve)
    })
  }

  /** How the LiteFS of a node that follows this one calls itself. */
  followerId(node: string): string | null {
    return this.#followers.get(node)?.litefsId ?? null
  }

  get followers(): readonly string[] {
    return [...this.#followers.keys()]
  }

  /** Where this node's LiteFS finds that node's stream; null until a door to it stands. */
  urlOf(node: string): string | null {
    const port = portOf(this.#doors.get(node) ?? this.#open(node))
    return port === null ? null : `http://127.0.0.1:${port}`
  }

  /** Cuts what this node's LiteFS gets from that node. */
  cut(node: string): void {
    for (const socket of this.#outgoing.get(node) ?? []) socket.destroy()
  }

  close(): void {
    this.#incoming.close()
    for (const { socket } of this.#followers.values()) socket.destroy()
    for (const [node, server] of this.#doors) {
      server.close()
      this.cut(node)
    }
  }

  #open(node: string): Server {
    const server = createServer((socket) => this.#carry(socket, node))
    server.on('error', () => this.#doors.delete(node))
    server.listen(0, '127.0.0.1')
    this.#doors.set(node, server)
    return server
  }

  /** From here to the primary's guard. */
  #carry(near: Socket, node: string): void {
    const { key, name, addressOf, mayFollow, litefsId, onComing } = this.options
    const address = addressOf(node)
    const id = litefsId()
    near.on('error', () => near.destroy())
    if (address === null || id === null || !mayFollow(node)) {
      near.destroy()
      return
    }
    const far = connect({ host: address, port: this.#ports.stream })
    const known = this.#outgoing.get(node) ?? new Set<Socket>()
    this.#outgoing.set(node, known.add(near))
    join(near, far, () => known.delete(near))
    far.setTimeout(greetMaxMs, () => far.destroy())
    near.pause()
    readLine(far, (challenge) => {
      if (challenge === null) return far.destroy()
      far.setTimeout(0)
      far.write(`${name} ${id} ${prove(key, 'stream', name, node, id, challenge)}\n`)
      near.pipe(far)
      far.pipe(near)
      if (onComing !== undefined) far.on('data', () => this.#coming(onComing))
      near.resume()
    })
  }

  #coming(onComing: () => void): void {
    const nowMs = performance.now()
    if (nowMs - this.#comingMs < comingEveryMs) return
    this.#comingMs = nowMs
    onComing()
  }

  /** From another guard to this node's LiteFS. */
  #receive(far: Socket): void {
    const { key, name } = this.options
    const challenge = newChallenge()
    far.on('error', () => far.destroy())
    far.setTimeout(greetMaxMs, () => far.destroy())
    far.write(`${challenge}\n`)
    readLine(far, (line) => {
      const [from = '', id = '', proof = ''] = line?.split(' ') ?? []
      if (!isProof(proof, key, 'stream', from, name, id, challenge)) return far.destroy()
      far.setTimeout(silentMaxMs, () => far.destroy())
      const near = connect({ host: '127.0.0.1', port: this.#ports.litefs })
      const follower = { litefsId: id, socket: far }
      this.#followers.set(from, follower)
      join(far, near, () => {
        if (this.#followers.get(from) === follower) this.#followers.delete(from)
      })
      far.pipe(near)
      near.pipe(far)
    })
  }
}

function portOf(server: Server): number | null {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : null
}

/** Two sockets that end together. */
function join(a: Socket, b: Socket, onEnd: () => void): void {
  a.setNoDelay(true)
  b.setNoDelay(true)
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on('error', () => one.destroy())
    one.on('close', () => {
      other.destroy()
      onEnd()
    })
  }
}

/** The first line; what follows it goes back to the stream. null when it does not come or is too long. */
function readLine(socket: Socket, done: (line: string | null) => void): void {
  let text = Buffer.alloc(0)
  const take = (chunk: Buffer) => {
    text = Buffer.concat([text, chunk])
    const end = text.indexOf(10)
    if (end === -1 && text.length <= lineBytesMax) return
    socket.off('data', take)
    socket.pause()
    if (end === -1) return done(null)
    const rest = text.subarray(end + 1)
    if (rest.length > 0) socket.unshift(rest)
    done(text.subarray(0, end).toString('latin1'))
  }
  socket.on('data', take)
}
