import { Elysia, NotFoundError, ParseError, ValidationError } from 'elysia'
import { AppError, type Fault } from '../errors.ts'
import { RateLimited } from './rate-limit.ts'
import { requestIdOf } from './request-id.ts'

/** An answer to a fault (RFC 9457): says what happened, and where in the input. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly instance: string
  readonly requestId: string
  readonly errors?: readonly Fault[]
}

export interface ProblemOptions {
  /** Hears what is a bug: everything thrown that is not an AppError. */
  readonly reportBug: (error: unknown, request: Request) => void
  /** The methods that a path answers to; empty: there is no such path. */
  readonly methodsAt: (path: string) => readonly string[]
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Conflict',
  410: 'Gone',
  412: 'Changed meanwhile',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported type',
  422: 'Not valid',
  428: 'Precondition required',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  501: 'Not implemented',
  503: 'Unavailable',
}
const faultsMax = 20

/** Turns whatever a route throws into problem+json. Built once, used by the root: its hook covers every module. */
export function problems(options: ProblemOptions) {
  return new Elysia({ name: 'problems' }).onError({ as: 'global' }, ({ error, request }) => {
    const known = understand(error, request, options)
    if (known !== undefined) return problemResponse(known, request)
    options.reportBug(error, request)
    return internalError(request)
  })
}

/** The response for an AppError, also for what is refused before the router. */
export function problemResponse(error: AppError, request: Request, headers: Record<string, string> = {}): Response {
  return respond(request, error.status, error.code, error.message, error.faults, {
    ...(error.retryAfterS !== undefined && { 'retry-after': String(error.retryAfterS) }),
    ...(error instanceof MethodNotAllowed && { allow: error.allow.join(', ') }),
    ...(error instanceof RateLimited && error.headers),
    ...headers,
  })
}

export function internalError(request: Request): Response {
  return respond(request, 500, 'internal', 'Something went wrong on our side. It has been logged.', [], {})
}

class MethodNotAllowed extends AppError {
  constructor(
    method: string,
    readonly allow: readonly string[],
  ) {
    super(
      'method-not-allowed',
      `${method} is not possible here; ${allow.join(', ')} ${allow.length > 1 ? 'are' : 'is'}.`,
    )
  }
}

function understand(error: unknown, request: Request, options: ProblemOptions): AppError | undefined {
  if (error instanceof AppError) return error
  if (error instanceof ValidationError) return invalid(error)
  if (error instanceof ParseError) {
    return error.cause instanceof AppError ? error.cause : new AppError('malformed', 'The body could not be read.')
  }
  if (error instanceof NotFoundError) {
    const allow = options.methodsAt(pathOf(request))
    return allow.length > 0
      ? new MethodNotAllowed(request.method, allow)
      : new AppError('not-found', 'There is nothing at this address.')
  }
  return undefined
}

function invalid(error: ValidationError): AppError {
  const place =
    error.type === 'query' ? '?' : error.type === 'headers' || error.type === 'params' ? `${error.type}:` : ''
  const seen = new Map<string, Fault>()
  for (const fault of error.all) {
    if (!('path' in fault)) continue
    const pointer = place === '' ? fault.path : place + fault.path.slice(1)
    if (!seen.has(pointer))
      seen.set(pointer, { pointer, message: 'message' in fault ? String(fault.message) : 'not valid' })
    if (seen.size >= faultsMax) break
  }
  const faults = [...seen.values()]
  const first = faults[0]
  const where = first === undefined ? '' : ` ${first.pointer === '' ? 'The body' : first.pointer}: ${first.message}.`
  return new AppError('invalid', `The request is not valid.${where}`, { faults })
}

function respond(
  request: Request,
  status: number,
  code: string,
  detail: string,
  errors: readonly Fault[],
  headers: Record<string, string>,
): Response {
  const requestId = requestIdOf(request)
  const problem: Problem = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    code,
    detail,
    instance: pathOf(request),
    requestId,
    ...(errors.length > 0 && { errors }),
  }
  return new Response(JSON.stringify(problem), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...headers,
    },
  })
}

/** Also of a request whose Host is none, so that its address can't be parsed. */
function pathOf({ url }: Request): string {
  return URL.parse(url)?.pathname ?? url.replace(/^https?:\/\/[^/?]*|\?.*$/g, '')
}
