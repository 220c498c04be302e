import { createHmac } from 'node:crypto'
import { isSigned } from '../../../src/secret.ts'

/** 132 bits of the tag: more than any guessing reaches. */
const signatureLength = 22
const parameter = 'sig'
/** Seconds since 1970, after which the address is good for nothing; signed like all the rest. */
const expiry = 'exp'

export type Signed =
  /** There is none. */
  | { readonly state: 'none' }
  | { readonly state: 'true'; readonly expiresS: number | undefined }
  /** It is not ours, or something was changed. */
  | { readonly state: 'false' }
  | { readonly state: 'expired' }

/**
 * Signs addresses of variants that are on no ladder. Keys are made from secrets, the newest first: it signs, all of them
 * verify, so that a secret can be changed while old addresses are about.
 */
export class AddressSigner {
  readonly #keys: readonly Buffer[]

  constructor(
    secrets: readonly string[],
    private readonly nowMs: () => number = Date.now,
  ) {
    if (secrets.length === 0) throw new Error('Signing takes at least one secret.')
    this.#keys = secrets.map((secret) => createHmac('sha256', secret).update('media-address').digest())
  }

  /** The same path and query with a signature behind them; with `expiresS`, for what must not be passed on for ever. */
  sign(path: string, query: URLSearchParams, { expiresS }: { expiresS?: number | undefined } = {}): string {
    const [key] = this.#keys
    const signed = new URLSearchParams(query)
    signed.delete(parameter)
    if (expiresS !== undefined) signed.set(expiry, String(Math.floor(expiresS)))
    signed.sort()
    if (key !== undefined) signed.set(parameter, tag(key, path, signed))
    return `${path}?${signed}`
  }

  verify(path: string, query: URLSearchParams): Signed {
    const given = query.get(parameter)
    if (given === null) return { state: 'none' }
    const rest = new URLSearchParams(query)
    rest.delete(parameter)
    rest.sort()
    if (!isSigned(given, this.#keys, (key) => tag(key, path, rest))) return { state: 'false' }
    const until = query.get(expiry)
    const expiresS = until === null ? undefined : Number(until)
    // What is no number has passed: it was signed by mistake.
    if (expiresS !== undefined && !(expiresS * 1_000 > this.nowMs())) return { state: 'expired' }
    return { state: 'true', expiresS }
  }
}

function tag(key: Buffer, path: string, sorted: URLSearchParams): string {
  return createHmac('sha256', key).update(`${path}?${sorted}`).digest('base64url').slice(0, signatureLength)
}
