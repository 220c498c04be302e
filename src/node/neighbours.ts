import { type Static, Type } from '@sinclair/typebox'

/** What the servers of a cluster say to each other without keeping it: it may be lost, and nothing may rest on it. */
export const whisper = Type.Object(
  { topic: Type.String({ minLength: 1, maxLength: 40 }), data: Type.Unknown() },
  { additionalProperties: false },
)
export type Whisper = Static<typeof whisper>

/** A server that has a connection to this one; another number each time it connects. */
export type Peer = number

/** The servers of a cluster, with the primary's in the middle: each other one speaks to it alone. */
export interface Neighbours {
  /** Whether this is the one in the middle. */
  readonly isHub: boolean
  /** To the one in the middle; lost when it is not reached, or is this one. */
  tellHub(topic: string, data: unknown): void
  tell(peer: Peer, topic: string, data: unknown): void
  /** From another server; `peer` is null when it is the one in the middle. */
  on(topic: string, listener: (data: unknown, peer: Peer | null) => void): void
  onPeerGone(listener: (peer: Peer) => void): void
  /** The one in the middle is reached, or no longer. */
  onHub(listener: (reached: boolean) => void): void
}

/** How whispers leave this server. */
export interface Ways {
  up(whisper: Whisper): void
  down(peer: Peer, whisper: Whisper): void
}

/** The neighbours over the mesh's connections. */
export class MeshNeighbours implements Neighbours {
  readonly #listeners = new Map<string, (data: unknown, peer: Peer | null) => void>()
  readonly #goneListeners: ((peer: Peer) => void)[] = []
  readonly #hubListeners: ((reached: boolean) => void)[] = []
  #ways: Ways | undefined

  constructor(private readonly mayBeHub: () => boolean) {}

  get isHub(): boolean {
    return this.mayBeHub()
  }

  connect(ways: Ways): void {
    this.#ways = ways
  }

  tellHub(topic: string, data: unknown): void {
    if (!this.isHub) this.#ways?.up({ topic, data })
  }

  tell(peer: Peer, topic: string, data: unknown): void {
    this.#ways?.down(peer, { topic, data })
  }

  on(topic: string, listener: (data: unknown, peer: Peer | null) => void): void {
    this.#listeners.set(topic, listener)
  }

  onPeerGone(listener: (peer: Peer) => void): void {
    this.#goneListeners.push(listener)
  }

  onHub(listener: (reached: boolean) => void): void {
    this.#hubListeners.push(listener)
  }

  /** Something arrived. A topic that nobody listens to is of another version, and passed over. */
  hear({ topic, data }: Whisper, peer: Peer | null): void {
    this.#listeners.get(topic)?.(data, peer)
  }

  gone(peer: Peer): void {
    for (const listener of this.#goneListeners) listener(peer)
  }

  reached(isReached: boolean): void {
    for (const listener of this.#hubListeners) listener(isReached)
  }
}
