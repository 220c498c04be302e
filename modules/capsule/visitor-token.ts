import { isSigned, type Secrets } from '../../src/secret.ts'

/** The cookie, and the header for frames whose cookies are blocked. */
export const visitorCookie = 'encapsify-visitor'
export const visitorHeader = 'encapsify-visitor'
/**
 * A visitor begins with the moment of the first answer, as far as whoever made the id of that answer says it: so visitors' rows
 * come one after the other in the index. At random they would touch a page each, which costs ten times more on LiteFS.
 */
const momentLength = 12
const randomLength = 12

export interface IssuedVisitor {
  readonly visitor: string
  readonly token: string
}

/** A functional token: says "the same visitor as before" and nothing else. Made at the first answer. */
export function issueVisitor([secret]: Secrets, nowMs: number = Date.now()): IssuedVisitor {
  const moment = nowMs.toString(16).padStart(momentLength, '0')
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString('base64url')
  return signed(secret, moment + random)
}

/**
 * The visitor of a first answer, made of the answer's own id: whose reply was lost and who sends it again gets the same
 * token, and so stays the same visitor.
 */
export function issueVisitorFor([secret]: Secrets, capsuleId: string, answerId: string): IssuedVisitor {
  const hash = keyed(secret, `first answer:${capsuleId}/${answerId}`)
  return signed(secret, answerId.slice(0, momentLength) + hash.slice(0, randomLength))
}

/** How a capsule's owner sees a visitor: the same in all answers to it, and of no use elsewhere. */
export function visitorAlias(capsuleId: string, visitor: string): string {
  return new Bun.CryptoHasher('sha256').update(`${capsuleId}/${visitor}`).digest('hex').slice(0, 16)
}

/** The visitor of a token that we signed; undefined for any other. */
export function readVisitor(secrets: Secrets, token: string | undefined): string | undefined {
  const [visitor, signature, ...rest] = token?.split('.') ?? []
  if (visitor === undefined || signature === undefined || rest.length > 0) return undefined
  return isSigned(signature, secrets, (secret) => sign(secret, visitor)) ? visitor : undefined
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

function signed(secret: string, visitor: string): IssuedVisitor {
  return { visitor, token: `${visitor}.${sign(secret, visitor)}` }
}

function sign(secret: string, visitor: string): string {
  return keyed(secret, `visitor:${visitor}`).slice(0, 22)
}

/** HMAC-SHA-256. */
function keyed(secret: string, text: string): string {
  return new Bun.CryptoHasher('sha256', secret).update(text).digest('base64url')
}
