import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Server, ServerWebSocket } from 'bun'
import type { LocalDatabases } from '../db/local.ts'
import type { Operation } from '../db/operation.ts'
import { bodyBytesMax, idleTimeoutS } from '../http/server.ts'
import { Channel } from './channel.ts'
import type { ClusterConfig } from './config.ts'
import type { FileDoor } from './files/door.ts'
import { ForwardDoor, type ForwardDoorOptions, Once } from './forward/door.ts'
import { newChallenge, sayHello } from './hello.ts'
import { meshBytesMax, meshKey, toPrimary } from './mesh.ts'
import type { MeshNeighbours, Peer, Whisper } from './neighbours.ts'
import { meshPort } from './ports.ts'

interface Connection {
  readonly peer: Peer
  /** Where it dialled from: of an edge nobody else knows the address. */
  readonly address: string | undefined
  readonly mine: string
  readonly channel: Channel
  readonly theirs: string
  /** Whole requests that came beside this connection. */
  readonly forwarded: Once
  running: number
}

const check = TypeCompiler.Compile(toPrimary)
const connectionsMax = 256
/** Batches of one node that may be under way at once. */
const runningMax = 64
/** What may wait for a node that reads slowly before whispers to it are let go. */
const bufferedBytesMax = 1_048_576

export interface MeshServerOptions {
  readonly config: ClusterConfig
  readonly databases: LocalDatabases
  /** What other nodes may ask for. */
  readonly operations: readonly Operation[]
  /** Whether this node may run operations. */
  readonly isPrimary: () => boolean
  readonly neighbours: MeshNeighbours
  /** Who gives other nodes this one's files. */
  readonly files: Pick<FileDoor, 'handle'>
  readonly handle: ForwardDoorOptions['handle']
}

/** Where the primary's server takes operations from other nodes. */
export class MeshServer {
  readonly #key: Buffer
  readonly #server: Server<Connection>
  readonly #operations: ReadonlyMap<string, Operation>
  readonly #sockets = new Map<Peer, ServerWebSocket<Connection>>()
  #peers = 0

  /** @throws Error when the port is taken. */
  constructor(private readonly options: MeshServerOptions) {
    const { config, operations } = options
    this.#key = meshKey(config)
    this.#operations = new Map(operations.map((operation) => [operation.name, operation]))
    const forwarded = new ForwardDoor({
      key: this.#key,
      wayOf: (challenge) => this.#wayOf(challenge),
      isPrimary: options.isPrimary,
      handle: options.handle,
    })
    this.#server = Bun.serve<Connection>({
      hostname: config.address,
      port: meshPort,
      maxRequestBodySize: bodyBytesMax,
      idleTimeout: idleTimeoutS,
      fetch: (asked, server) => options.files.handle(asked) ?? forwarded.handle(asked) ?? this.#accept(asked, server),
      websocket: {
        maxPayloadLength: meshBytesMax,
        idleTimeout: 0,
        open: (socket) => {
          const { peer, mine, theirs } = socket.data
          this.#sockets.set(peer, socket)
          socket.send(sayHello(this.#key, { name: config.node, role: config.role, challenge: mine }, theirs))
        },
        message: (socket, text) => this.#receive(socket, String(text)),
        close: ({ data: { peer } }) => {
          this.#sockets.delete(peer)
          options.neighbours.gone(peer)
        },
      },
    })
  }

  /** Of the nodes that are connected. */
  get addresses(): readonly string[] {
    return [...this.#sockets.values()].flatMap(({ data: { address } }) => address ?? [])
  }

  /** Lost when the node is gone, or reads too slowly. */
  whisper(peer: Peer, whisper: Whisper): void {
    const socket = this.#sockets.get(peer)
    if (socket === undefined || socket.getBufferedAmount() > bufferedBytesMax) return
    socket.send(socket.data.channel.seal(JSON.stringify(whisper)))
  }

  close(): void {
    void this.#server.stop(true)
  }

  #wayOf(challenge: string) {
    for (const { data } of this.#sockets.values()) {
      const { theirs, mine, forwarded } = data
      if (theirs === challenge) return { challenge, answer: mine, forwarded }
    }
    return undefined
  }

  #accept(asked: globalThis.Request, server: Server<Connection>): Response | undefined {
    const theirs = new URL(asked.url).searchParams.get('challenge') ?? ''
    if (!/^[\w-]{16,64}$/.test(theirs)) return new Response('Nodes only.\n', { status: 404 })
    if (this.#sockets.size >= connectionsMax) return new Response('Too many nodes.\n', { status: 503 })
    const mine = newChallenge()
    const peer = ++this.#peers
    const data: Connection = {
      peer,
      address: server.requestIP(asked)?.address,
      mine,
      theirs,
      channel: new Channel(this.#key, mine, theirs),
      forwarded: new Once(),
      running: 0,
    }
    return server.upgrade(asked, { data }) ? undefined : new Response('Nodes only.\n', { status: 426 })
  }

  #receive(socket: ServerWebSocket<Connection>, sealed: string): void {
    const { data } = socket
    const text = data.channel.open(sealed)
    const asked: unknown = text === null ? null : JSON.parse(text)
    if (!check.Check(asked) || data.running >= runningMax) return socket.terminate()
    if ('topic' in asked) return this.options.neighbours.hear(asked, data.peer)
    const { id, calls } = asked
    const answer = (said: object) => {
      data.running--
      if (socket.readyState === WebSocket.OPEN) socket.send(data.channel.seal(JSON.stringify({ id, ...said })))
    }
    data.running++
    if (!this.options.isPrimary()) return answer({ outcomes: null, position: null })
    this.options.databases.runForwarded(calls, this.#operations).then(answer, () => socket.terminate())
  }
}
