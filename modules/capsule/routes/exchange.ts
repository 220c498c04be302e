import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail } from '../../../src/http/detail.ts'
import { idempotencyHeaders, operationIdOf } from '../../../src/http/idempotency.ts'
import { limits } from '../document/limits.ts'
import { capsuleModel, documentModel } from '../resource.ts'
import type { RouteDeps } from '../routes.ts'
import { slugLengthMax } from '../slugs.ts'

/** A capsule as a file that another organization, or another house, can take. */
const file = {
  format: Type.Literal('encapsify-capsule'),
  version: Type.Literal(1),
  title: Type.String({ minLength: 1, maxLength: limits.titleLengthMax }),
}

/** Capsules as files. */
export function exchangeRoutes({ access, capsules, resources }: RouteDeps) {
  return new Elysia({ name: 'capsule-exchange' })
    .use(access)
    .get(
      '/capsules/:id/export',
      ({ access, params }) => {
        const { title, slug } = capsules.get(access.organizationId, params.id)
        const { text } = capsules.draftText(access.organizationId, params.id)
        const head = JSON.stringify({ format: file.format.const, version: file.version.const, title })
        return new Response(`${head.slice(0, -1)},"document":${text}}`, {
          headers: {
            'content-type': 'application/json',
            'content-disposition': `attachment; filename="${slug}.capsule.json"`,
            'cache-control': 'no-store',
          },
        })
      },
      {
        needs: 'capsules:read',
        ...detail('Exchange', 'exportCapsule', 'The draft as a file', {
          200: Type.Object({ ...file, document: documentModel }),
        }),
      },
    )
    .post(
      '/capsules/import',
      async ({ access, body, request, set }) => {
        const operationId = operationIdOf(request, access.organizationId)
        const { title, slug, document } = body
        const row = await capsules.create(
          access.organizationId,
          { title, slug, draft: document },
          operationId,
          '/document',
        )
        set.status = 201
        set.headers.location = `/api/v1/capsules/${row.id}`
        return resources.of(row)
      },
      {
        needs: 'capsules:write',
        body: Type.Object(
          {
            ...file,
            slug: Type.Optional(Type.String({ minLength: 1, maxLength: slugLengthMax })),
            document: documentModel,
          },
          { additionalProperties: false },
        ),
        headers: idempotencyHeaders,
        ...detail('Exchange', 'importCapsule', 'A new capsule from such a file', { 201: capsuleModel }),
      },
    )
}
