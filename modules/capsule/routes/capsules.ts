import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../../src/errors.ts'
import { detail, pageOf } from '../../../src/http/detail.ts'
import { idempotencyHeaders, operationIdOf } from '../../../src/http/idempotency.ts'
import { pageFields, pageLimit } from '../../../src/http/paging.ts'
import { searchLengthMax } from '../catalogue.ts'
import { limits } from '../document/limits.ts'
import { themeSchema } from '../document/schema.ts'
import { capsuleModel, documentModel } from '../resource.ts'
import type { RouteDeps } from '../routes.ts'
import { capsuleStates } from '../schema.ts'
import { slugLengthMax } from '../slugs.ts'

const closed = { additionalProperties: false } as const
const title = Type.String({ minLength: 1, maxLength: limits.titleLengthMax })
const slug = Type.String({ minLength: 1, maxLength: slugLengthMax })
const listQuery = Type.Object({
  ...pageFields,
  state: Type.Optional(Type.Union(capsuleStates.map((state) => Type.Literal(state)))),
  q: Type.Optional(Type.String({ maxLength: searchLengthMax })),
})
const newCapsule = Type.Object(
  {
    title,
    slug: Type.Optional(slug),
    draft: Type.Optional(documentModel),
    /** A template's id, in the place of a draft. */
    template: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
)
const change = Type.Object(
  { title: Type.Optional(title), slug: Type.Optional(slug), theme: Type.Optional(themeSchema) },
  closed,
)

/** Capsules: listed, made, changed, copied, archived, deleted and brought back. */
export function capsuleCollectionRoutes({ access, capsules, resources, templates }: RouteDeps) {
  return new Elysia({ name: 'capsule-collection' })
    .use(access)
    .get(
      '/capsules',
      ({ access, query }) => {
        const page = capsules.list(access.organizationId, { ...query, limit: pageLimit(query.limit) })
        return { items: page.items.map((row) => resources.of(row)), nextCursor: page.nextCursor }
      },
      {
        needs: 'capsules:read',
        query: listQuery,
        ...detail(
          'Capsules',
          'listCapsules',
          'Capsules, newest first; all but the deleted unless asked. A page of a search may be short before the last',
          {
            200: pageOf(capsuleModel),
          },
        ),
      },
    )
    .post(
      '/capsules',
      async ({ access, body, request, set }) => {
        const { template, ...given } = body
        if (template !== undefined && given.draft !== undefined) throw oneOfBoth()
        const draft = template === undefined ? given.draft : templates.document(template)
        const operationId = operationIdOf(request, access.organizationId)
        const row = await capsules.create(access.organizationId, { ...given, draft }, operationId)
        set.status = 201
        set.headers.location = `/api/v1/capsules/${row.id}`
        return resources.of(row)
      },
      {
        needs: 'capsules:write',
        body: newCapsule,
        headers: idempotencyHeaders,
        ...detail('Capsules', 'createCapsule', 'Make a capsule: empty, from a document or from a template', {
          201: capsuleModel,
        }),
      },
    )
    .get('/capsules/:id', ({ access, params }) => resources.of(capsules.get(access.organizationId, params.id)), {
      needs: 'capsules:read',
      ...detail('Capsules', 'getCapsule', 'One capsule', { 200: capsuleModel }),
    })
    .patch(
      '/capsules/:id',
      async ({ access, params, body }) => resources.of(await capsules.change(access.organizationId, params.id, body)),
      {
        needs: 'capsules:write',
        body: change,
        ...detail(
          'Capsules',
          'changeCapsule',
          "Title, slug and the draft's theme, all of them or none; the old slug leads to the new one",
          { 200: capsuleModel },
        ),
      },
    )
    .delete(
      '/capsules/:id',
      async ({ access, params, set }) => {
        await capsules.move(access.organizationId, params.id, 'delete')
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Capsules', 'deleteCapsule', 'Delete it; for 30 days that can be undone', { 204: 'Deleted' }),
      },
    )
    .post(
      '/capsules/:id/restoration',
      async ({ access, params }) => resources.of(await capsules.move(access.organizationId, params.id, 'undelete')),
      {
        needs: 'capsules:write',
        ...detail('Capsules', 'restoreCapsule', 'Undo a deletion', { 200: capsuleModel }),
      },
    )
    .post(
      '/capsules/:id/archival',
      async ({ access, params }) => resources.of(await capsules.move(access.organizationId, params.id, 'archive')),
      {
        needs: 'capsules:write',
        ...detail('Capsules', 'archiveCapsule', 'Archive it: visitors hear that it is gone', { 200: capsuleModel }),
      },
    )
    .delete(
      '/capsules/:id/archival',
      async ({ access, params, set }) => {
        await capsules.move(access.organizationId, params.id, 'unarchive')
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Capsules', 'unarchiveCapsule', 'Take it back from the archive, as it was', { 204: 'As it was' }),
      },
    )
    .post(
      '/capsules/:id/copies',
      async ({ access, params, request, set }) => {
        const operationId = operationIdOf(request, access.organizationId)
        const row = await capsules.copy(access.organizationId, params.id, operationId)
        set.status = 201
        set.headers.location = `/api/v1/capsules/${row.id}`
        return resources.of(row)
      },
      {
        needs: 'capsules:write',
        headers: idempotencyHeaders,
        ...detail('Capsules', 'copyCapsule', 'A new capsule with the draft of this one', { 201: capsuleModel }),
      },
    )
}

function oneOfBoth(): AppError {
  const message = 'stands beside a draft; give one of both'
  return new AppError('invalid', `The template ${message}.`, { faults: [{ pointer: '/template', message }] })
}
