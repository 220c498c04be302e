import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { detail, pageOf } from '../../src/http/detail.ts'
import { pageLimit, pageQuery } from '../../src/http/paging.ts'
import type { AccessPlugin } from './access.ts'
import type { Keys } from './keys.ts'
import type { Members } from './members.ts'
import type { Organizations } from './organizations.ts'
import { actorOf, checkMayGive, type Permission, permissions, permissionsOf } from './permissions.ts'
import { type Role, roles } from './schema.ts'

export interface OrganizationDeps {
  readonly access: AccessPlugin
  readonly organizations: Organizations
  readonly members: Members
  readonly keys: Keys
}

const closed = { additionalProperties: false } as const
const name = Type.String({ minLength: 1, maxLength: 100 })
const slug = Type.String({ minLength: 3, maxLength: 40 })
const role = Type.Union(roles.map((one) => Type.Literal(one))) as unknown as ReturnType<typeof Type.Unsafe<Role>>
const scope = Type.Union(permissions.map((one) => Type.Literal(one))) as unknown as ReturnType<
  typeof Type.Unsafe<Permission>
>
const organizationModel = Type.Object({
  id: Type.String(),
  slug: Type.String(),
  name: Type.String(),
  state: Type.Union([Type.Literal('creating'), Type.Literal('active')]),
})
const memberModel = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role,
})
const invitationModel = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role,
  expiresAt: Type.Integer(),
  accepted: Type.Boolean(),
})
const keyModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  hint: Type.String(),
  scopes: Type.Array(scope),
  createdAt: Type.Integer(),
})

export function organizationRoutes(deps: OrganizationDeps) {
  return new Elysia({ name: 'organization', prefix: '/api/v1' })
    .use(deps.access)
    .get('/organizations', ({ person }) => ({ items: deps.organizations.of(person.userId), nextCursor: null }), {
      signedIn: true,
      ...detail('Organizations', 'listOrganizations', 'The organizations you belong to', {
        200: pageOf(Type.Composite([organizationModel, Type.Object({ role })])),
      }),
    })
    .post(
      '/organizations',
      async ({ person, body, set }) => {
        set.status = 201
        return deps.organizations.create(person, body)
      },
      {
        signedIn: true,
        body: Type.Object({ name, slug: Type.Optional(slug) }, closed),
        ...detail('Organizations', 'createOrganization', 'Make an organization; you become its owner', {
          201: organizationModel,
        }),
      },
    )
    .get('/organization', ({ access }) => current(deps, access.organizationId), {
      needs: 'capsules:read',
      ...detail('Organizations', 'getOrganization', 'The organization of the key or the header', {
        200: organizationModel,
      }),
    })
    .patch('/organization', ({ access, body }) => deps.organizations.change(access.organizationId, body), {
      needs: 'organization:write',
      body: Type.Object({ name: Type.Optional(name), slug: Type.Optional(slug) }, closed),
      ...detail('Organizations', 'changeOrganization', 'Rename it; the old slug leads to the new one', {
        200: organizationModel,
      }),
    })
    .use(memberRoutes(deps))
    .use(keyRoutes(deps))
}

function memberRoutes({ access, members, organizations }: OrganizationDeps) {
  return new Elysia({ name: 'members' })
    .use(access)
    .get('/members', ({ access, query }) => members.list(access.organizationId, pageLimit(query.limit), query.cursor), {
      needs: 'members:read',
      query: pageQuery,
      ...detail('Members', 'listMembers', 'Who belongs to the organization', { 200: pageOf(memberModel) }),
    })
    .patch(
      '/members/:id',
      async ({ access, params, body, set }) => {
        checkMayGive(access, permissionsOf(body.role), '/role')
        await members.setRole(access.organizationId, params.id, body.role)
        set.status = 204
      },
      {
        needs: 'members:write',
        body: Type.Object({ role }, closed),
        ...detail('Members', 'changeMember', "Change a member's role", { 204: 'Changed' }),
      },
    )
    .delete(
      '/members/:id',
      async ({ access, params, set }) => {
        await members.remove(access.organizationId, params.id)
        set.status = 204
      },
      { needs: 'members:write', ...detail('Members', 'removeMember', 'Remove a member', { 204: 'Removed' }) },
    )
    .get(
      '/invitations',
      ({ access, query }) => members.invitations(access.organizationId, pageLimit(query.limit), query.cursor),
      {
        needs: 'members:read',
        query: pageQuery,
        ...detail('Members', 'listInvitations', 'Open and accepted invitations', { 200: pageOf(invitationModel) }),
      },
    )
    .post(
      '/invitations',
      async ({ access, body, set }) => {
        checkMayGive(access, permissionsOf(body.role), '/role')
        set.status = 201
        const { id, name } = current({ organizations }, access.organizationId)
        return members.invite({ id, name }, body.email, body.role)
      },
      {
        needs: 'members:write',
        body: Type.Object({ email: Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 }), role }, closed),
        ...detail('Members', 'invite', 'Invite somebody by e-mail', { 201: invitationModel }),
      },
    )
    .delete(
      '/invitations/:id',
      async ({ access, params, set }) => {
        await members.withdraw(access.organizationId, params.id)
        set.status = 204
      },
      {
        needs: 'members:write',
        ...detail('Members', 'withdrawInvitation', 'Withdraw an invitation', { 204: 'Withdrawn' }),
      },
    )
    .post(
      '/invitations/:id/acceptance',
      async ({ person, params, set }) => {
        set.status = 201
        return current({ organizations }, await members.accept(params.id, person))
      },
      {
        signedIn: true,
        ...detail('Members', 'acceptInvitation', 'Accept an invitation by its token', { 201: organizationModel }),
      },
    )
}

function keyRoutes({ access, keys }: OrganizationDeps) {
  return new Elysia({ name: 'keys' })
    .use(access)
    .get('/keys', ({ access, query }) => keys.list(access.organizationId, pageLimit(query.limit), query.cursor), {
      needs: 'keys:write',
      query: pageQuery,
      ...detail('Keys', 'listKeys', 'API keys, without the keys themselves', { 200: pageOf(keyModel) }),
    })
    .post(
      '/keys',
      async ({ access, body, set }) => {
        checkMayGive(access, body.scopes, '/scopes')
        set.status = 201
        return keys.create(access.organizationId, { ...body, createdBy: actorOf(access) })
      },
      {
        needs: 'keys:write',
        body: Type.Object({ name, scopes: Type.Array(scope, { minItems: 1, uniqueItems: true }) }, closed),
        ...detail('Keys', 'createKey', 'Make a key; this answer alone shows it', {
          201: Type.Composite([keyModel, Type.Object({ key: Type.String() })]),
        }),
      },
    )
    .delete(
      '/keys/:id',
      async ({ access, params, set }) => {
        await keys.revoke(access.organizationId, params.id)
        set.status = 204
      },
      { needs: 'keys:write', ...detail('Keys', 'revokeKey', 'Revoke a key, at once', { 204: 'Revoked' }) },
    )
}

function current({ organizations }: Pick<OrganizationDeps, 'organizations'>, id: string) {
  const found = organizations.byId(id)
  if (found === undefined) throw new AppError('not-found', 'There is no such organization.')
  return found
}
