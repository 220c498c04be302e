import { createHmac, timingSafeEqual } from 'node:crypto'

/** 132 bits of the tag: more than any guessing reaches. */
const tagLength = 22
const lengthMax = 1_000

/**
 * Small plain data that a browser keeps for us and cannot change. `purpose` is part of the signature: what was sealed for one
 * capsule, or one step, opens no other.
 */
export class Seal {
  readonly #key: Buffer

  constructor(secret: string) {
    this.#key = createHmac('sha256', secret).update('sharing').digest()
  }

  close(purpose: string, data: readonly (string | number | null)[]): string {
    const text = Buffer.from(JSON.stringify(data)).toString('base64url')
    return `${text}.${this.#tag(purpose, text)}`
  }

  /** Undefined for what is not ours, or was made for something else. */
  open(purpose: string, sealed: string | undefined): readonly unknown[] | undefined {
    if (sealed === undefined || sealed.length > lengthMax) return undefined
    const [text = '', given = '', ...rest] = sealed.split('.')
    const expected = Buffer.from(this.#tag(purpose, text))
    const bytes = Buffer.from(given)
    if (rest.length > 0 || bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) return undefined
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as readonly unknown[]
  }

  /** What stands for a code that is kept: of no use without our secret, however few codes there are. */
  hash(...parts: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64url')
  }

  #tag(purpose: string, text: string): string {
    return createHmac('sha256', this.#key).update(`${purpose}:${text}`).digest('base64url').slice(0, tagLength)
  }
}
