import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail, pageOf } from '../../src/http/detail.ts'
import { idempotencyHeaders, operationIdOf } from '../../src/http/idempotency.ts'
import { pageFields, pageLimit, pageQuery } from '../../src/http/paging.ts'
import type { Capsules } from '../capsule/index.ts'
import { type AccessPlugin, actorOf } from '../organization/index.ts'
import { limits } from './limits.ts'
import { type CountedLink, gateOf, stateOf } from './links.ts'
import type { Sharing } from './sharing.ts'

export interface SharingRoutesDeps {
  readonly access: AccessPlugin
  readonly capsules: Pick<Capsules, 'get'>
  readonly sharing: Pick<Sharing, 'links' | 'access'>
  /** The public origin, without a trailing slash. */
  readonly origin: string
  readonly nowMs?: () => number
}

const closed = { additionalProperties: false } as const
const list = Type.Array(Type.String({ maxLength: limits.emailLengthMax }), { maxItems: limits.listEntriesMax })
const settings = {
  name: Type.String({ minLength: 1, maxLength: limits.nameLengthMax }),
  /** null: none is asked for. It is never told again. */
  password: Type.Union([
    Type.String({ minLength: limits.passwordLengthMin, maxLength: limits.passwordLengthMax }),
    Type.Null(),
  ]),
  /** UTC milliseconds; null: never. */
  expiresAt: Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
  /** Asks for an e-mail address and sends a code to it. Lists hold addresses and domains; null: no address is asked for. */
  emailGate: Type.Union([Type.Object({ allow: list, block: list }, closed), Type.Null()]),
  /** Whether files may be taken along. */
  downloads: Type.Boolean(),
}
const optional = Type.Partial(Type.Object(settings)).properties
const newLink = Type.Object({ ...optional, name: settings.name }, closed)
const change = Type.Object(optional, closed)
const linkModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** What is sent to people. */
  url: Type.String({ format: 'uri' }),
  state: Type.Union([Type.Literal('active'), Type.Literal('expired'), Type.Literal('revoked')]),
  hasPassword: Type.Boolean(),
  expiresAt: settings.expiresAt,
  emailGate: settings.emailGate,
  downloads: Type.Boolean(),
  /** How often it was opened, and how many answers came by it. */
  visits: Type.Integer(),
  lastVisitAt: Type.Union([Type.Integer(), Type.Null()]),
  answers: Type.Integer(),
  createdAt: Type.Integer(),
})
const guestModel = Type.Object({
  email: Type.String(),
  visits: Type.Integer(),
  firstAt: Type.Integer(),
  lastAt: Type.Integer(),
})
const accessModel = Type.Object({ private: Type.Boolean() }, closed)
const guestQuery = Type.Object({
  ...pageFields,
  cursor: Type.Optional(Type.String({ maxLength: limits.emailLengthMax })),
})

export interface LinkResource {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly state: 'active' | 'expired' | 'revoked'
  readonly hasPassword: boolean
  readonly expiresAt: number | null
  readonly emailGate: { readonly allow: readonly string[]; readonly block: readonly string[] } | null
  readonly downloads: boolean
  readonly visits: number
  readonly lastVisitAt: number | null
  readonly answers: number
  readonly createdAt: number
}

/** A link as its owner sees it: whether there is a password, not which. */
export function linkResource(link: CountedLink, origin: string, nowMs: number): LinkResource {
  return {
    id: link.id,
    name: link.name,
    url: `${origin}/-/s/${link.id}`,
    state: stateOf(link, nowMs),
    hasPassword: link.passwordHash !== null,
    expiresAt: link.expiresMs,
    emailGate: gateOf(link),
    downloads: link.downloads,
    visits: link.visits,
    lastVisitAt: link.lastVisitMs,
    answers: link.answers,
    createdAt: link.createdMs,
  }
}

/** Share links, and whether a capsule is open at its own address. */
export function sharingRoutes(deps: SharingRoutesDeps) {
  return new Elysia({ name: 'sharing', prefix: '/api/v1' }).use(accessRoutes(deps)).use(linkRoutes(deps))
}

function accessRoutes({ access, capsules, sharing }: SharingRoutesDeps) {
  return new Elysia({ name: 'sharing-access' })
    .use(access)
    .get(
      '/capsules/:id/access',
      ({ access, params }) => {
        const { id } = capsules.get(access.organizationId, params.id)
        return { private: sharing.access.isPrivate(id) }
      },
      {
        needs: 'capsules:read',
        ...detail('Sharing', 'getAccess', 'Whether only share links open the capsule', { 200: accessModel }),
      },
    )
    .put(
      '/capsules/:id/access',
      async ({ access, params, body }) => {
        await sharing.access.setPrivate(access.organizationId, params.id, body.private)
        return { private: body.private }
      },
      {
        needs: 'capsules:write',
        body: accessModel,
        ...detail('Sharing', 'setAccess', 'Close the capsule’s own address, or open it to everybody; at once', {
          200: accessModel,
        }),
      },
    )
}

function linkRoutes({ access, sharing, origin, nowMs = Date.now }: SharingRoutesDeps) {
  const { links } = sharing
  const resourceOf = (link: CountedLink) => linkResource(link, origin, nowMs())
  return new Elysia({ name: 'sharing-links' })
    .use(access)
    .get(
      '/capsules/:id/links',
      ({ access, params, query }) => {
        const page = links.list(access.organizationId, params.id, pageLimit(query.limit), query.cursor)
        return { ...page, items: page.items.map(resourceOf) }
      },
      {
        needs: 'capsules:read',
        query: pageQuery,
        ...detail('Sharing', 'listLinks', 'Share links, oldest first, with what came of them', {
          200: pageOf(linkModel),
        }),
      },
    )
    .post(
      '/capsules/:id/links',
      async ({ access, params, body, request, set }) => {
        const given = { password: null, expiresAt: null, emailGate: null, downloads: true, ...body }
        const operationId = operationIdOf(request, access.organizationId)
        set.status = 201
        return resourceOf(await links.create(access.organizationId, params.id, given, actorOf(access), operationId))
      },
      {
        needs: 'capsules:write',
        body: newLink,
        headers: idempotencyHeaders,
        ...detail('Sharing', 'createLink', 'Make a share link', { 201: linkModel }),
      },
    )
    .get(
      '/capsules/:id/links/:link',
      ({ access, params }) => resourceOf(links.get(access.organizationId, params.id, params.link)),
      {
        needs: 'capsules:read',
        ...detail('Sharing', 'getLink', 'One share link', { 200: linkModel }),
      },
    )
    .patch(
      '/capsules/:id/links/:link',
      async ({ access, params, body }) =>
        resourceOf(await links.change(access.organizationId, params.id, params.link, body)),
      {
        needs: 'capsules:write',
        body: change,
        ...detail('Sharing', 'changeLink', 'Change what a link asks for and grants', { 200: linkModel }),
      },
    )
    .put(
      '/capsules/:id/links/:link/revocation',
      async ({ access, params, set }) => {
        await links.setRevoked(access.organizationId, params.id, params.link, true)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Sharing', 'revokeLink', 'End a link at once, also for who has the capsule open', { 204: 'Ended' }),
      },
    )
    .delete(
      '/capsules/:id/links/:link/revocation',
      async ({ access, params, set }) => {
        await links.setRevoked(access.organizationId, params.id, params.link, false)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Sharing', 'reviveLink', 'Let a revoked link live again', { 204: 'Open again' }),
      },
    )
    .delete(
      '/capsules/:id/links/:link',
      async ({ access, params, set }) => {
        await links.remove(access.organizationId, params.id, params.link)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        ...detail('Sharing', 'deleteLink', 'Delete a link with what it counted', { 204: 'Deleted' }),
      },
    )
    .get(
      '/capsules/:id/links/:link/guests',
      ({ access, params, query }) =>
        links.guests(access.organizationId, params.id, params.link, pageLimit(query.limit), query.cursor),
      {
        needs: 'responses:read',
        query: guestQuery,
        ...detail('Sharing', 'listGuests', 'E-mail addresses that were proven at a link', { 200: pageOf(guestModel) }),
      },
    )
}
