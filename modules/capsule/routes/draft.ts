import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../../src/errors.ts'
import { detail } from '../../../src/http/detail.ts'
import { isKnown, strongTags } from '../../../src/http/etag.ts'
import { documentModel } from '../resource.ts'
import type { RouteDeps } from '../routes.ts'

export const matchHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'Entity tags of the draft, or *.' })),
})
export const revisionSchema = Type.Object({ revision: Type.Integer() })

/** The draft: its entity tag is its revision. */
export function draftRoutes({ access, capsules }: RouteDeps) {
  return new Elysia({ name: 'capsule-draft' })
    .use(access)
    .get(
      '/capsules/:id/draft',
      ({ access, params, request }) => {
        const { revision, text } = capsules.draftText(access.organizationId, params.id)
        return documentResponse(request, String(revision), text)
      },
      {
        needs: 'capsules:read',
        ...detail('Drafts', 'getDraft', 'The capsule document that is being worked on', { 200: documentModel }),
      },
    )
    .put(
      '/capsules/:id/draft',
      async ({ access, params, body, request, set }) => {
        const expected = expectedRevisions(request)
        if (expected === undefined) {
          throw new AppError(
            'precondition-required',
            'Say which revision your change is based on: If-Match with the ETag of the draft that you loaded.',
            { faults: [{ pointer: 'headers:if-match', message: 'is missing' }] },
          )
        }
        const revision = await capsules.saveDraft(access.organizationId, params.id, expected, body)
        set.headers.etag = `"${revision}"`
        return { revision }
      },
      {
        needs: 'capsules:write',
        body: documentModel,
        headers: matchHeaders,
        ...detail(
          'Drafts',
          'saveDraft',
          'Save the draft. If-Match names its revision; when somebody saved meanwhile, 412 and nothing is lost',
          { 200: revisionSchema },
        ),
      },
    )
}

/** The revisions that If-Match allows; null: any; undefined: there is no such header. Tags that are no revisions match none. */
export function expectedRevisions(request: Request): number[] | null | undefined {
  const header = request.headers.get('if-match')
  if (header === null) return undefined
  const tags = strongTags(header)
  if (tags === '*') return null
  return tags.filter((tag) => /^[1-9]\d{0,14}$/.test(tag)).map(Number)
}

/** A document as it is stored, or word that the client has it already. */
export function documentResponse(request: Request, tag: string, text: string): Response {
  const headers = { etag: `"${tag}"`, 'cache-control': 'private, no-cache' }
  if (isKnown(request.headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers })
  return new Response(text, { headers: { 'content-type': 'application/json', ...headers } })
}
