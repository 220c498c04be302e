import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail } from '../../../src/http/detail.ts'
import { idempotencyHeaders, operationIdOf } from '../../../src/http/idempotency.ts'
import { actorOf } from '../../organization/index.ts'
import type { RouteDeps } from '../routes.ts'

const publication = Type.Object({ version: Type.Integer(), url: Type.String({ format: 'uri' }) })

/** What visitors see. */
export function publicationRoutes({ access, capsules, publications, resources }: RouteDeps) {
  return new Elysia({ name: 'capsule-publication' })
    .use(access)
    .post(
      '/capsules/:id/publication',
      async ({ access, params, request, set }) => {
        const { organizationId } = access
        const operationId = operationIdOf(request, organizationId)
        const published = await publications.publish(organizationId, params.id, actorOf(access), operationId)
        set.status = published.changed ? 201 : 200
        return { version: published.version, url: resources.url(capsules.get(organizationId, params.id)) }
      },
      {
        needs: 'capsules:write',
        headers: idempotencyHeaders,
        ...detail('Publication', 'publishCapsule', 'Show the draft to visitors, as a new version when it differs', {
          200: publication,
          201: publication,
        }),
      },
    )
    .delete(
      '/capsules/:id/publication',
      async ({ access, params, set }) => {
        await publications.unpublish(access.organizationId, params.id)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Publication', 'unpublishCapsule', 'Take it from its visitors; its versions stay', {
          204: 'Not published any more',
        }),
      },
    )
}
