import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'

const hello = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    role: Type.Union([Type.Literal('candidate'), Type.Literal('edge')]),
    challenge: Type.String({ minLength: 16, maxLength: 64 }),
    proof: Type.String({ maxLength: 64 }),
  },
  { additionalProperties: false },
)
export type Hello = Static<typeof hello>

const check = TypeCompiler.Compile(hello)
const helloBytesMax = 1_024

export function newChallenge(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')
}

/** What a guard says first on a connection that it accepted: who it is, proven to the challenge of who dialled (G9). */
export function sayHello(key: Buffer, greeting: Omit<Hello, 'proof'>, theirs: string): string {
  return JSON.stringify({ ...greeting, proof: prove(key, 'hello', greeting.name, greeting.challenge, theirs) })
}

/** null for what was not said by a guard of this cluster to this very connection. */
export function readHello(key: Buffer, text: string, mine: string): Hello | null {
  if (text.length > helloBytesMax || !text.startsWith('{')) return null
  const said: unknown = JSON.parse(text)
  if (!check.Check(said)) return null
  return isProof(said.proof, key, 'hello', said.name, said.challenge, mine) ? said : null
}

/** A keyed hash over the parts; their lengths are in it, so that parts cannot move their borders. */
export function prove(key: Buffer, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
}

export function isProof(given: string, key: Buffer, ...parts: readonly string[]): boolean {
  return isSame(given, prove(key, ...parts))
}

/** In a time that tells nothing of where they differ. */
export function isSame(given: string, expected: string): boolean {
  const [offered, wanted] = [Buffer.from(given), Buffer.from(expected)]
  return offered.length === wanted.length && timingSafeEqual(offered, wanted)
}
