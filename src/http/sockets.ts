import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'

/** A message from a client; longer ones close the socket with 1009. */
export const socketMessageBytesMax = 32 * 1_024
/** What may wait for a slow reader; whoever it does not fit is cut off, so that nothing is left out in silence. */
export const socketBufferedBytesMax = 256 * 1_024
/** Silence before a socket is closed; it is pinged before, so only who is gone is silent. */
const socketIdleS = 60

/** What one socket does. */
export interface SocketSession {
  opened(socket: Socket): void
  received(message: string | Uint8Array): void
  closed(): void
}

export type Socket = ServerWebSocket<SocketSession>
/** What doors may ask of the server. */
export type SocketServer = Pick<
  Server<SocketSession>,
  'pendingWebSockets' | 'publish' | 'requestIP' | 'subscriberCount' | 'timeout' | 'upgrade'
>

/** What a door answers when it has made the request a socket: there is nothing more to say to it by HTTP. */
export const upgraded = new Response(null)

/** Hands everything on to the session that was given at the upgrade. */
export const socketHandler: WebSocketHandler<SocketSession> = {
  maxPayloadLength: socketMessageBytesMax,
  backpressureLimit: socketBufferedBytesMax,
  closeOnBackpressureLimit: true,
  idleTimeout: socketIdleS,
  open: (socket) => socket.data.opened(socket),
  message: (socket, message) => socket.data.received(message),
  close: (socket) => socket.data.closed(),
}
