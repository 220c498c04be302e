import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../../src/errors.ts'
import type { AccessPlugin } from '../../organization/index.ts'
import { limits } from '../limits.ts'
import type { Media } from '../media.ts'
import type { AssetRow } from '../operations/assets.ts'
import { resourceOf } from '../resource.ts'
import { streamed } from '../uploads/streamed.ts'
import { captionName, checkCaptions, labelOf, languagePattern } from './captions.ts'

export interface FilmRoutesDeps {
  readonly access: AccessPlugin
  readonly media: Media
  readonly origin: string
}

const detail = (operationId: string, summary: string) => ({ detail: { tags: ['Assets'], operationId, summary } })
const inLanguage = Type.Object({ id: Type.String(), language: Type.String({ pattern: languagePattern }) })

/** What is made of films and sounds: begun again, stopped, captioned. How far it is stands in the asset itself. */
export function filmRoutes({ access, media, origin }: FilmRoutesDeps) {
  const { assets, films } = media
  const playable = (row: AssetRow) => {
    if (row.kind !== 'video' && row.kind !== 'audio')
      throw new AppError('conflict', 'This file is no film and no sound.')
    return row
  }
  const settled = (row: AssetRow) => {
    const { state } = films.of(row) ?? { state: 'ready' }
    return state !== 'waiting' && state !== 'working'
  }
  const isSo = (row: AssetRow, until: 'playable' | 'settled') =>
    settled(row) || (until === 'playable' && (films.of(row)?.made.rungs.length ?? 0) > 0)
  return new Elysia({ name: 'media-films' })
    .use(access)
    .get(
      '/assets/:id/film',
      async ({ access, params, query, request }) => {
        const { until = 'settled', wait = limits.filmWaitSMax } = query
        const row = () => playable(assets.get(access.organizationId, params.id))
        await media.filmWatch.until(params.id, () => isSo(row(), until), wait * 1_000, request.signal)
        return resourceOf(media, row(), origin)
      },
      {
        needs: 'capsules:read',
        query: Type.Object({
          until: Type.Optional(
            Type.Union([Type.Literal('playable'), Type.Literal('settled')], {
              description: 'playable: a rung stands. settled: nothing more is being made, whatever came of it.',
            }),
          ),
          wait: Type.Optional(Type.Number({ minimum: 0, maximum: limits.filmWaitSMax, description: 'Seconds.' })),
        }),
        ...detail('awaitFilm', 'The asset, once so much is made of it, or when the time is over'),
      },
    )
    .post(
      '/assets/:id/film',
      async ({ access, params, set }) => {
        const row = playable(assets.get(access.organizationId, params.id))
        await films.retry(access.organizationId, row.id)
        set.status = 202
        return resourceOf(media, row, origin)
      },
      { needs: 'capsules:write', ...detail('retryFilm', 'Work on a film or a sound once more') },
    )
    .delete(
      '/assets/:id/film',
      async ({ access, params }) => {
        const row = playable(assets.get(access.organizationId, params.id))
        await films.cancel(access.organizationId, row.id)
        return resourceOf(media, row, origin)
      },
      { needs: 'capsules:write', ...detail('cancelFilm', 'Stop the work; what stands already stays') },
    )
    .put(
      '/assets/:id/captions/:language',
      async ({ access, params, query, request }) => {
        const { organizationId } = access
        const row = playable(assets.get(organizationId, params.id))
        const { language } = params
        await using staged = await media.staging.receive(bodyOf(request), limits.captionBytesMax)
        const bytes = checkCaptions(await Bun.file(staged.path).bytes())
        const name = captionName(language, bytes)
        await media.countMade(organizationId, { hash: row.hash, name, bytes: bytes.byteLength })
        await media.store.keep({ organizationId, hash: row.hash, derived: name }, staged.path)
        const label = query.label ?? labelOf(language)
        await films.keepCaption(organizationId, {
          id: row.id,
          language,
          label,
          hash: row.hash,
          name,
          source: 'uploaded',
        })
        return resourceOf(media, row, origin)
      },
      {
        needs: 'capsules:write',
        parse: streamed,
        params: inLanguage,
        query: Type.Object({ label: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })) }),
        detail: {
          ...detail('putCaptions', 'Captions in one language, as WebVTT').detail,
          requestBody: { required: true, content: { 'text/vtt': { schema: { type: 'string' as const } } } },
        },
      },
    )
    .delete(
      '/assets/:id/captions/:language',
      async ({ access, params, set }) => {
        const row = playable(assets.get(access.organizationId, params.id))
        await films.removeCaption(access.organizationId, row.id, params.language)
        set.status = 204
      },
      {
        needs: 'capsules:write',
        params: inLanguage,
        ...detail('deleteCaptions', 'Take the captions of one language away'),
      },
    )
}

function bodyOf({ body }: Request): ReadableStream<Uint8Array> {
  if (body !== null) return body
  throw new AppError('invalid', 'The captions are missing.', { faults: [{ pointer: '', message: 'is missing' }] })
}
