import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail } from '../../../src/http/detail.ts'
import type { RouteDeps } from '../routes.ts'
import { issueVisitorFor, readVisitor, visitorCookieHeader, visitorTokenOf } from '../visitor-token.ts'

const answer = Type.Object(
  {
    /**
     * Made by the client: 16 to 64 URL-safe characters, unique in the capsule. The answer's own idempotency key. Ids that begin with
     * the time (UUIDv7, ULID, our own page's) are stored several times faster than those that are random from the start.
     */
    id: Type.String({ maxLength: 64 }),
    /** The version that the visitor has before them. */
    version: Type.Integer({ minimum: 1 }),
    block: Type.String({ maxLength: 64 }),
    /** Poll: choice ids. Quiz: choice ids by question. Form: entries by field. */
    value: Type.Unknown(),
  },
  { additionalProperties: false },
)
const accepted = Type.Object({
  id: Type.String(),
  /** What it came to: a poll's totals, a quiz's score, the page that comes next. */
  result: Type.Unknown(),
  /** At a visitor's first answer: send it with the next ones as Encapsify-Visitor where cookies are not kept. */
  visitor: Type.Optional(Type.String()),
})

/** Visitors' answers: from anybody, without signing in. */
export function answerRoutes({ responses, admissions, secrets, origin }: RouteDeps) {
  return new Elysia({ name: 'capsule-answers' }).post(
    '/capsules/:id/responses',
    async ({ params, body, request }) => {
      const { way } = admissions.admit(params.id, request)
      const known = readVisitor(secrets, visitorTokenOf(request))
      const issued = known === undefined ? issueVisitorFor(secrets, params.id, body.id) : undefined
      const { repeated, result } = await responses.submit(params.id, body, known ?? issued?.visitor ?? '', way)
      const stored = issued === undefined ? { id: body.id, result } : { id: body.id, result, visitor: issued.token }
      return new Response(JSON.stringify(stored), {
        status: repeated ? 200 : 201,
        headers: {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          ...(issued !== undefined && { 'set-cookie': visitorCookieHeader(issued.token, origin) }),
        },
      })
    },
    {
      body: answer,
      ...detail('Responses', 'submitResponse', "A visitor's answer, acknowledged once it is stored", {
        200: accepted,
        201: accepted,
      }),
    },
  )
}
