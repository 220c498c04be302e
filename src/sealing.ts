import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

interface SealingKey {
  /** Stands before what it sealed. */
  readonly id: string
  readonly key: Buffer
}

const cipher = 'aes-256-gcm'
const version = 'v1'
/** NIST SP 800-38D, 5.2.1.1 and 5.2.1.2. */
const nonceBytes = 12
const tagBytes = 16

/**
 * Seals what strangers gave us to keep, such as keys of other services, for the database: whoever reads its files alone cannot read
 * it. AES-256-GCM under keys made from the server's secrets (HKDF, RFC 5869), the newest of which seals; all of them open, so that a
 * secret can be changed.
 */
export class Seal {
  readonly #keys: readonly SealingKey[]

  /** @param purpose what is sealed: seals of one purpose are nothing to another. @param secrets newest first. */
  constructor(purpose: string, secrets: readonly string[]) {
    if (secrets.length === 0) throw new Error('Sealing takes at least one secret.')
    this.#keys = secrets.map((secret) => {
      const key = Buffer.from(hkdfSync('sha256', secret, '', `encapsify.seal.${purpose}`, 32))
      return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key }
    })
  }

  /** @param about whose it is: moved to another place, a seal does not open. */
  seal(text: string, about: string): string {
    const [{ id, key }] = this.#keys as readonly [SealingKey]
    const nonce = randomBytes(nonceBytes)
    const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
    sealing.setAAD(Buffer.from(about))
    const bytes = Buffer.concat([sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()])
    return [version, id, nonce.toString('base64url'), bytes.toString('base64url')].join('.')
  }

  /** What stands before everything that the current secret seals. */
  get mark(): string {
    return `${version}.${this.#keys[0]?.id ?? ''}.`
  }

  /** Undefined: none of the secrets sealed it, or it is not what was sealed, or not about this. */
  open(sealed: string, about: string): string | undefined {
    const [given, id, nonce, text] = sealed.split('.')
    const key = this.#keys.find((one) => one.id === id)?.key
    if (given !== version || key === undefined || nonce === undefined || text === undefined) return undefined
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length < tagBytes) return undefined
    try {
      const opening = createDecipheriv(cipher, key, Buffer.from(nonce, 'base64url'), { authTagLength: tagBytes })
      opening.setAAD(Buffer.from(about))
      opening.setAuthTag(bytes.subarray(-tagBytes))
      return opening.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + opening.final('utf8')
    } catch {
      return undefined
    }
  }
}
