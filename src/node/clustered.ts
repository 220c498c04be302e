import type { LocalDatabases } from '../db/local.ts'
import { comparePositions, type Position } from '../db/position.ts'
import { AppError } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import { activeSpan } from '../observability/tracing/active.ts'
import { formatTraceparent } from '../observability/tracing/context.ts'
import { carriedPosition, formatPosition, positionCookie } from './carried-position.ts'
import type { ClusterConfig } from './config.ts'
import type { NodeStatus } from './protocol.ts'

export interface ClusteredOptions {
  readonly config: Pick<ClusterConfig, 'name'>
  readonly databases: Pick<LocalDatabases, 'position' | 'isPrimary' | 'whenReached' | 'whenConfirmed'>
  readonly link: { readonly status: Pick<NodeStatus, 'primary' | 'promised'> }
  readonly handle: (request: Request) => Response | Promise<Response>
}

/** How long a node that is behind waits for its data before it sends the request to the primary. */
export const catchUpMaxMs = 250
/** How long it waits where the request cannot be sent on. */
const waitMaxMs = 3_000
/** How long a read on the primary waits for what it may have seen to be confirmed. */
const confirmedMaxMs = 1_000
/** fly-proxy cannot replay more: https://fly.io/docs/networking/dynamic-request-routing/ */
const replayBytesMax = 1_000_000

const behind = new AppError('unavailable', 'This node has not yet received what you have seen. Try again.', {
  retryAfterS: 1,
})

/**
 * Requests on a node of a cluster: those that carry a position wait until it is here or go to the primary, so that nobody sees
 * time go backwards (G39); those that write go to the primary whole where the proxy can take them there, because a handler reads
 * between its writes; and what is read on the primary is confirmed before it is told.
 */
export function clustered(options: ClusteredOptions): (request: Request) => Promise<Response> {
  const { config, databases, handle } = options
  const stamp = () => formatPosition(config.name, databases.position)
  return async (request) => {
    if (!isOurs(request)) return handle(request)
    try {
      const carried = carriedPosition(request, config.name)
      const elsewhere = await route(options, request, carried)
      if (elsewhere !== undefined) return elsewhere
    } catch (error) {
      if (error instanceof AppError) return problemResponse(error, request)
      throw error
    }
    const response = await handle(request)
    if (isRead(request)) {
      if (!(await isConfirmed(databases))) response.headers.set('encapsify-confirmed', '?0')
    } else if (response.ok) response.headers.append('set-cookie', positionCookie(stamp()))
    return response
  }
}

/** Pages are bounded stale by their own rule; answers of the API and live ones promise more. */
function isOurs(request: Request): boolean {
  const start = request.url.indexOf('/', 8)
  return request.url.startsWith('/api/', start) || request.url.startsWith('/live/', start)
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
  const { databases, link } = options
  const replay = replayOf(options, request)
  if (!databases.isPrimary && !isRead(request) && replay !== undefined) return replay
  if (carried === null) return undefined
  if (await databases.whenReached(carried, replay === undefined ? waitMaxMs : catchUpMaxMs)) return undefined
  if (replay !== undefined && !databases.isPrimary) return replay
  const { promised } = link.status
  if (databases.isPrimary && carried.epoch > Math.max(promised, databases.position.epoch)) {
    throw new AppError('malformed', 'Encapsify-Position names an epoch that has not begun: it is of another cluster.')
  }
  if (comparePositions(databases.position, carried) >= 0) return undefined
  throw behind
}

/** Asks the proxy to take the request to the primary; undefined where it cannot, or did already. */
function replayOf({ link }: ClusteredOptions, request: Request): Response | undefined {
  const { headers } = request
  const { primary } = link.status
  if (primary === null || !headers.has('fly-region')) return undefined
  if (headers.has('fly-replay-src') || headers.has('fly-replay-failed')) return undefined
  if (Number(headers.get('content-length') ?? 0) > replayBytesMax || headers.has('upgrade')) return undefined
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
