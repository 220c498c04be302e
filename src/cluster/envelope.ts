import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { type Message, message } from './messages.ts'

/** A report of 512 databases fits twice. */
export const envelopeBytesMax = 131_072

const sealed = Type.Object(
  {
    from: Type.String({ minLength: 1, maxLength: 64 }),
    to: Type.String({ minLength: 1, maxLength: 64 }),
    incarnation: Type.String({ minLength: 8, maxLength: 64 }),
    /** What the receiver said when the connection was made: proves that this was sent after that. */
    challenge: Type.String({ minLength: 16, maxLength: 64 }),
    counter: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    message,
  },
  { additionalProperties: false },
)
export type Sealed = Static<typeof sealed>

const check = TypeCompiler.Compile(sealed)

/** The key of guards' messages, for one cluster: another cluster's guards cannot speak here, whatever they share. */
export function guardKey(secret: string, clusterId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, clusterId, 'encapsify guard messages', 32))
}

/** Signs what one guard says to others (G9). */
export class Sealer {
  readonly #counters = new Map<string, number>()

  constructor(
    private readonly key: Buffer,
    private readonly from: string,
    private readonly incarnation: string,
  ) {}

  /** The text that travels on a connection: the signature, a dot, and the envelope. */
  seal(to: string, challenge: string, content: Message): string {
    const counter = (this.#counters.get(to) ?? 0) + 1
    this.#counters.set(to, counter)
    const envelope: Sealed = {
      from: this.from,
      to,
      incarnation: this.incarnation,
      challenge,
      counter,
      message: content,
    }
    const text = JSON.stringify(envelope)
    return `${sign(this.key, text).toString('base64url')}.${text}`
  }
}

/**
 * Opens what arrived. null for what is too long, not signed with this cluster's key, not for this node and connection, or not of the
 * known shape; whether it is news is `Peers`' to say.
 */
export function unseal(key: Buffer, to: string, challenge: string, text: string): Sealed | null {
  if (text.length > envelopeBytesMax) return null
  const dot = text.indexOf('.')
  const signature = Buffer.from(text.slice(0, Math.max(0, dot)), 'base64url')
  const body = text.slice(dot + 1)
  const expected = sign(key, body)
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return null
  const envelope: unknown = JSON.parse(body)
  return check.Check(envelope) && envelope.to === to && envelope.challenge === challenge ? envelope : null
}

function sign(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
