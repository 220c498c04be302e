import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { detail } from '../../src/http/detail.ts'
import type { Person } from '../identity/index.ts'
import type { AccessControl, Organizations } from '../organization/index.ts'
import { checkOwn, purgedTags } from './purges.ts'

export interface DeliveryDeps {
  readonly control: AccessControl
  readonly organizations: Pick<Organizations, 'byId' | 'bySlug'>
  readonly sessionOf: (request: Request) => Promise<Person | undefined>
  /** Whether somebody operates this installation: listed, and the address proven. */
  readonly isOperator: (person: Person) => boolean
  /** Throws out of every cache, on every node and in the CDN. */
  readonly purge: (tags: readonly string[]) => Promise<void>
}

const listMax = 100
const path = Type.String({ pattern: '^/[^?#\\s]*$', maxLength: 300 })
const tag = Type.String({ pattern: '^[\\w.:-]+$', maxLength: 100 })
const purge = Type.Object(
  {
    paths: Type.Optional(Type.Array(path, { maxItems: listMax })),
    tags: Type.Optional(Type.Array(tag, { maxItems: listMax })),
    organization: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    everything: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

/** Purging: by owners what is theirs, by operators anything. */
export function deliveryRoutes(deps: DeliveryDeps) {
  const organizationIdOf = (named: string): string => {
    const found = deps.organizations.byId(named) ?? deps.organizations.bySlug(named)
    if (found === undefined) throw new AppError('not-found', 'There is no such organization.')
    return found.id
  }
  return new Elysia({ name: 'delivery', prefix: '/api/v1' }).post(
    '/cache/purges',
    async ({ request, body, set }) => {
      const person = request.headers.has('authorization') ? undefined : await deps.sessionOf(request)
      if (person === undefined || !deps.isOperator(person)) {
        const { organizationId } = await deps.control.resolve(request, 'organization:write')
        const own = deps.organizations.byId(organizationId)
        if (own === undefined) throw new AppError('not-found', 'There is no such organization.')
        checkOwn(body, own)
      }
      await deps.purge(purgedTags(body, organizationIdOf))
      set.status = 202
      return { state: 'announced' as const }
    },
    {
      body: purge,
      ...detail('Delivery', 'purgeCaches', 'Throw pages out of every cache, by address, tag or organization', {
        202: Type.Object({ state: Type.Literal('announced') }),
      }),
    },
  )
}
