import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { newId, organizationOf } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { type Access, actorOf } from '../../organization/index.ts'
import { limits } from '../limits.ts'
import type { Media } from '../media.ts'
import type { AssetRow } from '../operations/assets.ts'
import { openRemote } from '../remote/remote-file.ts'
import { resourceOf } from '../resource.ts'
import type { MediaRoutesDeps } from '../routes.ts'
import { ResumableUploads } from './resumable.ts'
import { tooLarge } from './staging.ts'
import { streamed } from './streamed.ts'

export const uploadsPath = '/api/v1/uploads'

const closed = { additionalProperties: false } as const
const name = Type.String({ minLength: 1, maxLength: limits.nameLengthMax })
const detail = (operationId: string, summary: string) => ({
  detail: { tags: ['Uploads'], operationId, summary },
})

/** The other ways for a file to come: resumable, straight to the bucket, or from somebody else's server. */
export function uploadRoutes(deps: MediaRoutesDeps) {
  return new Elysia({ name: 'media-uploads' })
    .use(resumableRoutes(deps))
    .use(directRoutes(deps))
    .use(remoteRoutes(deps))
}

function resumableRoutes({ access, media, origin }: MediaRoutesDeps) {
  const { assets, unfinished, intake } = media
  const resumable = new ResumableUploads({
    uploads: unfinished,
    path: uploadsPath,
    finished: async ({ organizationId, by }, { id: uploadId, path, metadata }) => {
      const id = assetOf(uploadId)
      if (assets.find(id) !== undefined) return id
      const staged = await media.staging.adopt(path)
      const content = await intake.take(organizationId, staged, metadata.filetype ?? undefined)
      const { asset } = metadata
      if (asset) return (await assets.replace(organizationId, asset, content)).id
      const given = { name: metadata.filename ?? '', alt: metadata.alt ?? undefined }
      return (await assets.create(organizationId, { id, ...given, by, content })).id
    },
  })
  const handle = (request: Request, access: Access) =>
    intake.admit(() => resumable.handle(request, { organizationId: access.organizationId, by: actorOf(access) }))
  const own = (access: Access, id: string) => {
    if (organizationOf(id) !== access.organizationId) throw new AppError('not-found', 'There is no such upload.')
  }
  const handleOwn = (request: Request, access: Access, id: string) => {
    own(access, id)
    return handle(request, access)
  }
  const change = { needs: 'capsules:write', parse: streamed } as const
  return new Elysia({ name: 'media-resumable' })
    .use(access)
    .post('/uploads', ({ access, request }) => handle(request, access), {
      ...change,
      ...detail('beginUpload', 'Begin a resumable upload (tus 1.0.0)'),
    })
    .options('/uploads', ({ access, request }) => handle(request, access), {
      ...change,
      ...detail('describeUploads', 'What the server can do (tus 1.0.0)'),
    })
    .get(
      '/uploads/:id',
      async ({ access, params, request }) => {
        own(access, params.id)
        // Elysia leads HEAD here too: that one is a word of the protocol.
        if (request.method === 'HEAD') return handle(request, access)
        const { offset, size } = await state(unfinished, params.id)
        // Whole, and nothing came of it: the last answer may have been "later".
        const asset = await resumable.completed(params.id, {
          organizationId: access.organizationId,
          by: actorOf(access),
        })
        const row = asset === undefined ? undefined : assets.find(asset)
        return { id: params.id, offset, bytes: size, asset: row === undefined ? null : resourceOf(media, row, origin) }
      },
      { needs: 'capsules:write', ...detail('getUpload', 'How far an upload is, and the asset that it became') },
    )
    .patch('/uploads/:id', ({ access, params, request }) => handleOwn(request, access, params.id), {
      ...change,
      ...detail('continueUpload', 'The next bytes (tus 1.0.0); the last answer carries Encapsify-Asset'),
    })
    .delete('/uploads/:id', ({ access, params, request }) => handleOwn(request, access, params.id), {
      ...change,
      ...detail('endUpload', 'Throw an upload away (tus 1.0.0)'),
    })
}

/** Presigned: the bytes go from the client to the bucket, past every node. Only where the store is a bucket. */
function directRoutes({ access, media, origin }: MediaRoutesDeps) {
  const direct = () => {
    if (media.store.direct !== undefined) return media.store.direct
    throw new AppError('not-found', 'Files here are not kept in a bucket: use a resumable upload.')
  }
  return new Elysia({ name: 'media-direct' })
    .use(access)
    .post(
      '/direct-uploads',
      async ({ access, set }) => {
        const id = newId('dir', access.organizationId)
        const { url, expiresMs } = direct().presign(id, limits.presignedS)
        await media.beginDirect(access.organizationId, id)
        set.status = 201
        return { id, method: 'PUT', url, expiresAt: expiresMs }
      },
      {
        needs: 'capsules:write',
        ...detail('beginDirectUpload', 'An address to put one file at, in the bucket itself'),
      },
    )
    .post(
      '/direct-uploads/:id/completion',
      async ({ access, params, body, set }) => {
        if (organizationOf(params.id) !== access.organizationId) throw absentDirect()
        const id = assetOf(params.id)
        const row = await media.intake.admit(async () => {
          const made = media.assets.find(id)
          if (made !== undefined) return made
          const found = await direct().find(params.id)
          if (found === undefined) throw absentDirect()
          if (found.bytes > limits.fileBytesMax) throw tooLarge(limits.fileBytesMax)
          await using staged = await media.staging.receive(found.stream(), limits.fileBytesMax)
          const content = await media.intake.take(access.organizationId, staged, body.type)
          return media.assets.create(access.organizationId, { ...body, id, by: actorOf(access), content })
        })
        await direct().remove(params.id)
        set.status = 201
        return resourceOf(media, row, origin)
      },
      {
        needs: 'capsules:write',
        body: Type.Object(
          {
            name,
            alt: Type.Optional(Type.String({ maxLength: limits.altLengthMax })),
            type: Type.Optional(Type.String({ maxLength: 100 })),
          },
          closed,
        ),
        ...detail('completeDirectUpload', 'Make an asset of what was put there'),
      },
    )
}

function remoteRoutes({ access, media, origin }: MediaRoutesDeps) {
  return new Elysia({ name: 'media-remote' }).use(access).post(
    '/imports',
    async ({ access, body, set }) => {
      const row: AssetRow = await media.intake.admit(async () => {
        const file = await openRemote(body.url, media.remote)
        await using staged = await media.staging.receive(file.bytes, limits.remoteBytesMax)
        const content = await media.intake.take(access.organizationId, staged, file.type)
        const given = { name: body.name ?? file.name, alt: body.alt, by: actorOf(access) }
        return media.assets.create(access.organizationId, { ...given, content })
      })
      set.status = 201
      return resourceOf(media, row, origin)
    },
    {
      needs: 'capsules:write',
      body: Type.Object(
        {
          url: Type.String({ minLength: 1, maxLength: 2_048 }),
          name: Type.Optional(name),
          alt: Type.Optional(Type.String({ maxLength: limits.altLengthMax })),
        },
        closed,
      ),
      ...detail('importAsset', 'Fetch a file from a public address'),
    },
  )
}

/** One upload makes one asset, however often its end is told: the asset's id is the upload's with another beginning. */
function assetOf(uploadId: string): string {
  return `ast_${uploadId.slice(4)}`
}

async function state(unfinished: Media['unfinished'], id: string): Promise<{ offset: number; size: number }> {
  const record = await unfinished.find(id)
  if (record === undefined) throw new AppError('not-found', 'There is no such upload.')
  const { offset } = await unfinished.getUpload(id)
  return { offset, size: record.size }
}

function absentDirect(): AppError {
  return new AppError('not-found', 'Nothing was put there, or not any more.')
}
