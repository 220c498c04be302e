import type { Server } from 'bun'
import { AppError } from '../errors.ts'
import { rememberPeer } from './client-address.ts'
import { problemResponse } from './problem.ts'

/** A body that a route reads whole; uploads have their own way. */
export const bodyBytesMax = 32 * 1_048_576
export const urlLengthMax = 8_192
/** Requests under way at once in this process; more wait nowhere and hear 503. */
export const inFlightMax = 8_000
/** Silence on a connection before it is closed. */
const idleTimeoutS = 60
/** What a shutdown waits for requests and sockets before it cuts them. */
export const drainMsMax = 25_000
/** How long an idle connection is left open for its last request at a shutdown. */
const partingMs = 500
const lookEveryMs = 20

/** Answers a request, or leaves it to the next door. */
export type Door = (request: Request, server: Server<undefined>) => Response | Promise<Response> | undefined

export interface ServerOptions {
  readonly port: number
  readonly host: string
  /** Asked in order; the last one answers everything. */
  readonly doors: readonly Door[]
  readonly onError: (error: unknown, request: Request | undefined) => Response
}

export interface HttpServer {
  readonly port: number
  readonly inFlight: number
  /** Asks clients to leave their connections; still answers everything. */
  part(): void
  /** Takes no new connection, waits for what is under way, cuts the rest at the deadline. */
  drain(): Promise<void>
}

/** Listens. @throws Error with one line when the port is taken or not allowed. */
export function listen(options: ServerOptions): HttpServer {
  let inFlight = 0
  let draining = false
  /** A client that keeps its connection would keep the server from ending. */
  const parting = (response: Response) => {
    if (draining) response.headers.set('connection', 'close')
    return response
  }
  const router = options.doors.at(-1)
  const answer = (request: Request, server: Server<undefined>): Response | Promise<Response> => {
    if (request.url.length > urlLengthMax) {
      return problemResponse(
        new AppError('uri-too-long', `An address has at most ${urlLengthMax} characters.`),
        request,
      )
    }
    for (const door of options.doors) {
      if (door === router) rememberPeer(request, server)
      const answered = door(request, server)
      if (answered === undefined) continue
      if (!(answered instanceof Promise)) return draining ? parting(answered.clone()) : answered
      if (inFlight >= inFlightMax) {
        return problemResponse(
          new AppError('unavailable', 'Too many requests are under way.', { retryAfterS: 1 }),
          request,
        )
      }
      inFlight++
      return answered.then(parting).finally(() => {
        inFlight--
      })
    }
    return options.onError(new Error('No door answered.'), request)
  }
  const server = Bun.serve({
    port: options.port,
    hostname: options.host,
    maxRequestBodySize: bodyBytesMax,
    idleTimeout: idleTimeoutS,
    fetch: answer,
    error: (error) => options.onError(error, undefined),
  })
  return {
    port: server.port ?? options.port,
    get inFlight() {
      return inFlight
    },
    part() {
      draining = true
    },
    async drain() {
      draining = true
      const stopped = server.stop()
      const untilMs = performance.now() + drainMsMax
      while (server.pendingRequests > 0 && performance.now() < untilMs) await Bun.sleep(lookEveryMs)
      // What is left are connections on which nothing is asked.
      await Promise.race([stopped, Bun.sleep(partingMs)])
      await server.stop(true)
    },
  }
}
