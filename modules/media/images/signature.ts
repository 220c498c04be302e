import { createHmac, timingSafeEqual } from 'node:crypto'

/** 132 bits of the tag: more than any guessing reaches. */
const signatureLength = 22
const parameter = 'sig'

/**
 * Signs addresses of variants that are on no ladder. Keys are made from secrets, the newest first: it signs, all of them
 * verify, so that a secret can be changed while old addresses are about.
 */
export class AddressSigner {
  readonly #keys: readonly Buffer[]

  constructor(secrets: readonly string[]) {
    if (secrets.length === 0) throw new Error('Signing takes at least one secret.')
    this.#keys = secrets.map((secret) => createHmac('sha256', secret).update('media-address').digest())
  }

  /** The same path and query with a signature behind them. */
  sign(path: string, query: URLSearchParams): string {
    const [key] = this.#keys
    const signed = new URLSearchParams(query)
    signed.delete(parameter)
    signed.sort()
    if (key !== undefined) signed.set(parameter, tag(key, path, signed))
    return `${path}?${signed}`
  }

  /** Undefined: there is no signature. False: it is not ours, or something was changed. */
  verify(path: string, query: URLSearchParams): boolean | undefined {
    const given = query.get(parameter)
    if (given === null) return undefined
    const rest = new URLSearchParams(query)
    rest.delete(parameter)
    rest.sort()
    const bytes = Buffer.from(given)
    return this.#keys.some((key) => {
      const expected = Buffer.from(tag(key, path, rest))
      return expected.length === bytes.length && timingSafeEqual(expected, bytes)
    })
  }
}

function tag(key: Buffer, path: string, sorted: URLSearchParams): string {
  return createHmac('sha256', key).update(`${path}?${sorted}`).digest('base64url').slice(0, signatureLength)
}
