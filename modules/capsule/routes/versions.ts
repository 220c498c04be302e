import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../../src/errors.ts'
import { detail, pageOf } from '../../../src/http/detail.ts'
import { idempotencyHeaders, operationIdOf } from '../../../src/http/idempotency.ts'
import { pageLimit, pageQuery } from '../../../src/http/paging.ts'
import { diffDocuments, diffSchema } from '../document/diff.ts'
import { documentModel } from '../resource.ts'
import type { RouteDeps } from '../routes.ts'
import { documentResponse, expectedRevisions, matchHeaders, revisionSchema } from './draft.ts'

const versionSchema = Type.Object({
  number: Type.Integer(),
  publishedAt: Type.Integer(),
  /** The user or the key. */
  publishedBy: Type.String(),
})
const diffQuery = Type.Object({
  /** Another version's number, or `draft`. */
  against: Type.Optional(Type.String({ pattern: '^(draft|[1-9][0-9]{0,8})$', default: 'draft' })),
})

/** What was published before: immutable, and never far away. */
export function versionRoutes({ access, capsules, publications }: RouteDeps) {
  return new Elysia({ name: 'capsule-versions' })
    .use(access)
    .get(
      '/capsules/:id/versions',
      ({ access, params, query }) => {
        const cursor = query.cursor === undefined ? undefined : cursorNumber(query.cursor)
        return publications.versions(access.organizationId, params.id, pageLimit(query.limit), cursor)
      },
      {
        needs: 'capsules:read',
        query: pageQuery,
        ...detail('Versions', 'listVersions', 'Publications, newest first', { 200: pageOf(versionSchema) }),
      },
    )
    .get(
      '/capsules/:id/versions/:number',
      ({ access, params, request }) => {
        const number = versionNumber(params.number)
        return documentResponse(
          request,
          `v${number}`,
          publications.versionText(access.organizationId, params.id, number),
        )
      },
      {
        needs: 'capsules:read',
        ...detail('Versions', 'getVersion', "A version's document", { 200: documentModel }),
      },
    )
    .get(
      '/capsules/:id/versions/:number/diff',
      ({ access, params, query }) => {
        const { organizationId } = access
        const number = versionNumber(params.number)
        const before = publications.version(organizationId, params.id, number)
        const against = query.against === undefined || query.against === 'draft' ? 'draft' : Number(query.against)
        const after =
          against === 'draft'
            ? capsules.draft(organizationId, params.id).document
            : publications.version(organizationId, params.id, against)
        return { from: number, to: against, ...diffDocuments(before, after) }
      },
      {
        needs: 'capsules:read',
        query: diffQuery,
        ...detail(
          'Versions',
          'diffVersion',
          'What the draft, or another version, changed since this version: by page and block id',
          { 200: diffSchema },
        ),
      },
    )
    .post(
      '/capsules/:id/versions/:number/restoration',
      async ({ access, params, request, set }) => {
        const { organizationId } = access
        const number = versionNumber(params.number)
        const expected = expectedRevisions(request) ?? null
        const operationId = operationIdOf(request, organizationId)
        const revision = await publications.restore(organizationId, params.id, number, expected, operationId)
        set.headers.etag = `"${revision}"`
        return { revision }
      },
      {
        needs: 'capsules:write',
        headers: Type.Composite([idempotencyHeaders, matchHeaders]),
        ...detail(
          'Versions',
          'restoreVersion',
          'Copy a version into the draft; with If-Match only when nobody saved meanwhile',
          { 200: revisionSchema },
        ),
      },
    )
}

/** @throws AppError not-found: what is no number has no version. */
function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new AppError('not-found', 'There is no such version of this capsule.')
}

function cursorNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new AppError('invalid', 'The cursor is none of ours.', {
    faults: [{ pointer: '?cursor', message: 'is none of ours' }],
  })
}
