import { AppError } from '../../src/errors.ts'
import { type AddressOf, addressBlock, rememberPeer } from '../../src/http/client-address.ts'
import { problemResponse } from '../../src/http/problem.ts'
import type { Door } from '../../src/http/server.ts'
import { type SocketServer, upgraded } from '../../src/http/sockets.ts'
import type { Secrets } from '../../src/secret.ts'
import { type Admission, type Admissions, readVisitor, visitorTokenOf } from '../capsule/index.ts'
import type { Topics } from './audience.ts'
import type { Live } from './live.ts'
import { SocketMember } from './socket-member.ts'
import { StreamMember } from './stream-member.ts'
import type { Talk } from './talk.ts'

export interface LiveDoorOptions {
  readonly live: Live
  readonly talk: Talk
  readonly topics: ServerTopics
  readonly addressOf: AddressOf
  /** Who may see a capsule, and so hear of it. */
  readonly admissions: Admissions
  readonly secrets: Secrets
  /** How far this node's data is, for `Encapsify-Position`. */
  readonly position: () => string
  /** A proxy that would hold a stream back to compress it leaves alone what says that it is encoded already (Fly). */
  readonly onFly: boolean
}

type TopicServer = Pick<SocketServer, 'pendingWebSockets' | 'publish' | 'subscriberCount'>

/**
 * Bun's topics belong to a server, which exists once the doors do. One whose certificate is renewed is another one; the sockets
 * of the one before stand for a while, and are told as long as they do.
 */
export class ServerTopics implements Topics {
  #servers: readonly TopicServer[] = []

  add(server: TopicServer): void {
    if (this.#servers.includes(server)) return
    this.#servers = [...this.#servers.filter((one) => one.pendingWebSockets > 0), server]
  }

  /** What Bun's publish says; of several servers the least, so that whoever did not get it is noticed. */
  publish(topic: string, text: string): number {
    const reached = this.#servers.filter((server) => server.subscriberCount(topic) > 0)
    return reached.length === 0 ? 0 : Math.min(...reached.map((server) => server.publish(topic, text)))
  }
}

const path = /^\/live\/([a-z0-9_]{1,64})(\/events)?(?:\?(.*))?$/
/** Browsers come back to a stream by themselves, after this or up to as much longer (R26). */
const retryMs = 500

/** Answers below `/live/`: sockets and event streams (R1). */
export function liveDoor(options: LiveDoorOptions): Door {
  return (request, server) => {
    const at = request.url.indexOf('/', 8)
    if (!request.url.startsWith('/live/', at)) return undefined
    options.topics.add(server)
    const [, capsuleId, events, query] = path.exec(request.url.slice(at)) ?? []
    const headers = { 'encapsify-position': options.position(), 'cache-control': 'no-store' }
    try {
      if (capsuleId === undefined) throw new AppError('not-found', 'There is nothing at this address.')
      if (request.method !== 'GET')
        throw new AppError('method-not-allowed', `${request.method} is not possible here; GET is.`)
      rememberPeer(request, server)
      const call = { request, server, asked: askedIn(query), capsuleId, headers }
      return events === undefined ? openSocket(call, options) : openStream(call, options)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      // What a limit refused is counted where the limit is.
      if (error.status < 500 && error.code !== 'rate-limited') options.live.counts.rejected++
      return problemResponse(error, request, {
        ...headers,
        ...(error.code === 'method-not-allowed' && { allow: 'GET' }),
      })
    }
  }
}

interface Asked {
  readonly protocol: string | null
  readonly cursor: string | null
}

function askedIn(query = ''): Asked {
  if (query === '') return { protocol: null, cursor: null }
  const parameters = new URLSearchParams(query)
  return { protocol: parameters.get('protocol'), cursor: parameters.get('cursor') }
}

interface Call {
  readonly request: Request
  readonly server: SocketServer
  readonly asked: Asked
  readonly capsuleId: string
  readonly headers: Record<string, string>
}

/** Undefined where there is none: said by the connection's own code, because a refused handshake tells a browser no reason. */
function admissionOf({ request, capsuleId }: Call, { admissions }: LiveDoorOptions): Admission | undefined {
  try {
    return admissions.admit(capsuleId, request)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function openSocket(call: Call, options: LiveDoorOptions): Response {
  const { request, server, asked, capsuleId, headers } = call
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    throw new AppError('malformed', `Open a WebSocket here, or read the event stream at /live/${capsuleId}/events.`)
  }
  const { live } = options
  const share = live.admit(addressBlock(options.addressOf(request)), capsuleId)
  const visitor = readVisitor(options.secrets, visitorTokenOf(request))
  const member = new SocketMember(options, asked, capsuleId, share, visitor, admissionOf(call, options))
  if (server.upgrade(request, { data: member, headers })) return upgraded
  live.release(share)
  throw new AppError('malformed', 'The WebSocket could not be opened: its handshake is not valid.')
}

function openStream(call: Call, options: LiveDoorOptions): Response {
  const { request, server, asked, capsuleId, headers } = call
  const { live } = options
  const share = live.admit(addressBlock(options.addressOf(request)), capsuleId)
  const spread = Math.round(Math.random() * (retryMs + live.people(capsuleId) / 2))
  const last = request.headers.get('last-event-id')
  const member = new StreamMember(
    live,
    last === null ? asked : { ...asked, cursor: last },
    capsuleId,
    share,
    retryMs + spread,
    admissionOf(call, options),
  )
  server.timeout(request, 0)
  // Both may tell of the end: whichever comes first.
  request.signal.addEventListener('abort', () => member.gone(), { once: true })
  return new Response(member.body, {
    headers: {
      ...headers,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      ...(options.onFly && { 'content-encoding': 'none' }),
    },
  })
}
