import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail, pageOf } from '../../../src/http/detail.ts'
import { documentModel } from '../resource.ts'
import type { RouteDeps } from '../routes.ts'

const summary = { id: Type.String(), title: Type.String(), summary: Type.String() }

/** What a capsule can begin with. */
export function templateRoutes({ access, templates }: RouteDeps) {
  return new Elysia({ name: 'capsule-templates' })
    .use(access)
    .get('/templates', () => ({ items: templates.list(), nextCursor: null }), {
      needs: 'capsules:read',
      ...detail('Templates', 'listTemplates', 'All templates', { 200: pageOf(Type.Object(summary)) }),
    })
    .get('/templates/:id', ({ params }) => templates.get(params.id), {
      needs: 'capsules:read',
      ...detail('Templates', 'getTemplate', 'One template with its document', {
        200: Type.Object({ ...summary, document: documentModel }),
      }),
    })
}
