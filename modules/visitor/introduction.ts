import { issueVisitor, readVisitor, visitorCookieHeader, visitorTokenOf } from '../capsule/index.ts'
import type { VisitorDeps } from './deps.ts'

/** Carries a token through the second sending, for browsers that keep no cookie of ours. */
const tokenParameter = 'visitor'

/** Who sends a plain form: whoever comes without a token gets one, and is told to send the same once more. */
export type Sender =
  | { readonly visitor: string /** Whether the browser keeps our cookie. */; readonly remembers: boolean }
  | { readonly introduction: Response }

/**
 * Finds out who sends a plain form to `path`. A page is the same for everybody, so a token can come only with a first sending:
 * then the same form is asked for once more (307), with the token in the cookie and in the address, so that it also works
 * where cookies are blocked.
 */
export function senderOf(request: Request, path: string, { secrets, origin }: VisitorDeps): Sender {
  const kept = readVisitor(secrets, visitorTokenOf(request))
  const visitor = kept ?? readVisitor(secrets, new URL(request.url).searchParams.get(tokenParameter) ?? undefined)
  if (visitor !== undefined) return { visitor, remembers: kept !== undefined }
  const { token } = issueVisitor(secrets)
  const headers = { 'set-cookie': visitorCookieHeader(token, origin) }
  return { introduction: sendAgain(`${path}?${tokenParameter}=${token}`, 307, headers) }
}

/** With the same method and body (RFC 9110, 15.4.8 and 15.4.9). */
export function sendAgain(location: string, status: 307 | 308, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { location, 'cache-control': 'no-store', ...headers } })
}
