import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { detail, pageOf } from '../../src/http/detail.ts'
import { pageFields, pageLimit } from '../../src/http/paging.ts'
import type { Capsules, Documents } from '../capsule/index.ts'
import type { AccessPlugin } from '../organization/index.ts'
import type { Questions } from './questions.ts'
import type { Stages } from './stages.ts'

export interface RealtimeRouteDeps {
  readonly access: AccessPlugin
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'version'>
  readonly stages: Stages
  readonly questions: Questions
}

const id = Type.String({ minLength: 1, maxLength: 64 })
const stage = Type.Object(
  {
    /** The page that everybody is on. */
    page: id,
    /** Blocks that take no answers now. */
    closed: Type.Optional(Type.Array(id, { maxItems: 1_000, uniqueItems: true })),
  },
  { additionalProperties: false },
)
const shownStage = Type.Union([Type.Null(), Type.Object({ page: id, closed: Type.Array(id) })])
const moderated = Type.Union([Type.Literal('shown'), Type.Literal('answered'), Type.Literal('hidden')])
const state = Type.Union([Type.Literal('waiting'), ...moderated.anyOf])
const question = Type.Object({ id, text: Type.String(), state, votes: Type.Integer(), at: Type.Integer() })

/** The presenter's stage, and visitors' questions (SPEC.md, R30 and R31). */
export function realtimeRoutes({ access, capsules, documents, stages, questions }: RealtimeRouteDeps) {
  return new Elysia({ name: 'realtime', prefix: '/api/v1' })
    .use(access)
    .get(
      '/capsules/:id/stage',
      ({ access, params }) => {
        const row = capsules.get(access.organizationId, params.id)
        return Response.json({ stage: stages.of(row.id) })
      },
      {
        needs: 'capsules:read',
        ...detail('Live', 'getStage', 'Where the presenter is; null when nobody presents', {
          200: Type.Object({ stage: shownStage }),
        }),
      },
    )
    .put(
      '/capsules/:id/stage',
      async ({ access, params, body }) => {
        const row = capsules.get(access.organizationId, params.id)
        const version = row.state === 'published' ? row.publishedVersion : null
        const document = version === null ? undefined : documents.version(row.id, version)
        if (document === undefined) throw new AppError('conflict', 'Only a published capsule can be presented.')
        const moved = { page: body.page, closed: body.closed ?? [] }
        await stages.move(row.id, moved, document)
        return { stage: moved }
      },
      {
        needs: 'capsules:write',
        body: stage,
        ...detail('Live', 'moveStage', 'Take everybody to a page; open and close blocks', {
          200: Type.Object({ stage: shownStage }),
        }),
      },
    )
    .delete(
      '/capsules/:id/stage',
      async ({ access, params, set }) => {
        await stages.end(capsules.get(access.organizationId, params.id).id)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Live', 'endStage', 'Stop presenting', { 204: 'Nobody presents any more' }),
      },
    )
    .get(
      '/capsules/:id/questions',
      ({ access, params, query }) => {
        const row = capsules.get(access.organizationId, params.id)
        return questions.list(row.id, { ...query, limit: pageLimit(query.limit) })
      },
      {
        needs: 'responses:read',
        query: Type.Object({ ...pageFields, state: Type.Optional(state) }),
        ...detail('Live', 'listQuestions', "Visitors' questions, oldest first", { 200: pageOf(question) }),
      },
    )
    .patch(
      '/capsules/:id/questions/:question',
      async ({ access, params, body, set }) => {
        const row = capsules.get(access.organizationId, params.id)
        await questions.moderate(row.id, params.question, body.state)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        body: Type.Object({ state: moderated }, { additionalProperties: false }),
        ...detail('Live', 'moderateQuestion', 'Show a question, hide it, or say that it is answered', {
          204: 'Done',
        }),
      },
    )
}
