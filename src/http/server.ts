import type { Server } from 'bun'
import { AppError } from '../errors.ts'
import { rememberPeer } from './client-address.ts'
import { withHost } from './host.ts'
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

/** Answers a request, or leaves it to the next door. */
export type Door = (request: Request, server: Server<undefined>) => Response | Promise<Response> | undefined

export interface ServerOptions {
  readonly port: number
  readonly host: string
  /** Asked in order; the last one answers everything. */
  readonly doors: readonly Door[]
  readonly onError: (error: unknown, request: Request | undefined) => Response
  readonly traffic?: Traffic
}

/** How many requests are under way. Made before the server, for who shows it. */
export class Traffic {
  inFlight = 0
  /** Refused because too many were under way. */
  shed = 0
}

export interface HttpServer {
  readonly port: number
  readonly inFlight: number
  /** Takes no new connection, waits for what is under way, cuts the rest at the deadline. */
  drain(): Promise<void>
}

/** Listens. @throws Error with one line when the port is taken or not allowed, or the host is none of this machine. */
export function listen(options: ServerOptions): HttpServer {
  const traffic = options.traffic ?? new Traffic()
  const router = options.doors.at(-1)
  const answer = (request: Request, server: Server<undefined>): Response | Promise<Response> => {
    if (request.url.length > urlLengthMax) {
      return problemResponse(
        new AppError('uri-too-long', `An address has at most ${urlLengthMax} characters.`),
        request,
      )
    }
    for (const door of options.doors) {
      const answered = door === router ? route(door, request, server) : door(request, server)
      if (answered === undefined) continue
      if (!(answered instanceof Promise)) return answered
      traffic.inFlight++
      return answered.finally(() => {
        traffic.inFlight--
      })
    }
    return options.onError(new Error('No door answered.'), request)
  }
  /** Only what goes to the router takes long enough to be limited, and has to have an address that can be read. */
  const route = (door: Door, request: Request, server: Server<undefined>) => {
    if (traffic.inFlight >= inFlightMax) {
      traffic.shed++
      return problemResponse(
        new AppError('unavailable', 'Too many requests are under way.', { retryAfterS: 1 }),
        request,
      )
    }
    const named = withHost(request)
    if (named === undefined) {
      return problemResponse(new AppError('malformed', 'The Host header of this request names no host.'), request)
    }
    rememberPeer(named, { requestIP: () => server.requestIP(request) })
    return door(named, server)
  }
  const server = bind({
    port: options.port,
    hostname: options.host,
    maxRequestBodySize: bodyBytesMax,
    idleTimeout: idleTimeoutS,
    fetch: answer,
    error: (error: Error) => options.onError(error, undefined),
  })
  return {
    port: server.port ?? options.port,
    get inFlight() {
      return traffic.inFlight
    },
    async drain() {
      const cut = setTimeout(() => void server.stop(true), drainMsMax)
      await server.stop()
      clearTimeout(cut)
    },
  }
}

function bind(options: Bun.Serve.Options<undefined> & { port: number; hostname: string }): Server<undefined> {
  const { port, hostname } = options
  try {
    return Bun.serve(options)
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
