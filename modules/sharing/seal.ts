import { createHmac } from 'node:crypto'
import { isSigned, type Secrets } from '../../src/secret.ts'

/** 132 bits of the tag: more than any guessing reaches. */
const tagLength = 22
const lengthMax = 1_000

/**
 * Small plain data that a browser keeps for us and cannot change. `purpose` is part of the signature: what was sealed for one
 * capsule, or one step, opens no other.
 */
export class Seal {
  /** The first makes tags; those of former secrets are still believed. */
  readonly #keys: readonly [Buffer, ...Buffer[]]

  constructor([current, ...former]: Secrets) {
    this.#keys = [keyOf(current), ...former.map(keyOf)]
  }

  close(purpose: string, data: readonly (string | number | null)[]): string {
    const text = Buffer.from(JSON.stringify(data)).toString('base64url')
    return `${text}.${tagOf(this.#keys[0], purpose, text)}`
  }

  /** Undefined for what is not ours, or was made for something else. */
  open(purpose: string, sealed: string | undefined): readonly unknown[] | undefined {
    if (sealed === undefined || sealed.length > lengthMax) return undefined
    const [text = '', given = '', ...rest] = sealed.split('.')
    if (rest.length > 0 || !isSigned(given, this.#keys, (key) => tagOf(key, purpose, text))) return undefined
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as readonly unknown[]
  }

  /** What stands for a code that is kept: of no use without our secret, however few codes there are. */
  hash(...parts: readonly string[]): string {
    return createHmac('sha256', this.#keys[0]).update(JSON.stringify(parts)).digest('base64url')
  }
}

function keyOf(secret: string): Buffer {
  return createHmac('sha256', secret).update('sharing').digest()
}

function tagOf(key: Buffer, purpose: string, text: string): string {
  return createHmac('sha256', key).update(`${purpose}:${text}`).digest('base64url').slice(0, tagLength)
}
