import type { Socket, SocketSession } from '../../src/http/sockets.ts'
import type { Admission } from '../capsule/index.ts'
import type { AddressShare } from './addresses.ts'
import { type Closing, endingOf } from './codes.ts'
import type { Frame } from './frame.ts'
import type { Live } from './live.ts'
import { Member } from './member.ts'
import type { Talk } from './talk.ts'

export interface SocketMemberOptions {
  readonly live: Live
  readonly talk: Talk
}

/** A member by WebSocket. What it asked for is forgotten once it has joined. */
export class SocketMember extends Member implements SocketSession {
  readonly hasTopics = true
  #socket: Socket | undefined
  #asked: { protocol: string | null; cursor: string | null } | undefined

  constructor(
    private readonly options: SocketMemberOptions,
    asked: { protocol: string | null; cursor: string | null },
    capsuleId: string,
    address: AddressShare,
    visitor: string | undefined,
    admission: Admission | undefined,
  ) {
    super(capsuleId, address, visitor, admission)
    this.#asked = asked
  }

  opened(socket: Socket): void {
    this.#socket = socket
    const asked = this.#asked ?? { protocol: null, cursor: null }
    this.#asked = undefined
    this.options.live.join(this, asked)
  }

  received(message: string | Uint8Array): void {
    this.options.talk.receive(this, message)
  }

  closed(code: number): void {
    this.options.live.leave(this, endingOf(code))
  }

  subscribe(topic: string): void {
    this.#socket?.subscribe(topic)
  }

  /** What is dropped at the buffer's end closes the socket (src/http/sockets.ts), so nothing is lost in silence. */
  send(frame: Frame): void {
    this.#socket?.sendText(frame.text)
  }

  bufferedBytes(): number {
    return this.#socket?.getBufferedAmount() ?? 0
  }

  close({ code, reason }: Closing): void {
    // The socket tells of its end while it is closed: whose word that is has to be known before.
    this.options.live.leave(this, code)
    this.#socket?.close(code, reason)
  }
}
