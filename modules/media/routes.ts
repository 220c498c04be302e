import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { type Access, type AccessPlugin, actorOf } from '../organization/index.ts'
import { addressOf } from './address.ts'
import { limits } from './limits.ts'
import type { Media } from './media.ts'
import { resourceOf } from './resource.ts'
import { assetKinds } from './schema.ts'
import { fileOf } from './uploads/multipart.ts'
import { uploadRoutes } from './uploads/routes.ts'
import { streamed } from './uploads/streamed.ts'
import { filmRoutes } from './video/routes.ts'

export interface MediaRoutesDeps {
  readonly access: AccessPlugin
  readonly media: Media
  /** The public origin. */
  readonly origin: string
}

const closed = { additionalProperties: false } as const
const page = {
  // A whole number: of a query's texts Elysia makes numbers, but no integers of TypeBox's own.
  limit: Type.Optional(Type.Number({ minimum: 1, maximum: limits.listLimitMax, multipleOf: 1, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
}
const kind = Type.Union(assetKinds.map((one) => Type.Literal(one)))
const detail = (operationId: string, summary: string) => ({
  detail: { tags: ['Assets'], operationId, summary },
})
const formBody = {
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object' as const,
          required: ['file'],
          properties: { alt: { type: 'string' as const }, file: { type: 'string' as const, format: 'binary' } },
        },
      },
    },
  },
}

/** The asset library, and the ways by which files come into it. */
export function mediaRoutes(deps: MediaRoutesDeps) {
  return new Elysia({ name: 'media', prefix: '/api/v1' })
    .use(libraryRoutes(deps))
    .use(contentRoutes(deps))
    .use(uploadRoutes(deps))
    .use(filmRoutes(deps))
}

function libraryRoutes({ access, media, origin }: MediaRoutesDeps) {
  const { assets } = media
  return new Elysia({ name: 'media-library' })
    .use(access)
    .get(
      '/assets',
      ({ access, query }) => {
        const { limit = 50, cursor, q, kind } = query
        const found = assets.list(access.organizationId, { limit, cursor, kind, search: q })
        return { items: found.items.map((row) => resourceOf(media, row, origin)), nextCursor: found.nextCursor }
      },
      {
        needs: 'capsules:read',
        query: Type.Object({ ...page, q: Type.Optional(Type.String({ maxLength: 200 })), kind: Type.Optional(kind) }),
        ...detail('listAssets', 'Uploaded files, newest first; q finds words of their names'),
      },
    )
    .get(
      '/assets/:id',
      ({ access, params }) => resourceOf(media, assets.get(access.organizationId, params.id), origin),
      {
        needs: 'capsules:read',
        ...detail('getAsset', 'One file'),
      },
    )
    .patch(
      '/assets/:id',
      async ({ access, params, body }) =>
        resourceOf(media, await assets.change(access.organizationId, params.id, body), origin),
      {
        needs: 'capsules:write',
        body: Type.Object(
          {
            name: Type.Optional(Type.String({ minLength: 1, maxLength: limits.nameLengthMax })),
            alt: Type.Optional(Type.String({ maxLength: limits.altLengthMax })),
          },
          closed,
        ),
        ...detail('changeAsset', 'Change its name or its alternative text'),
      },
    )
    .delete(
      '/assets/:id',
      async ({ access, params, query, set }) => {
        await assets.remove(access.organizationId, params.id, query.force === 'true')
        set.status = 204
      },
      {
        needs: 'capsules:write',
        query: Type.Object({ force: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])) }),
        ...detail('deleteAsset', 'Delete it; refused while a capsule shows it, unless forced'),
      },
    )
    .get(
      '/assets/:id/uses',
      ({ access, params, query }) => assets.uses(access.organizationId, params.id, query.limit ?? 50, query.cursor),
      { needs: 'capsules:read', query: Type.Object(page), ...detail('listAssetUses', 'The capsules that show it') },
    )
    .get(
      '/assets/:id/address',
      ({ access, params, query }) => {
        const row = assets.get(access.organizationId, params.id)
        const path = addressOf(row)
        const asked = new URLSearchParams(query)
        // Of what is not for everybody nobody chooses for how long.
        const { guard, signer } = media
        const isGuarded = guard.isGuarded(row.id)
        return { url: origin + (isGuarded ? guard.addressOf(row.id, `${path}?${asked}`) : signer.sign(path, asked)) }
      },
      {
        needs: 'capsules:read',
        query: Type.Record(Type.String({ maxLength: 10 }), Type.String({ maxLength: 20 })),
        ...detail('signAssetAddress', 'A signed address for a variant of any size, shape and quality'),
      },
    )
    .get('/storage', ({ access }) => assets.storage(access.organizationId), {
      needs: 'capsules:read',
      ...detail('getStorage', 'How much of its room the organization uses'),
    })
}

/** Files in one request: streamed to the disk, never parsed as a whole. */
function contentRoutes({ access, media, origin }: MediaRoutesDeps) {
  const { assets } = media
  return new Elysia({ name: 'media-content' })
    .use(access)
    .post(
      '/assets',
      async ({ access, request, set }) => {
        const row = await media.intake.admit(async () => {
          const { content, name, alt } = await received(media, access, request)
          return assets.create(
            access.organizationId,
            { name, alt, by: actorOf(access), content },
            keyOf(access, request),
          )
        })
        set.status = 201
        return resourceOf(media, row, origin)
      },
      {
        needs: 'capsules:write',
        parse: streamed,
        detail: { ...detail('uploadAsset', 'Upload a file in one request').detail, ...formBody },
      },
    )
    .put(
      '/assets/:id/content',
      async ({ access, params, request }) => {
        assets.get(access.organizationId, params.id)
        const row = await media.intake.admit(async () => {
          const { content } = await received(media, access, request)
          return assets.replace(access.organizationId, params.id, content)
        })
        return resourceOf(media, row, origin)
      },
      {
        needs: 'capsules:write',
        parse: streamed,
        detail: { ...detail('replaceAsset', 'Put other bytes in its place, in every capsule').detail, ...formBody },
      },
    )
    .get(
      '/assets/:id/content',
      ({ access, params, request }) => media.delivery.original(request, assets.get(access.organizationId, params.id)),
      { needs: 'capsules:read', ...detail('downloadAsset', 'The bytes as they were uploaded') },
    )
}

async function received(media: Media, access: Access, request: Request) {
  const file = await fileOf(request)
  await using staged = await media.staging.receive(file.bytes, limits.requestFileBytesMax)
  const content = await media.intake.take(access.organizationId, staged, file.type)
  return { content, name: file.name, alt: file.fields.get('alt') }
}

/** Two organizations may think of the same key: it is each one's own. */
function keyOf({ organizationId }: Access, request: Request): string | undefined {
  const key = request.headers.get('idempotency-key')
  return key === null ? undefined : `${organizationId}/upload/${key.slice(0, 100)}`
}
