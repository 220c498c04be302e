import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail, pageOf } from '../../../src/http/detail.ts'
import { pageFields, pageLimit } from '../../../src/http/paging.ts'
import { responseFile } from '../response-file.ts'
import { resultSchema, resultsOf } from '../results.ts'
import type { RouteDeps } from '../routes.ts'

const block = Type.Optional(Type.String({ minLength: 1, maxLength: 64 }))
/** Whether the file begins with a byte order mark. */
const bom = Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')]))
const stored = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  block: Type.String(),
  value: Type.Unknown(),
  /** The same for all answers of one visitor to this capsule. */
  visitor: Type.String(),
  at: Type.Integer(),
})

/** What visitors answered, for those who asked. */
export function responseRoutes({ access, capsules, responses, documents }: RouteDeps) {
  return new Elysia({ name: 'capsule-responses' })
    .use(access)
    .get(
      '/capsules/:id/responses',
      ({ access, params, query }) => {
        const { id } = capsules.get(access.organizationId, params.id)
        return responses.list(id, { ...query, limit: pageLimit(query.limit) })
      },
      {
        needs: 'responses:read',
        query: Type.Object({ ...pageFields, block }),
        ...detail(
          'Responses',
          'listResponses',
          'Answers, oldest first; of one block, a page may hold fewer than asked and still have a next',
          { 200: pageOf(stored) },
        ),
      },
    )
    .get(
      '/capsules/:id/results',
      ({ access, params }) => ({
        items: resultsOf({ documents, responses }, capsules.get(access.organizationId, params.id)),
        nextCursor: null,
      }),
      {
        needs: 'responses:read',
        ...detail('Responses', 'getResults', 'What the answers to each block come to', { 200: pageOf(resultSchema) }),
      },
    )
    .get(
      '/capsules/:id/responses.csv',
      ({ access, params, query }) => {
        const row = capsules.get(access.organizationId, params.id)
        const file = responseFile({ documents, responses }, row, {
          block: query.block,
          byteOrderMark: query.bom === 'true',
        })
        const name = query.block === undefined ? row.slug : `${row.slug}-${query.block}`
        return new Response(file, {
          headers: {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': `attachment; filename="${name}.csv"`,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          },
        })
      },
      {
        needs: 'responses:read',
        query: Type.Object({ block, bom }),
        ...detail('Responses', 'exportResponses', 'Answers as CSV: of one block, or of all with a column for each', {
          200: 'CSV (RFC 4180), UTF-8',
        }),
      },
    )
}
