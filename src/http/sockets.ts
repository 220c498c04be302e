import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import type { SocketSigns } from './socket-signs.ts'

/** A message from a client; longer ones close the socket with 1009. */
export const socketMessageBytesMax = 32 * 1_024
/** What may wait for a slow reader; whoever it does not fit is cut off, so that nothing is left out in silence. */
export const socketBufferedBytesMax = 256 * 1_024

/** What one socket does. */
export interface SocketSession {
  opened(socket: Socket): void
  received(message: string | Uint8Array): void
  /** @param code by which it ended; 1006: without a word. */
  closed(code: number): void
}

export type Socket = ServerWebSocket<SocketSession>
/** What doors may ask of the server. */
export type SocketServer = Pick<
  Server<SocketSession>,
  'pendingWebSockets' | 'publish' | 'requestIP' | 'subscriberCount' | 'timeout' | 'upgrade'
>

/** What a door answers when it has made the request a socket: there is nothing more to say to it by HTTP. */
export const upgraded = new Response(null)

/** What the parser of frames closes with, whose handler is told 1006 and a reason (uWebSockets' WebSocketErrors). */
const saidByTheParser: Readonly<Record<string, number>> = {
  'Received too big message': 1009,
  'Received invalid UTF-8': 1007,
}

/** Hands everything on to the session that was given at the upgrade. */
export function socketHandler(signs: SocketSigns): WebSocketHandler<SocketSession> {
  return {
    maxPayloadLength: socketMessageBytesMax,
    backpressureLimit: socketBufferedBytesMax,
    closeOnBackpressureLimit: true,
    // Whoever is gone without a word is found by the signs.
    idleTimeout: 0,
    sendPings: false,
    open(socket) {
      signs.opened(socket)
      socket.data.opened(socket)
    },
    message(socket, message) {
      signs.heard(socket)
      socket.data.received(message)
    },
    pong: (socket) => signs.heard(socket),
    close(socket, code, reason) {
      signs.closed(socket)
      socket.data.closed(code === 1006 ? (saidByTheParser[reason] ?? code) : code)
    },
  }
}
