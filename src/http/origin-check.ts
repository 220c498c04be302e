import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { cookieOf } from './cookie.ts'

export interface OriginRule {
  /** The public origin of this server. */
  readonly origin: string
  /** The name of the cookie that makes a request act for somebody. */
  readonly cookie: string
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/**
 * Refuses what another site makes a browser send in the name of who is signed in (cross-site request forgery): an unsafe
 * method with a session cookie must come from this origin. A Bearer key without a cookie needs no check, because no browser
 * adds one by itself. Use it once, on the root: it looks at every request under `/api/`.
 */
export function originCheck(rule: OriginRule) {
  return new Elysia({ name: 'origin-check' }).onRequest(({ request }) => {
    if (safeMethods.has(request.method) || cookieOf(request, rule.cookie) === undefined) return
    if (new URL(request.url).pathname.startsWith('/api/')) checkOrigin(request, rule.origin)
  })
}

/**
 * `Origin` must be ours or, behind a name we were not told, the one that the request itself was sent to. Without `Origin`
 * the browser's own word counts (Fetch Metadata). @throws AppError forbidden.
 */
export function checkOrigin(request: Request, origin: string): void {
  const from = request.headers.get('origin')
  if (from === null) {
    const site = request.headers.get('sec-fetch-site')
    if (site === 'same-origin' || site === 'none') return
    throw new AppError(
      'forbidden',
      `With a session, send the header Origin: ${origin}. A program without a browser uses an API key.`,
    )
  }
  if (from !== origin && !isOwn(request, from)) {
    throw new AppError('forbidden', 'This request comes from another site, so it is not done in your name.')
  }
}

/** Before there is a session: a site may not sign its visitors in here. What says nothing of where it comes from may. */
export function refuseForeign(request: Request, origin: string): void {
  const site = request.headers.get('sec-fetch-site')
  if (request.headers.has('origin') || site === 'cross-site' || site === 'same-site') checkOrigin(request, origin)
}

/** A proxy in front speaks TLS for us: the same host over https is the same origin. */
function isOwn(request: Request, from: string): boolean {
  const { host, origin } = new URL(request.url)
  return from === origin || from === `https://${host}`
}
