import { type TSchema, Type } from '@sinclair/typebox'

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
    detail: { tags: [tag], operationId, summary, ...(Object.keys(responses).length > 0 && { responses }) },
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
