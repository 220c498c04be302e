import { type Static, Type } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import type { Change } from '../../src/db/database.ts'
import { capsuleChanged } from '../capsule/index.ts'
import { cursorOf } from './cursor.ts'
import { Frame } from './frame.ts'
import { liveLimits } from './limits.ts'

const closed = { additionalProperties: false } as const
const id = Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' })
const visitor = Type.Optional(Type.String({ maxLength: 100 }))

export const reactions = ['clap', 'heart', 'laugh', 'wow', 'idea'] as const

/** What a client says (R16 to R18). */
const schemas = {
  answer: Type.Object(
    {
      type: Type.Literal('answer'),
      id,
      version: Type.Integer({ minimum: 1 }),
      block: Type.String({ maxLength: 64 }),
      value: Type.Unknown(),
      visitor,
    },
    closed,
  ),
  react: Type.Object(
    { type: Type.Literal('react'), reaction: Type.Union(reactions.map((one) => Type.Literal(one))) },
    closed,
  ),
  ask: Type.Object(
    {
      type: Type.Literal('ask'),
      id,
      text: Type.String({ minLength: 1, maxLength: liveLimits.questionLengthMax }),
      visitor,
    },
    closed,
  ),
  support: Type.Object({ type: Type.Literal('support'), id, question: id, visitor }, closed),
} as const

export type ClientMessage = { [K in keyof typeof schemas]: Static<(typeof schemas)[K]> }[keyof typeof schemas]
export type Asking = Exclude<ClientMessage, { type: 'react' }>

const checks = new Map<unknown, TypeCheck<(typeof schemas)[keyof typeof schemas]>>(
  Object.entries(schemas).map(([type, schema]) => [type, TypeCompiler.Compile(schema)]),
)

/** Reads what a client sent; undefined for what the protocol does not know (R19). */
export function readMessage(text: string): ClientMessage | undefined {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined
  const check = checks.get(message.type)
  return check?.Check(message) ? message : undefined
}

/** The changes of a capsule that are events. */
export const eventKinds: readonly string[] = [capsuleChanged.kind]

/** What members are told of a change; undefined: nothing. */
export function eventOf(change: Change): Frame | undefined {
  if (change.kind !== capsuleChanged.kind) return undefined
  const { what, version } = change.payload as Static<typeof capsuleChanged.payload>
  const cursor = cursorOf(change)
  if (what === 'renamed') return new Frame(`{"type":"renamed","cursor":"${cursor}"}`, cursor)
  const isNew = what === 'published' || what === 'restored'
  if (!isNew || version === null) return undefined
  return new Frame(`{"type":"published","version":${version},"cursor":"${cursor}"}`, cursor)
}
