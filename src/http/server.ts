import type { Server } from 'bun'
import { AppError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { rememberPeer } from './client-address.ts'
import { withHost } from './host.ts'
import { Pressure } from './pressure.ts'
import { problemResponse } from './problem.ts'
import { SocketSigns } from './socket-signs.ts'
import { type SocketServer, type SocketSession, socketHandler, upgraded } from './sockets.ts'

/** A body that a route reads whole; uploads have their own way. */
export const bodyBytesMax = 32 * 1_048_576
export const urlLengthMax = 8_192
/** Requests under way at once in this process; more wait nowhere and hear 503. */
export const inFlightMax = 8_000
/** Silence on a connection before it is closed. */
export const idleTimeoutS = 60
/** What a shutdown waits for requests and sockets before it cuts them. */
export const drainMsMax = 25_000
/** How long an idle connection is left open for its last request at a shutdown. */
const partingMs = 500
const lookEveryMs = 20

const tooMany = new AppError('unavailable', 'Too many requests are under way.', { retryAfterS: 1 })

/** Answers a request (a new socket with `upgraded`), or leaves it to the next door. */
export type Door = (request: Request, server: SocketServer) => Response | Promise<Response> | undefined

export interface ServerOptions {
  readonly port: number
  readonly host: string
  /** Which site a request is sent to: the request as the doors are to see it, or its answer. */
  readonly site?: (request: Request) => Request | Response
  /** Asked in order; the last one answers everything. */
  readonly doors: readonly Door[]
  readonly onError: (error: unknown, request: Request | undefined) => Response
  readonly traffic?: Traffic
  readonly pressure?: Pick<Pressure, 'isTooMuch'>
  /** Given: HTTP/2 and HTTP/3 beside HTTP/1.1, all of them over TLS. */
  readonly certificate?: Certificate | undefined
}

/** How many requests are under way. Made before the server, for who shows it. */
export class Traffic {
  inFlight = 0
  /** Refused because too many were under way. */
  shed = 0
  /** Hears of each that was refused. */
  onShed: (request: Request) => void = () => {}
  /** Finds sockets whose other end is gone. */
  readonly signs = new SocketSigns()
}

export interface HttpServer {
  readonly port: number
  readonly inFlight: number
  /** New connections get this certificate; those that stand keep theirs, and are closed when they have had time to end. */
  renew(certificate: Certificate): void
  /** Asks clients to leave their connections; still answers everything. */
  part(): void
  /** Takes no new connection, waits for what is under way, cuts the rest at the deadline. */
  drain(): Promise<void>
}

/** Listens. @throws Error with one line when the port is taken or not allowed, or the host is none of this machine. */
export function listen(options: ServerOptions): HttpServer {
  const traffic = options.traffic ?? new Traffic()
  const pressure = options.pressure ?? new Pressure()
  const websocket = socketHandler(traffic.signs)
  let draining = false
  /** A client that keeps its connection would keep the server from ending. HTTP/2 knows no such header. */
  const parting = (response: Response) => {
    if (draining && options.certificate === undefined) response.headers.set('connection', 'close')
    return response
  }
  const router = options.doors.at(-1)
  const answer = (request: Request, server: SocketServer): Response | Promise<Response | undefined> | undefined => {
    if (request.url.length > urlLengthMax) {
      return problemResponse(
        new AppError('uri-too-long', `An address has at most ${urlLengthMax} characters.`),
        request,
      )
    }
    const seen = options.site?.(request) ?? request
    if (seen instanceof Response) return seen
    for (const door of options.doors) {
      const answered = door === router ? route(door, seen, request, server) : door(seen, server)
      if (answered === undefined) continue
      if (answered === upgraded) return undefined
      if (!(answered instanceof Promise)) return draining ? parting(answered.clone()) : answered
      traffic.inFlight++
      const answering = answered.then((response) => (response === upgraded ? undefined : parting(response)))
      return answering.finally(() => {
        traffic.inFlight--
      })
    }
    return options.onError(new Error('No door answered.'), request)
  }
  /** Only what goes to the router takes long enough to be limited, and has to have an address that can be read. */
  const route = (door: Door, request: Request, sent: Request, server: SocketServer) => {
    if ((pressure.isTooMuch || traffic.inFlight >= inFlightMax) && !isWatching(request)) {
      traffic.shed++
      traffic.onShed(request)
      return problemResponse(tooMany, request)
    }
    const named = withHost(request)
    if (named === undefined) {
      return problemResponse(new AppError('malformed', 'The Host header of this request names no host.'), request)
    }
    rememberPeer(named, { requestIP: () => server.requestIP(sent) })
    return door(named, server)
  }
  const serve = (port: number, certificate: Certificate | undefined) =>
    binding(options, () =>
      Bun.serve({
        port,
        hostname: options.host,
        maxRequestBodySize: bodyBytesMax,
        idleTimeout: idleTimeoutS,
        fetch: answer,
        websocket,
        error: (error) => options.onError(error, undefined),
        ...(certificate !== undefined && secured(certificate)),
      }),
    )
  if (options.certificate !== undefined) binding(options, () => checkFree(options))
  let server = serve(options.port, options.certificate)
  const port = server.port ?? options.port
  return {
    port,
    get inFlight() {
      return traffic.inFlight
    },
    renew(certificate) {
      // Bun reads certificates once: a second server takes the same port, and the first one ends.
      const old = server
      server = serve(port, certificate)
      void stop(old)
    },
    part() {
      draining = true
    },
    drain() {
      draining = true
      return end(server)
    },
  }
}

/** Who looks whether it is too much is answered all the same. */
function isWatching({ url }: Request): boolean {
  const start = url.indexOf('/', 8)
  return url.startsWith('/health/', start) || url.startsWith('/metrics', start) || url.startsWith('/ops', start)
}

/** @throws Error with one line that says why this address can't be had. */
function binding<T>({ port, host: hostname }: ServerOptions, bind: () => T): T {
  try {
    return bind()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // A name that leads nowhere is reported by Bun as an address in use; of port 0 that can't be true.
    if (code === 'EADDRINUSE' && port !== 0) {
      throw new Error(
        `Port ${port} of ${hostname} can't be had: another program uses it, or this is no address of ours.`,
      )
    }
    if (code === 'EACCES')
      throw new Error(`Port ${port} is not for this user: name one above 1023 with --port or PORT.`)
    throw new Error(`${hostname} is no address of this machine to listen on: see --host and HOST.`)
  }
}

async function stop(server: Pick<Server<SocketSession>, 'stop'>): Promise<void> {
  const cut = setTimeout(() => void server.stop(true), drainMsMax)
  await server.stop()
  clearTimeout(cut)
}

/** Waits for requests and sockets; what is left then are connections on which nothing is asked. */
async function end(server: Server<SocketSession>): Promise<void> {
  const stopped = server.stop()
  const untilMs = performance.now() + drainMsMax
  const isBusy = () => server.pendingRequests > 0 || server.pendingWebSockets > 0
  while (isBusy() && performance.now() < untilMs) await Bun.sleep(lookEveryMs)
  await Promise.race([stopped, Bun.sleep(partingMs)])
  await server.stop(true)
}

function secured({ cert, key }: Certificate) {
  return { tls: { cert, key }, http2: true, http3: true, reusePort: true }
}

/** A port that is shared with oneself would be shared with others: whether somebody has it is asked first. */
function checkFree({ port, host }: ServerOptions): void {
  if (port !== 0) Bun.listen({ port, hostname: host, socket: { data() {} } }).stop(true)
}
