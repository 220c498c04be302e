import type { Admission } from '../capsule/index.ts'
import type { VisitorDeps } from './deps.ts'

/** A media address that is good until a time. @param expiresS seconds since 1970 */
export type SignAddress = (address: string, expiresS: number) => string

type PageMedia = NonNullable<VisitorDeps['media']>

const hourS = 3_600

/**
 * Where a page's files are. On a private capsule's page every address of ours is signed and is good for an hour or two: the same
 * within an hour, so that a browser keeps what it has.
 */
export function mediaFor(
  { isPrivate, untilMs }: Admission,
  { media, signed }: Pick<VisitorDeps, 'media' | 'signed'>,
  nowMs = Date.now(),
): PageMedia | undefined {
  if (!isPrivate || media === undefined || signed === undefined) return media
  const turnS = (Math.ceil(nowMs / 1_000 / hourS) + 1) * hourS
  const expiresS = Math.min(turnS, Math.ceil((untilMs ?? Number.POSITIVE_INFINITY) / 1_000))
  const sign = (address: string) => signed(address, expiresS)
  const signSet = (srcset: string) =>
    srcset
      .split(', ')
      .map((one) => one.replace(/^\S+/, sign))
      .join(', ')
  return {
    addressOf: (id) => optional(media.addressOf(id), sign),
    pictureOf: (id) =>
      optional(media.pictureOf(id), (picture) => ({
        ...picture,
        url: sign(picture.url),
        srcset: signSet(picture.srcset),
        sources: picture.sources.map(({ type, srcset }) => ({ type, srcset: signSet(srcset) })),
      })),
    filmOf: (id) =>
      optional(media.filmOf(id), (film) => ({
        ...film,
        url: sign(film.url),
        playlist: optional(film.playlist, sign),
        poster: optional(film.poster, sign),
        tracks: film.tracks.map((track) => ({ ...track, url: sign(track.url) })),
      })),
  }
}

function optional<T, R>(value: T | undefined, work: (value: T) => R): R | undefined {
  return value === undefined ? undefined : work(value)
}
