import { createHmac, timingSafeEqual } from 'node:crypto'

/** The cookie, and the header for frames whose cookies are blocked. */
export const visitorCookie = 'encapsify-visitor'
export const visitorHeader = 'encapsify-visitor'

/** A functional token: says "the same visitor as before" and nothing else. Made at the first answer. */
export function issueVisitor(secret: string): { readonly visitor: string; readonly token: string } {
  const visitor = Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString('base64url')
  return { visitor, token: `${visitor}.${sign(secret, visitor)}` }
}

/** The visitor of a token that we signed; undefined for any other. */
export function readVisitor(secret: string, token: string | undefined): string | undefined {
  const [visitor, signature, ...rest] = token?.split('.') ?? []
  if (visitor === undefined || signature === undefined || rest.length > 0 || visitor.length !== 20) return undefined
  const expected = Buffer.from(sign(secret, visitor))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected) ? visitor : undefined
}

/** The token of a request, from its header or its cookie. */
export function visitorTokenOf(request: Request): string | undefined {
  const header = request.headers.get(visitorHeader)
  if (header !== null) return header
  const cookies = request.headers.get('cookie') ?? ''
  return /(?:^|;\s*)encapsify-visitor=([\w.-]+)/.exec(cookies)?.[1]
}

/** Set-Cookie for a year; on https it works inside frames of other sites too (CHIPS). */
export function visitorCookieHeader(token: string, origin: string): string {
  const shared = `${visitorCookie}=${token}; Path=/; Max-Age=31536000; HttpOnly`
  return origin.startsWith('https:') ? `${shared}; Secure; SameSite=None; Partitioned` : `${shared}; SameSite=Lax`
}

function sign(secret: string, visitor: string): string {
  return createHmac('sha256', secret).update(`visitor:${visitor}`).digest('base64url').slice(0, 22)
}
