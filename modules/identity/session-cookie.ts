import { createHmac } from 'node:crypto'
import { isSigned, type Secrets } from '../../src/secret.ts'

/** How long a session lasts without being used; using it extends it once a day. */
export const sessionS = 30 * 86_400
/** Longer than any that we write. */
const valueLengthMax = 200

export interface SessionCookie {
  readonly name: string
  readonly secure: boolean
}

/**
 * `__Host-` binds the cookie to this very host and to https. Browsers allow it where the origin is https, and on localhost,
 * which they trust without. Elsewhere (a machine of one's own network, by http) it would never arrive.
 */
export function sessionCookie(origin: string): SessionCookie {
  const { protocol, hostname } = new URL(origin)
  const secure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
  return { name: secure ? '__Host-encapsify-session' : 'encapsify-session', secure }
}

/** The key that signs sessions: made from the server's secret, which signs other things too. */
export function sessionSecret(secret: string): string {
  return createHmac('sha256', secret).update('identity.session').digest('base64url')
}

/**
 * The token in a cookie's value (`token.signature`, percent-encoded, as better-auth writes it); undefined for one that was
 * not signed with one of these keys.
 */
export function tokenOf(value: string, secrets: Secrets): string | undefined {
  if (value.length > valueLengthMax) return undefined
  const text = decoded(value)
  const dot = text?.lastIndexOf('.') ?? -1
  if (text === undefined || dot < 1) return undefined
  const token = text.slice(0, dot)
  return isSigned(text.slice(dot + 1), secrets, (secret) => signatureOf(token, secret)) ? token : undefined
}

/**
 * A cookie header as better-auth, which knows the current key alone, believes it: what a former key signed in it is signed with the
 * current one. What none of them signed stays as it came.
 */
export function signedAnew(header: string, { name }: SessionCookie, secrets: Secrets): string {
  if (secrets.length === 1) return header
  const own = [name, onlyCookieOf(name)]
  return header
    .split(';')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const value = pair.slice(equals + 1).trim()
      const token = own.includes(pair.slice(0, equals).trim()) ? tokenOf(value, secrets) : undefined
      if (token === undefined) return pair
      return `${pair.slice(0, equals)}=${encodeURIComponent(`${token}.${signatureOf(token, secrets[0])}`)}`
    })
    .join(';')
}

/** The cookie that says that a session ends with the browser. */
export function onlyCookieOf(name: string): string {
  return `${name}-only`
}

function signatureOf(token: string, secret: string): string {
  return createHmac('sha256', secret).update(token).digest('base64')
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
