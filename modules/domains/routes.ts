import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail, pageOf } from '../../src/http/detail.ts'
import { pageLimit, pageQuery } from '../../src/http/paging.ts'
import type { AccessPlugin } from '../organization/index.ts'
import type { Domains } from './domains.ts'
import { domainReasons, domainStates } from './schema.ts'

const record = (type: string) => Type.Object({ type: Type.Literal(type), name: Type.String(), value: Type.String() })
const domainModel = Type.Object({
  id: Type.String(),
  domain: Type.String({ description: 'Lower case; internationalized labels in their ASCII form.' }),
  state: Type.Union(domainStates.map((one) => Type.Literal(one))),
  reason: Type.Union([...domainReasons.map((one) => Type.Literal(one)), Type.Null()]),
  records: Type.Tuple([record('TXT'), record('CNAME')], {
    description: 'To set where the domain is managed: the first proves it, the second leads its visitors here.',
  }),
  certificate: Type.Object({
    by: Type.Union([Type.Literal('automatic'), Type.Literal('operator')]),
    command: Type.Union([Type.String(), Type.Null()]),
  }),
  createdAt: Type.Integer(),
  checkedAt: Type.Union([Type.Integer(), Type.Null()]),
})

/** Custom domains: what to set for one, and whether it is set. */
export function domainRoutes({ access, domains }: { readonly access: AccessPlugin; readonly domains: Domains }) {
  return new Elysia({ name: 'domains', prefix: '/api/v1' })
    .use(access)
    .get('/domains', ({ access, query }) => domains.list(access.organizationId, pageLimit(query.limit), query.cursor), {
      needs: 'organization:write',
      query: pageQuery,
      ...detail('Domains', 'listDomains', 'Custom domains, with the records to set', { 200: pageOf(domainModel) }),
    })
    .post(
      '/domains',
      ({ access, body, set }) => {
        set.status = 201
        return domains.add(access.organizationId, body.domain)
      },
      {
        needs: 'organization:write',
        body: Type.Object({ domain: Type.String({ minLength: 1, maxLength: 300 }) }, { additionalProperties: false }),
        ...detail('Domains', 'addDomain', 'Ask for a domain; it is active once it is proven', { 201: domainModel }),
      },
    )
    .get('/domains/:id', ({ access, params }) => domains.get(access.organizationId, params.id), {
      needs: 'organization:write',
      ...detail('Domains', 'getDomain', 'One domain', { 200: domainModel }),
    })
    .post('/domains/:id/check', ({ access, params }) => domains.check(access.organizationId, params.id), {
      needs: 'organization:write',
      ...detail('Domains', 'checkDomain', 'Look for its record now', { 200: domainModel }),
    })
    .delete(
      '/domains/:id',
      async ({ access, params, set }) => {
        await domains.remove(access.organizationId, params.id)
        set.status = 204
      },
      {
        needs: 'organization:write',
        ...detail('Domains', 'removeDomain', 'Remove it, at once', { 204: 'Removed' }),
      },
    )
}
