import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type AddressOf, addressBlock } from '../../src/http/client-address.ts'
import { detail as described } from '../../src/http/detail.ts'
import type { Secrets } from '../../src/secret.ts'
import {
  type Admissions,
  issueVisitor,
  readVisitor,
  visitorCookieHeader,
  visitorHeader,
  visitorTokenOf,
} from '../capsule/index.ts'
import type { Ai } from './ai.ts'
import { besidesPage, renderCited } from './chat/cited.ts'
import { visitorStream } from './chat/visitor-stream.ts'
import { limits } from './limits.ts'

export interface QuestionRoutesDeps {
  readonly ai: Pick<Ai, 'chat'>
  /** Who may see a capsule, and so ask it. */
  readonly admissions: Pick<Admissions, 'admit'>
  /** Signs visitors' tokens. */
  readonly secrets: Secrets
  readonly origin: string
  readonly addressOf: AddressOf
}

const detail = (...given: [string, string, Record<number, string>?]) => described('Questions', ...given)
const id = Type.String({ maxLength: 64 })
const question = Type.Object(
  {
    question: Type.String({ maxLength: limits.questionLengthMax }),
    /** Goes on with this conversation; absent: a new one. */
    conversation: Type.Optional(id),
  },
  { additionalProperties: false },
)
const rating = Type.Object(
  { rating: Type.Union([Type.Literal(1), Type.Literal(-1), Type.Null()]) },
  { additionalProperties: false },
)

const address = Type.Object({ email: Type.String({ maxLength: 254 }) }, { additionalProperties: false })

/** What visitors ask a published capsule: from anybody, without signing in. */
export function questionRoutes({ ai, admissions, secrets, origin, addressOf }: QuestionRoutesDeps) {
  const visitorOf = (request: Request) => readVisitor(secrets, visitorTokenOf(request))
  return new Elysia({ name: 'ai-questions', prefix: '/api/v1/capsules' })
    .post(
      '/:id/questions',
      ({ params, body, request }) => {
        admissions.admit(params.id, request)
        const known = visitorOf(request)
        const issued = known === undefined ? issueVisitor(secrets) : undefined
        const left = new AbortController()
        request.signal.addEventListener('abort', () => left.abort(), { once: true })
        const events = ai.chat.open({
          capsuleId: params.id,
          question: body.question,
          conversationId: body.conversation,
          visitor: known ?? issued?.visitor ?? '',
          address: addressBlock(addressOf(request)),
          language: request.headers.get('accept-language') ?? undefined,
          signal: left.signal,
        })
        return visitorStream(events, left, {
          ...(issued && { 'set-cookie': visitorCookieHeader(issued.token, origin), [visitorHeader]: issued.token }),
        })
      },
      {
        body: question,
        ...detail('askCapsule', "A visitor's question, answered from what the capsule says", {
          200: 'Server-sent events: `words` with `{ text }` as they come, then one `end` with `{ html, source, answers, citations, conversationId, turnId }`. The header `Encapsify-Visitor` comes with a first question: send it with the next ones where cookies are not kept.',
        }),
      },
    )
    .get(
      '/:id/conversations/:conversation',
      ({ params, request }) => {
        admissions.admit(params.id, request)
        const visitor = visitorOf(request)
        const turns =
          visitor === undefined
            ? []
            : ai.chat.conversations.turns(
                ownerOf(params.id),
                params.conversation,
                params.id,
                visitor,
                limits.turnsShownMax,
              )
        if (turns.length === 0) throw new AppError('not-found', 'There is no such conversation.')
        const items = turns.map(({ answer, citations, ...turn }) => ({
          ...turn,
          html: renderCited(answer, citations, besidesPage),
          answers: citations.length > 0,
          citations,
        }))
        return new Response(JSON.stringify({ items, nextCursor: null }), {
          headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        })
      },
      detail('getOwnConversation', "The visitor's own conversation, its last turns"),
    )
    .put(
      '/:id/conversations/:conversation/turns/:turn/rating',
      async ({ params, body, request, set }) => {
        admissions.admit(params.id, request)
        const visitor = visitorOf(request)
        if (visitor === undefined) throw new AppError('not-found', 'There is no such answer.')
        const at = { capsuleId: params.id, conversationId: params.conversation, visitor, id: params.turn }
        await ai.chat.rate(at, body.rating)
        set.status = 204
      },
      { body: rating, ...detail('rateAnswer', 'Thumbs up (1), down (-1) or neither (null)', { 204: 'Kept.' }) },
    )
    .put(
      '/:id/conversations/:conversation/lead',
      async ({ params, body, request, set }) => {
        admissions.admit(params.id, request)
        const visitor = visitorOf(request)
        if (visitor === undefined) throw new AppError('not-found', 'There is no such conversation.')
        await ai.chat.leave({
          ...{ capsuleId: params.id, conversationId: params.conversation, visitor },
          email: body.email,
        })
        set.status = 204
      },
      {
        body: address,
        ...detail('leaveLead', 'Where the visitor can be reached; the last address counts', { 204: 'Kept.' }),
      },
    )
}

/** @throws AppError not-found for what is no id of ours. */
function ownerOf(capsuleId: string): OrganizationId {
  try {
    return organizationOf(capsuleId)
  } catch {
    throw new AppError('not-found', 'There is no such conversation.')
  }
}
