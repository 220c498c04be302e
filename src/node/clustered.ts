import { limits } from '../cluster/limits.ts'
import type { LocalDatabases } from '../db/local.ts'
import { comparePositions, type Position } from '../db/position.ts'
import { AppError } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import type { Door } from '../http/server.ts'
import { activeSpan } from '../observability/tracing/active.ts'
import { formatTraceparent } from '../observability/tracing/context.ts'
import { carriedPosition, formatPosition, positionCookie, positionHeader } from './carried-position.ts'
import type { ClusterConfig } from './config.ts'
import type { RequestForwarder } from './forward/forwarder.ts'
import type { NodeStatus } from './protocol.ts'

export interface ClusteredOptions {
  readonly config: Pick<ClusterConfig, 'name'>
  readonly databases: Pick<LocalDatabases, 'position' | 'confirmed' | 'isPrimary' | 'whenReached' | 'whenConfirmed'>
  readonly requests: Pick<RequestForwarder, 'forward'>
  /** Below these paths things are kept on the primary's own disk: it is asked for reading too. */
  readonly primaryPaths?: readonly string[]
  readonly link: { readonly status: Pick<NodeStatus, 'primary' | 'role' | 'promised'>; readonly statusAgeMs: number }
}

/** How long a node that is behind waits for its data before it sends the request to the primary. */
export const catchUpMaxMs = 250
/** How long it waits where the request cannot be sent on. */
const waitMaxMs = 3_000
/** How long a read on the primary waits for what it may have seen to be confirmed. */
const confirmedMaxMs = 1_000
/**
 * How much further than what a node has heard confirmed another may have answered, while the primary's beats arrive: half a minute of
 * commits as fast as LiteFS makes them, and of elections as fast as they can fail.
 */
const commitsAheadMax = 10_000
const epochsAheadMax = 100
/** fly-proxy cannot replay more: https://fly.io/docs/networking/dynamic-request-routing/ */
const replayBytesMax = 1_000_000

const behind = new AppError('unavailable', 'This node has not yet received what you have seen. Try again.', {
  retryAfterS: 1,
})

/**
 * Requests on a node of a cluster: those that carry a position wait until it is here or go to the primary, so that nobody sees
 * time go backwards (G39); those that write go to the primary whole, because a handler reads between its writes: by the proxy, or
 * streamed by this node where they are too large for that; and what is read on the primary is confirmed before it is told.
 */
export function clustered(
  options: ClusteredOptions,
  handle: (request: Request) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  const { config, databases } = options
  const stamp = () => formatPosition(config.name, databases.position)
  return async (request) => {
    if (!isOurs(request)) return handle(request)
    try {
      const carried = carriedPosition(request, config.name)
      const elsewhere = await route(options, request, carried)
      if (elsewhere !== undefined) return elsewhere
    } catch (error) {
      return problemOf(error, request)
    }
    const response = await handle(request)
    if (!isRead(request) && response.ok) response.headers.append('set-cookie', positionCookie(stamp()))
    else if (!(await isConfirmed(databases))) response.headers.set('encapsify-confirmed', '?0')
    return response
  }
}

/** A live connection waits for the position that it carries too, or is taken to the primary, where the handshake is made. */
export function clusteredLive(options: ClusteredOptions, door: Door): Door {
  const { config, databases } = options
  const headers = () => ({
    'encapsify-position': formatPosition(config.name, databases.position),
    'cache-control': 'no-store',
  })
  return (request, server) => {
    if (!isBelow(request, '/live/')) return door(request, server)
    try {
      const carried = carriedPosition(request, config.name)
      if (carried === null || comparePositions(databases.position, carried) >= 0) return door(request, server)
      return route(options, request, carried).then(
        (elsewhere) => elsewhere ?? door(request, server) ?? new Response(null, { status: 404 }),
        (error) => problemOf(error, request, headers()),
      )
    } catch (error) {
      return problemOf(error, request, headers())
    }
  }
}

function problemOf(error: unknown, request: Request, headers?: Record<string, string>): Response {
  if (error instanceof AppError) return problemResponse(error, request, headers)
  throw error
}

/** Pages are bounded stale by their own rule; answers of the API promise more. */
function isOurs(request: Request): boolean {
  return isBelow(request, '/api/')
}

function isBelow(request: Request, path: string): boolean {
  return request.url.startsWith(path, request.url.indexOf('/', 8))
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** undefined: it is answered here. @throws AppError when it can be answered nowhere now, or carries a forgery. */
async function route(
  options: ClusteredOptions,
  request: Request,
  carried: Position | null,
): Promise<Response | undefined> {
  const { databases, requests, primaryPaths = [] } = options
  const replay = replayOf(options, request)
  if (!databases.isPrimary) {
    const isKept = primaryPaths.some((path) => isBelow(request, path))
    const isWhole = isKept || !isRead(request)
    if (isWhole && replay !== undefined) return replay
    const forwarded = isKept || (isWhole && isLarge(request)) ? requests.forward(request) : undefined
    if (forwarded !== undefined) return forwarded
  }
  if (carried === null || comparePositions(databases.position, carried) >= 0) return undefined
  if (isBeyondAll(options, carried)) {
    // A cookie may be older than the cluster's restoration: it is passed over.
    if (!request.headers.has(positionHeader)) return undefined
    throw new AppError(
      'malformed',
      'Encapsify-Position is beyond all that this cluster has answered: it is no answer of ours.',
    )
  }
  if (await databases.whenReached(carried, replay === undefined ? waitMaxMs : catchUpMaxMs)) return undefined
  if (replay !== undefined && !databases.isPrimary) return replay
  throw behind
}

/**
 * Whether a position that is not here can be nowhere. The open primary knows, when its guard was alive so lately that no other can
 * have opened since (S3). Who follows it knows what it has heard confirmed, and that nobody has come very much further since.
 */
function isBeyondAll({ databases, link }: ClusteredOptions, carried: Position): boolean {
  const { role, primary, promised } = link.status
  if (link.statusAgeMs >= limits.silenceMs) return false
  if (databases.isPrimary) return role === 'open'
  const { confirmed } = databases
  if (primary === null || confirmed.epoch !== promised) return false
  return carried.epoch > promised + epochsAheadMax || carried.number > confirmed.number + commitsAheadMax
}

/** More than a proxy keeps to send it again, or perhaps more. */
function isLarge({ headers }: Request): boolean {
  return Number(headers.get('content-length') ?? 0) > replayBytesMax || headers.has('transfer-encoding')
}

/** Asks the proxy to take the request to the primary; undefined where it cannot, or did already. */
function replayOf({ link }: ClusteredOptions, request: Request): Response | undefined {
  const { headers } = request
  const { primary } = link.status
  if (primary === null || !headers.has('fly-region')) return undefined
  if (headers.has('fly-replay-src') || headers.has('fly-replay-failed')) return undefined
  if (isLarge(request)) return undefined
  // The proxy sends the client's own headers again; the trace that began here goes on through its state.
  const span = activeSpan.getStore()
  const state = span?.context.sampled === true ? `;state=${formatTraceparent(span.context)}` : ''
  const order = `instance=${primary.node};timeout=1s;fallback=force_self${state}`
  return new Response(null, { status: 307, headers: { 'fly-replay': order, 'cache-control': 'no-store' } })
}

/** Waits, but not for long: reads go on while the majority is away, and say so. */
async function isConfirmed(databases: ClusteredOptions['databases']): Promise<boolean> {
  const waiting = databases.whenConfirmed()
  if (waiting === undefined) return true
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), confirmedMaxMs)
  const confirmed = waiting.then(
    () => true,
    () => false,
  )
  return Promise.race([confirmed, late.promise]).finally(() => clearTimeout(timer))
}
