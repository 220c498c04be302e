import { type TSchema, Type } from '@sinclair/typebox'

const text = { type: 'string' as const }
const pointer = {
  ...text,
  description: 'A JSON pointer into the body; `?name` is a parameter, `headers:name` a header.',
}

/** The name of every operation's other answer among OpenAPI's components. */
export const problemName = 'problem'

/** A problem (RFC 9457) as OpenAPI tells of it; http/problem.ts makes them. */
export const problemAnswer = {
  description: 'Why it was not done. `errors` says where in the request, when that is known.',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object' as const,
        required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'requestId'],
        properties: {
          type: text,
          title: text,
          status: { type: 'integer' as const },
          code: text,
          detail: text,
          instance: text,
          requestId: text,
          errors: {
            type: 'array' as const,
            items: {
              type: 'object' as const,
              required: ['pointer', 'message'],
              properties: { pointer, message: text },
            },
          },
        },
      },
    },
  },
}

/** What an answer holds: its schema, or its meaning in words when it has no JSON. */
export type Answers = Readonly<Record<number, TSchema | string>>

/**
 * What OpenAPI tells of a route. Answers are described here and not by Elysia's `response`, which would check each one
 * again on its way out.
 */
export function detail(tag: string, operationId: string, summary: string, answers: Answers = {}) {
  const responses = Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      typeof answer === 'string'
        ? { description: answer }
        : { description: summary, content: { 'application/json': { schema: answer } } },
    ]),
  )
  return {
    detail: {
      tags: [tag],
      operationId,
      summary,
      responses: { ...responses, default: { $ref: `#/components/responses/${problemName}` } },
    },
  }
}

/** A list's answer, as every list gives it. */
export function pageOf(item: TSchema) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) })
}

/** Described by the schema in OpenAPI, and checked by whoever takes it: with faults that say more than a schema can. */
export function unchecked(schema: TSchema) {
  return Type.Unknown({ ...schema })
}

/** A schema that stands once among OpenAPI's components, under the name that `.model({ name: schema })` gives it. */
export function component(name: string) {
  return Type.Unknown({ $ref: `#/components/schemas/${name}` })
}
